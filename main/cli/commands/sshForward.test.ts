import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startSshd, stopAll } from '#main/ssh/testing/sshd.ts';
import { runningNexus } from '../here.testing.ts';

const nexus = runningNexus();
const ssh = (...words: string[]) => nexus.run('ssh', ...words);
/** A busy machine takes its time. */
const WAIT = { timeout: 20_000 };
let target: Server;
let port: number;

beforeAll(async () => {
  const sshd = await startSshd();
  await nexus.client.hosts.add({
    name: 'one',
    address: '127.0.0.1',
    port: sshd.port,
    user: sshd.user,
    identity: [sshd.key],
    options: { accept_new: true, identity_agent: 'none' },
  });
  target = createServer((socket) => void socket.end('through the tunnel'));
  target.listen(0, '127.0.0.1');
  await once(target, 'listening');
  ({ port } = target.address() as { port: number });
});
afterAll(async () => {
  target.close();
  await stopAll();
});

/** What is open once all `count` are, and the command waits for Ctrl-C. */
async function opened(count: number, listeners: number) {
  return vi.waitFor(async () => {
    const { forwards } = await nexus.client.hosts.forwards({});
    expect(forwards.filter(({ state }) => state === 'active')).toHaveLength(count);
    expect(process.listenerCount('SIGINT')).toBeGreaterThan(listeners);
    return forwards;
  }, WAIT);
}

async function textAt(listening: number, first?: Uint8Array): Promise<string> {
  const { connect } = await import('node:net');
  const socket = connect(listening, '127.0.0.1');
  if (first) socket.write(first);
  let text = '';
  for await (const chunk of socket) text += (chunk as Buffer).toString('latin1');
  return text;
}

describe('nexus ssh forward', () => {
  it('forwards until it is told to stop, and takes it away again', async () => {
    const before = process.listenerCount('SIGINT');
    const forwarding = ssh('forward', 'one', '-L', `0:127.0.0.1:${port}`, '--json');
    const [open] = await opened(1, before);
    expect(await textAt(open!.listen_port)).toBe('through the tunnel');
    process.emit('SIGINT');
    const said = await forwarding;
    expect(said.json.forward).toMatchObject({ host: 'one', kind: 'local', target_port: port });
    expect((await nexus.client.hosts.forwards({})).forwards).toEqual([]);
    expect(process.listenerCount('SIGINT')).toBe(before);
  });

  it('takes local, remote and dynamic ones at once', async () => {
    const before = process.listenerCount('SIGINT');
    const spec = `0:127.0.0.1:${port}`;
    const forwarding = ssh('forward', 'one', '-L', spec, '-R', spec, '-D', '0');
    const open = await opened(3, before);
    const at = (kind: string) => open.find((one) => one.kind === kind)!.listen_port;
    expect(await textAt(at('local'))).toBe('through the tunnel');
    expect(await textAt(at('remote'))).toBe('through the tunnel');
    // SOCKS5 (RFC 1928): no authentication; connect to an IPv4 address.
    const socks = Buffer.from([5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, port >> 8, port & 255]);
    expect(await textAt(at('dynamic'), socks)).toMatch(/through the tunnel$/);
    process.emit('SIGINT');
    const said = await forwarding;
    expect(said.stdout.split('\n')).toEqual([
      `127.0.0.1:${at('local')} → 127.0.0.1:${port} through one`,
      `127.0.0.1:${at('remote')} → 127.0.0.1:${port} through one`,
      `127.0.0.1:${at('dynamic')} → wherever the client asks (SOCKS5) through one`,
      '',
    ]);
    expect(said.stderr).toBe('Press Ctrl-C to end.\n');
  });

  it('leaves none behind where Ctrl-C comes while it is opened', async () => {
    // Bug caught: the command was gone at once, and the running Nexus kept the forward for ever.
    const before = process.listenerCount('SIGINT');
    const forwarding = ssh('forward', 'one', '-L', `0:127.0.0.1:${port}`);
    await vi.waitFor(() => expect(process.listenerCount('SIGINT')).toBeGreaterThan(before), {
      ...WAIT,
      interval: 1,
    });
    expect((await nexus.client.hosts.forwards({})).forwards).toEqual([]);
    process.emit('SIGINT');
    expect((await forwarding).code).toBe(0);
    expect((await nexus.client.hosts.forwards({})).forwards).toEqual([]);
  });

  it('opens none where one of them cannot be opened', async () => {
    const good = `0:127.0.0.1:${port}`;
    const said = await ssh('forward', 'one', '-L', good, '-L', `${port}:127.0.0.1:${port}`);
    expect(said.code).toBe(1);
    expect(said.stderr).toMatch(/^error: .*\[ssh\.\w+\]\nhint: /m);
    expect((await nexus.client.hosts.forwards({})).forwards).toEqual([]);
  });
});

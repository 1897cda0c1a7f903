import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readStream, type NexusClient } from '#contract/client.ts';
import type { HostInput } from '#contract/hosts.ts';
import type { Terminal } from '#contract/terminals.ts';
import { hostOn } from '#main/ssh/testing/host.ts';
import { endTree, startSshd, stopAll, type Sshd } from '#main/ssh/testing/sshd.ts';
import { newFolder } from './nexus.testing.ts';
import { openPlatform } from './platform.testing.ts';

let sshd: Sshd;
beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(stopAll);

async function connected(host: Partial<HostInput> = {}) {
  const { client, platform } = await openPlatform();
  await client.hosts.add(hostOn(sshd, 'web', host));
  const { terminal } = await client.terminals.connect({ host: 'web', cols: 100, rows: 30 });
  return { client, platform, id: terminal.id };
}

async function until(client: NexusClient, id: string, found: (terminal: Terminal) => boolean) {
  const stop = new AbortController();
  const changes = client.terminals.watch({}, { signal: stop.signal });
  for await (const { terminals } of readStream(client, changes, stop.signal)) {
    const one = terminals.find((terminal) => terminal.id === id);
    if (one && found(one)) {
      stop.abort();
      return one;
    }
  }
  throw new Error('the list has ended');
}

/** Reads what comes until `done` says so. */
async function read(client: NexusClient, id: string, done: (data: Buffer) => boolean) {
  const stop = new AbortController();
  const output = client.terminals.attach({ id }, { signal: stop.signal });
  for await (const item of readStream(client, output, stop.signal)) {
    const data = item.type === 'data' ? Buffer.from(item.data, 'base64') : Buffer.from('');
    if (done(item.type === 'snapshot' ? Buffer.from(item.text) : data)) break;
  }
  stop.abort();
}

describe('a terminal on a host', () => {
  it('takes input and size, and ends with the code of its shell', async () => {
    const { client, id } = await connected();
    await until(client, id, ({ state }) => state === 'running');
    await client.terminals.resize({ id, cols: 70, rows: 20 });
    let seen = '';
    const reading = read(client, id, (data) => (seen += data.toString()).includes('size 20 70'));
    await client.terminals.input({ id, data: 'echo size $(stty size)\r' });
    await reading;
    await client.terminals.input({ id, data: 'exit 5\r' });
    const ended = await until(client, id, ({ state }) => state === 'exited');
    expect(ended).toMatchObject({ kind: 'ssh', host: 'web', exit: { code: 5 } });
  });

  it('gives 20 MB byte by byte over the connection', async () => {
    // Bug caught: a pause of the channel that loses what the window of SSH still let through.
    const folder = newFolder();
    const file = join(folder, 'lines');
    const content = 'The quick brown fox jumps over the lazy dog; 0123456789 äöü €\n'.repeat(
      310_000,
    );
    writeFileSync(file, content);
    const { client, id } = await connected();
    await until(client, id, ({ state }) => state === 'running');
    const hash = createHash('sha256');
    const size = Buffer.byteLength(content);
    let head = Buffer.alloc(0);
    let got = -1;
    const reading = read(client, id, (data) => {
      let part = data;
      if (got < 0) {
        head = Buffer.concat([head, data]);
        const at = head.indexOf('BEGIN\n');
        if (at < 0) return false;
        got = 0;
        part = head.subarray(at + 6);
      }
      const mine = part.subarray(0, size - got);
      hash.update(mine);
      got += mine.length;
      return got === size;
    });
    const command = `stty raw -echo; printf 'BEG''IN\\n'; cat ${file}; printf 'EN''D\\n'\r`;
    await client.terminals.input({ id, data: command });
    await reading;
    expect(hash.digest('hex')).toBe(createHash('sha256').update(content).digest('hex'));
  }, 60_000);

  it('says that the connection broke, keeps the screen, and connects again', async () => {
    // Bug caught: a laptop that slept shows a dead terminal that takes keys and says nothing.
    const { client, id } = await connected();
    await until(client, id, ({ state }) => state === 'running');
    let seen = '';
    const reading = read(client, id, (data) => (seen += data.toString()).includes('kept-42'));
    await client.terminals.input({ id, data: 'echo kept-$((40+2))\r' });
    await reading;
    await sshd.stop();
    const lost = await until(client, id, ({ state }) => state === 'disconnected');
    expect(lost.error?.code).toMatch(/^ssh\./);
    await sshd.restart();
    await client.terminals.reconnect({ id });
    await until(client, id, ({ state }) => state === 'running');
    seen = '';
    await read(client, id, (data) => (seen += data.toString()).includes('kept-42'));
    const again = read(client, id, (data) => (seen += data.toString()).includes('again-3'));
    await client.terminals.input({ id, data: 'echo again-$((1+2))\r' });
    await again;
  });

  it('finds the dead connection after a sleep, and comes back by itself', async () => {
    // Bug caught: a connection that the network dropped in silence looks alive until somebody types.
    const { client, platform, id } = await connected();
    await until(client, id, ({ state }) => state === 'running');
    endTree(sshd.process.pid!, 'SIGSTOP');
    const found = platform.woke(200);
    const lost = await until(client, id, ({ state }) => state === 'disconnected');
    expect(lost.error?.code).toBe('ssh.connection_lost');
    expect(lost.retry_at).toBeDefined();
    await found;
    endTree(sshd.process.pid!, 'SIGCONT');
    await until(client, id, ({ state }) => state === 'running');
    let seen = '';
    const again = read(client, id, (data) => (seen += data.toString()).includes('again-3'));
    await client.terminals.input({ id, data: 'echo again-$((1+2))\r' });
    await again;
  });

  it('tells why a host cannot be reached', async () => {
    const { client, id } = await connected({ port: 1 });
    const failed = await until(client, id, ({ state }) => state === 'disconnected');
    expect(failed.error).toMatchObject({ code: expect.stringMatching(/^ssh\./) });
    expect(failed.error?.hint).toBeTruthy();
    expect(await client.terminals.close({ id })).toEqual({ closed: true });
  });
});

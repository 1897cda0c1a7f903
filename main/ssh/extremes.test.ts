import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '#main/base/clock.ts';
import { transfer } from './files/transfer.ts';
import { HostOperations, productionGate } from './index.ts';
import { testFabric } from './testing/fabric.ts';
import { withPlace } from './testing/place.ts';
import { endTree, freePort, startSshd, type Sshd } from './testing/sshd.ts';

let sshd: Sshd;
let dir: string;
withPlace(
  'nexus-extremes-',
  (made) => (sshd = made),
  (made) => (dir = made),
);

function operations() {
  const test = testFabric();
  const { fabric, questions } = test;
  const gate = productionGate(() => false);
  const made = new HostOperations({ fabric, questions, gate, clock: systemClock });
  onTestFinished(() => made.close());
  return { ...test, operations: made };
}

describe('a chain of three hosts', () => {
  it.each(['builtin', 'openssh'] as const)(
    'that breaks in its middle ends what goes on at its end, at once: %s',
    async (client) => {
      // Bug caught: the last one still passes for connected, and whoever asks it for something waits
      // until its own sign of life is due.
      const test = testFabric();
      const middle = await startSshd();
      const last = await startSshd();
      test.host('first', sshd);
      test.host('middle', middle, { jump: ['first'] });
      test.host('last', last, { jump: ['middle'], options: { client, keepalive: 3600 } });
      const mark = join(dir, 'begun');
      const running = test.fabric.run('last', `touch ${mark}; exec sleep 100`);
      running.catch(() => undefined);
      await expect.poll(() => existsSync(mark), { timeout: 10_000 }).toBe(true);
      await middle.stop();
      await expect(running).rejects.toMatchObject({ code: 'ssh.connection_lost' });
      await middle.restart();
      expect((await test.fabric.run('last', 'echo back')).stdout.toString()).toBe('back\n');
    },
  );

  it('is refused where the key in its middle has changed, and says whose it is', async () => {
    // Bug caught: the error names the host at the end, whose key is what it was.
    const test = testFabric();
    const port = await freePort();
    const before = await startSshd({ port });
    const last = await startSshd();
    test.host('first', sshd);
    test.host('middle', before, { jump: ['first'] });
    test.host('last', last, { jump: ['middle'] });
    await test.fabric.run('last', 'true');
    await before.stop();
    const after = await startSshd({ port });
    const entered = () => last.log().match(/Accepted publickey/g)?.length;
    const logins = entered();
    await expect(test.fabric.run('last', 'true')).rejects.toMatchObject({
      code: 'ssh.host_key_changed',
      details: { host: 'middle' },
    });
    expect(entered()).toBe(logins);
    // With its new key confirmed the chain stands again.
    await test.fabric.keys.forget({ name: 'middle', address: '127.0.0.1', port });
    test.fabric.hosts.update('middle', { identity: [after.key] });
    expect((await test.fabric.run('last', 'echo in')).stdout.toString()).toBe('in\n');
  });
});

describe('IPv6', () => {
  it('is an address of a host and of one on the way, and ssh-keygen finds its key', async () => {
    const six = await startSshd({ address: '::1' });
    const test = testFabric();
    test.host('six', six, { address: '::1' });
    const jump = [`${six.user}@[::1]:${six.port}`];
    test.host('behind', sshd, { jump, identity: [six.key, sshd.key] });
    const said = await test.fabric.run('six', 'echo "$SSH_CONNECTION"');
    expect(said.stdout.toString()).toMatch(/^::1 \d+ ::1 \d+\n$/);
    expect((await test.fabric.run('behind', 'true')).exitCode).toBe(0);
    const file = join(test.home, 'known_hosts');
    const found = execFileSync('ssh-keygen', ['-F', `[::1]:${six.port}`, '-f', file]).toString();
    expect(found).toContain(six.hostKey.split(' ')[1]);
  });
});

describe.each(['builtin', 'openssh'] as const)('a server that stops, by %s', (client) => {
  it.each(['upload', 'download'] as const)(
    'in the midst of an %s: a clear error, and the next one goes on',
    async (direction) => {
      const test = testFabric();
      const own = await startSshd();
      const host = test.host('a', own, { options: { client, keepalive: 1 } });
      const bytes = randomBytes(60_000_000);
      writeFileSync(join(dir, 'from'), bytes);
      const [from, to] = [join(dir, 'from'), join(dir, 'to')];
      const request = { host: 'a', from, to, resume: true, verify: true, interactive: false };
      const { signal } = new AbortController();
      const move = async (stopAt: number) => {
        const sessions = test.fabric.sessions(host, { interactive: false });
        for await (const event of transfer(direction, sessions, request, signal)) {
          if (event.type === 'done') return event;
          if (event.type === 'progress' && event.bytes > stopAt)
            endTree(own.process.pid!, 'SIGSTOP');
        }
        throw new Error('it has no end');
      };
      await expect(move(3_000_000)).rejects.toMatchObject({
        code: 'ssh.connection_lost',
        kind: 'operational',
      });
      expect(existsSync(to)).toBe(false);
      endTree(own.process.pid!, 'SIGCONT');
      const done = await move(Number.POSITIVE_INFINITY);
      expect(done.resumed).toBeGreaterThan(0);
      expect(readFileSync(to).equals(bytes)).toBe(true);
      rmSync(to);
      await own.stop();
    },
  );
});

it('fifty forwards stand side by side on one connection, each with its own words', async () => {
  const { operations: hosts, host, fabric } = operations();
  host('a', sshd);
  const server = createServer((socket) => socket.pipe(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const target = (server.address() as { port: number }).port;
  const forwards = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      hosts.openForward({
        host: 'a',
        kind: i % 2 === 0 ? 'local' : 'remote',
        listen_address: '127.0.0.1',
        listen_port: 0,
        target_address: '127.0.0.1',
        target_port: target,
      }),
    ),
  );
  const echo = (port: number) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(`to ${port}`));
      socket.once('error', reject).once('data', (data: Buffer) => {
        resolve(data.toString());
        socket.destroy();
      });
    });
  const said = await Promise.all(forwards.map((one) => echo(one.listen_port)));
  expect(said).toEqual(forwards.map((one) => `to ${one.listen_port}`));
  expect(fabric.health()).toMatchObject([{ state: 'connected', channels: 0 }]);
});

it('two hundred hosts are asked at once, though their server drops whoever comes too fast', async () => {
  const { operations: hosts, host } = operations();
  const shy = await startSshd({ config: ['MaxStartups 10:30:60'] });
  for (let i = 0; i < 200; i += 1) host(`h${i}`, shy);
  const input = {
    hosts: 'all',
    command: 'echo here',
    strategy: 'all' as const,
    retries: 0,
    parallel: 200,
    max_bytes: 100,
    interactive: false,
  };
  const codes: (number | null)[] = [];
  for await (const event of hosts.exec(input, new AbortController().signal))
    if (event.type === 'end') codes.push(event.exit_code);
  expect(codes).toEqual(Array.from({ length: 200 }, () => 0));
  await shy.stop();
});

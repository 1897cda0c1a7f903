import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Fabric } from './fabric.ts';
import { formatKnownHost } from './keys/known-hosts.ts';
import { closeFabrics, testFabric } from './testing/fabric.ts';
import { startHalfServer } from './testing/half-server.ts';
import { namespacesAllowed, openNetwork } from './testing/network.ts';
import { endTree, freePort, makeKey, startSshd, stopAll, type Sshd } from './testing/sshd.ts';

let sshd: Sshd;
const servers: { server: Server; sockets: Set<Socket> }[] = [];
beforeAll(async () => {
  sshd = await startSshd();
});
afterEach(async () => {
  await closeFabrics();
  for (const { server, sockets } of servers.splice(0)) {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
});
afterAll(stopAll);

/** A server that does this with every connection. */
async function serve(each: (socket: Socket) => void): Promise<Sshd> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    each(socket);
  });
  servers.push({ server, sockets });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { ...sshd, port: (server.address() as { port: number }).port };
}

/** A command that has begun on the host and does not end. */
async function begun(fabric: Fabric, name: string, on: Sshd) {
  const mark = join(on.dir, 'begun');
  const result = fabric.run(name, `touch ${mark}; exec sleep 100`);
  result.catch(() => undefined);
  await expect.poll(() => existsSync(mark), { timeout: 10_000 }).toBe(true);
  rmSync(mark);
  return { result };
}

const keyOf = (server: Sshd) => Buffer.from(server.hostKey.split(' ')[1]!, 'base64');

describe('host keys', () => {
  it('that are new are asked about, remembered, and not asked about again', async () => {
    const test = testFabric();
    test.answer = () => ({ answer: 'trust' });
    test.host('a', sshd, { options: { accept_new: false } });
    await test.fabric.run('a', 'true');
    expect(test.asked[0]).toMatchObject({ kind: 'host_key', subject: 'a' });
    expect(test.asked[0]?.text).toMatch(/SHA256:[A-Za-z0-9+/]{43}/);
    test.fabric.pool.drop(test.fabric.hosts.get('a').id);
    await test.fabric.run('a', 'true');
    expect(test.asked).toHaveLength(1);
  });

  it('that a person does not trust, and those that nobody may be asked about, end it', async () => {
    const test = testFabric();
    test.answer = () => 'refuse';
    test.host('a', sshd, { options: { accept_new: false } });
    await expect(test.fabric.run('a', 'true')).rejects.toMatchObject({ code: 'question.refused' });
    await expect(test.fabric.run('a', 'true', { interactive: false })).rejects.toMatchObject({
      code: 'ssh.host_key_unknown',
    });
  });

  it('that have changed are refused with both fingerprints, also with accept-new', async () => {
    const { fabric, host } = testFabric();
    const port = await freePort();
    const first = await startSshd({ port });
    host('a', first);
    await fabric.run('a', 'true');
    await first.stop();
    const second = await startSshd({ port });
    host('b', second);
    await expect(fabric.run('b', 'true')).rejects.toMatchObject({
      code: 'ssh.host_key_changed',
      message: expect.stringMatching(/Known: SHA256:\S+ .*Offered: SHA256:/),
      details: {
        known: [expect.stringMatching(/^SHA256:/)],
        offered: expect.stringMatching(/^SHA256:/),
      },
    });
    await second.stop();
  });

  it('of the type that is known are the ones asked for, where the server has several', async () => {
    // Bug caught: the server prefers ed25519, only its ecdsa key is known, and it counts as changed.
    const ecdsa = makeKey(join(sshd.dir, 'second-host'), 'ecdsa');
    const two = await startSshd({ config: [`HostKey ${ecdsa}`] });
    const known = join(two.dir, 'known');
    const blob = Buffer.from(readFileSync(`${ecdsa}.pub`, 'utf8').split(' ')[1]!, 'base64');
    writeFileSync(known, `${formatKnownHost(`[127.0.0.1]:${two.port}`, blob)}\n`);
    const { fabric, host } = testFabric({ knownHosts: [known] });
    host('a', two, { options: { accept_new: false } });
    expect((await fabric.run('a', 'true', { interactive: false })).exitCode).toBe(0);
    await two.stop();
  });

  it('that are revoked are refused', async () => {
    const known = join(sshd.dir, 'revoked');
    writeFileSync(known, `@revoked ${formatKnownHost('*', keyOf(sshd))}\n`);
    const { fabric, host } = testFabric({ knownHosts: [known] });
    host('a', sshd);
    await expect(fabric.run('a', 'true')).rejects.toMatchObject({ code: 'ssh.host_key_revoked' });
    rmSync(known);
  });
});

describe('servers that are none', () => {
  it('end in a clear error when they say nothing', async () => {
    const silent = await serve(() => undefined);
    const { fabric, host } = testFabric();
    host('a', silent, { options: { connect_timeout: 1 } });
    await expect(fabric.run('a', 'true')).rejects.toMatchObject({ code: 'ssh.handshake_timeout' });
  });

  it('are given up when they stop in the middle of the handshake', async () => {
    const halfway = await serve((socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'));
    const { fabric, host } = testFabric();
    host('a', halfway, { options: { connect_timeout: 1 } });
    await expect(fabric.run('a', 'true')).rejects.toMatchObject({ code: 'ssh.handshake_timeout' });
  });

  it('are given up when they hang at the login, and nobody is asked meanwhile', async () => {
    const half = await startHalfServer('login');
    const test = testFabric();
    test.host('a', { ...sshd, port: half.port }, { options: { connect_timeout: 1 } });
    await expect(test.fabric.run('a', 'true')).rejects.toMatchObject({
      code: 'ssh.handshake_timeout',
    });
    expect(test.asked).toEqual([]);
    half.close();
  });

  it('are given up when a command takes too long to be begun', async () => {
    // Bug caught: the timeout counts from the moment at which the command runs, and it never does.
    const half = await startHalfServer('channel');
    const { fabric, host } = testFabric();
    host('a', { ...sshd, port: half.port });
    await expect(fabric.run('a', 'true', { timeoutMs: 500 })).rejects.toMatchObject({
      code: 'ssh.timeout',
    });
    half.close();
  });

  it('may greet whoever logs in, but not at any length', async () => {
    const greeting = join(sshd.dir, 'greeting');
    writeFileSync(greeting, 'No entry without a ticket.\n'.repeat(500));
    const polite = await startSshd({ config: [`Banner ${greeting}`] });
    const { fabric, host } = testFabric();
    host('a', polite);
    expect((await fabric.run('a', 'true')).exitCode).toBe(0);
    // One packet so large is none (RFC 4253, section 6.1).
    writeFileSync(greeting, 'x'.repeat(200 * 1024));
    host('b', polite);
    await expect(fabric.run('b', 'true')).rejects.toMatchObject({ code: 'ssh.handshake_failed' });
    await polite.stop();
    const endless = await startHalfServer('greeting');
    host('c', { ...sshd, port: endless.port });
    await expect(fabric.run('c', 'true')).rejects.toMatchObject({ code: 'ssh.banner_too_long' });
    endless.close();
  });

  it('cannot flood Nexus with a banner', async () => {
    const flood = await serve((socket) => {
      const line = `${'x'.repeat(1000)}\r\n`;
      const more = () => {
        while (!socket.destroyed && socket.write(line.repeat(50)));
      };
      socket.on('drain', more);
      more();
    });
    const { fabric, host } = testFabric();
    host('a', flood);
    await expect(fabric.run('a', 'true')).rejects.toMatchObject({
      code: 'ssh.banner_too_long',
    });
  });

  it('that talk something else, or hang up, say so', async () => {
    const http = await serve((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const gone = await serve((socket) => socket.destroy());
    const { fabric, host } = testFabric();
    host('http', http);
    host('gone', gone);
    host('closed', { ...sshd, port: await freePort() });
    await expect(fabric.run('http', 'true')).rejects.toMatchObject({
      code: 'ssh.handshake_failed',
    });
    await expect(fabric.run('gone', 'true')).rejects.toMatchObject({
      code: 'ssh.handshake_failed',
    });
    await expect(fabric.run('closed', 'true')).rejects.toMatchObject({ code: 'ssh.unreachable' });
  });

  it('do not hold up the others: eight handshakes hang, and a ninth host is reached when they end', async () => {
    const silent = await serve(() => undefined);
    const { fabric, host } = testFabric();
    for (let i = 0; i < 12; i += 1) host(`s${i}`, silent, { options: { connect_timeout: 1 } });
    host('good', sshd);
    const hanging = Array.from({ length: 12 }, (_, i) =>
      fabric.run(`s${i}`, 'true').catch(() => 'failed'),
    );
    expect((await fabric.run('good', 'echo ok')).stdout.toString()).toBe('ok\n');
    expect(await Promise.all(hanging)).toEqual(Array(12).fill('failed'));
  });
});

describe('links that drop', () => {
  it('end the command with a clear error, and the next one connects anew', async () => {
    const own = await startSshd();
    const { fabric, host } = testFabric();
    host('a', own);
    const running = await begun(fabric, 'a', own);
    await own.stop();
    await expect(running.result).rejects.toMatchObject({ code: 'ssh.connection_lost' });
    await own.restart();
    expect((await fabric.run('a', 'echo back')).stdout.toString()).toBe('back\n');
    await own.stop();
  });

  it('are noticed when the server is stopped and says nothing more', async () => {
    const own = await startSshd();
    const { fabric, host } = testFabric();
    host('a', own, { options: { keepalive: 0.3 } });
    const running = await begun(fabric, 'a', own);
    endTree(own.process.pid!, 'SIGSTOP');
    await expect(running.result).rejects.toMatchObject({ code: 'ssh.connection_lost' });
    endTree(own.process.pid!, 'SIGCONT');
    await own.stop();
  });

  it.runIf(namespacesAllowed())(
    'are noticed when the network goes down without a word, and made again when it is back',
    async () => {
      const network = openNetwork();
      onTestFinished(() => network.close());
      const far = await startSshd({ address: network.address, netns: network.name });
      const { fabric, host } = testFabric();
      host('a', far, { address: network.address, options: { keepalive: 1, connect_timeout: 2 } });
      const running = await begun(fabric, 'a', far);
      network.down();
      await expect(running.result).rejects.toMatchObject({ code: 'ssh.connection_lost' });
      await expect(fabric.run('a', 'true')).rejects.toMatchObject({
        code: expect.stringMatching(/^ssh\.(unreachable|handshake_timeout)$/),
      });
      network.up();
      await expect
        .poll(() => fabric.run('a', 'echo back').then((one) => one.stdout.toString(), String), {
          timeout: 20_000,
        })
        .toBe('back\n');
      await far.stop();
    },
  );

  it('tell a terminal why it ended', async () => {
    const own = await startSshd();
    const { fabric, host } = testFabric();
    host('a', own);
    const shell = await fabric.shell('a', { cols: 80, rows: 24 });
    const exit = new Promise<{ error?: { code: string } }>((resolve) => shell.onExit(resolve));
    await own.stop();
    expect((await exit).error?.code).toBe('ssh.connection_lost');
  });

  it('make Nexus leave a host alone after three failures, and a test tries at once', async () => {
    const { fabric, host } = testFabric();
    const port = await freePort();
    host('a', { ...sshd, port });
    for (let i = 0; i < 3; i += 1)
      await expect(fabric.run('a', 'true')).rejects.toMatchObject({ code: 'ssh.unreachable' });
    await expect(fabric.run('a', 'true')).rejects.toMatchObject({
      code: 'ssh.circuit_open',
      details: { last: 'ssh.unreachable' },
    });
    expect(fabric.health()[0]).toMatchObject({ state: 'failing', retry_at: expect.any(String) });
    const back = await startSshd({ port });
    copyFileSync(`${sshd.key}.pub`, join(back.dir, 'authorized'));
    fabric.hosts.update('a', { notes: 'It is looked at.' });
    await expect(fabric.run('a', 'true')).rejects.toMatchObject({ code: 'ssh.circuit_open' });
    await fabric.withSession(fabric.hosts.get('a'), 'command', { force: true }, (one) =>
      one.ping(),
    );
    // Bug caught: the host that is there again is left alone until the minute is over.
    expect(fabric.health()[0]).toMatchObject({ state: 'connected' });
    expect(fabric.health()[0]).not.toHaveProperty('retry_at');
    await back.stop();
  });
});

describe('jump hosts', () => {
  it('are gone through in order, and one connection carries many hosts', async () => {
    const inner = await startSshd();
    const middle = await startSshd();
    const { fabric, host } = testFabric();
    host('bastion', sshd);
    host('middle', middle, { jump: ['bastion'] });
    for (let i = 0; i < 12; i += 1) host(`in${i}`, inner, { jump: ['middle'] });
    const before = sshd.log().match(/Accepted/g)?.length ?? 0;
    const results = await Promise.all(
      Array.from({ length: 12 }, (_, i) => fabric.run(`in${i}`, 'echo $SSH_CONNECTION')),
    );
    expect(results.every((one) => one.exitCode === 0)).toBe(true);
    expect((sshd.log().match(/Accepted/g)?.length ?? 0) - before).toBe(1);
    expect(middle.log().match(/Accepted/g)).toHaveLength(1);
    expect(inner.log().match(/Accepted/g)).toHaveLength(12);
    await inner.stop();
    await middle.stop();
  });

  it('may be written out without being in the inventory, and may not go in a circle', async () => {
    const inner = await startSshd();
    const { fabric, host } = testFabric();
    host('a', inner, { identity: [inner.key, sshd.key], jump: [`root@127.0.0.1:${sshd.port}`] });
    expect((await fabric.run('a', 'true')).exitCode).toBe(0);
    host('x', sshd, { jump: ['y'] });
    host('y', sshd, { jump: ['x'] });
    await expect(fabric.run('x', 'true')).rejects.toMatchObject({ code: 'ssh.jump_loop' });
    host('z', sshd, { jump: ['-oProxyCommand=id'.slice(1)] });
    await expect(fabric.run('z', 'true')).rejects.toMatchObject({ code: 'ssh.unreachable' });
    await inner.stop();
  });

  it('that drop take what is behind them along, and both come back', async () => {
    const inner = await startSshd();
    const outer = await startSshd();
    const { fabric, host } = testFabric();
    host('outer', outer);
    host('inner', inner, { jump: ['outer'] });
    const running = await begun(fabric, 'inner', inner);
    await outer.stop();
    await expect(running.result).rejects.toMatchObject({ code: 'ssh.connection_lost' });
    await outer.restart();
    expect((await fabric.run('inner', 'echo again')).stdout.toString()).toBe('again\n');
    await inner.stop();
    await outer.stop();
  });
});

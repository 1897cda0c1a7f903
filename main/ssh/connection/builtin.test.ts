import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';
import { connectedBy, withSshd } from '../testing/place.ts';
import { endTree, startSshd, type Sshd } from '../testing/sshd.ts';
import type { ExecChannel } from './connection.ts';

let sshd: Sshd;
withSshd((made) => (sshd = made));

const connected = (on: Sshd = sshd) => connectedBy('builtin', on);

async function output(channel: ExecChannel): Promise<string> {
  channel.stdin.end();
  channel.stderr.resume();
  const chunks: Buffer[] = [];
  for await (const chunk of channel.stdout) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** All that a port of this machine says. */
async function read(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('error', () => undefined).on('data', (chunk: Buffer) => (text += chunk.toString()));
  await new Promise((resolve) => socket.once('close', resolve));
  return text;
}

/** Frees all that can be freed, now. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

describe('a connection by the built-in client', () => {
  it('keeps nothing of commands, tunnels and signs of life that are over', async () => {
    // Bug caught: each command left a listener for the connection's end, and with it its channel:
    // a host that is looked at every few seconds filled the memory in days.
    const connection = await connected();
    const kept: WeakRef<object>[] = [];
    for (let i = 0; i < 40; i += 1) {
      const channel = await connection.exec(`echo ${i}`);
      kept.push(new WeakRef(channel.stdout));
      expect(await output(channel)).toBe(`${i}\n`);
      await channel.exit;
      await connection.ping();
    }
    const left = () => {
      collectGarbage();
      return kept.filter((one) => one.deref()).length;
    };
    // The last ones may still be on the stack of whoever reads.
    await expect.poll(left).toBeLessThan(5);
  });

  it('sends small packets at once (TCP_NODELAY)', async () => {
    // Bug caught: a command takes 90 ms more: its packets wait until the last one is acknowledged.
    const set = vi.spyOn(Socket.prototype, 'setNoDelay');
    await connected();
    const sockets = set.mock.contexts.filter((_, i) => set.mock.calls[i]![0] === true) as Socket[];
    expect(sockets.map((socket) => socket.remotePort)).toContain(sshd.port);
    set.mockRestore();
  });

  it('tells listeners of its end once, those that came late at once, and those taken away never', async () => {
    const connection = await connected();
    const heard: string[] = [];
    connection.onClose(() => heard.push('first'));
    connection.onClose(() => heard.push('never'))();
    connection.close();
    connection.close();
    connection.onClose(() => heard.push('late'));
    expect(heard).toEqual(['first', 'late']);
    expect(connection.alive).toBe(false);
  });

  it('that is closed opens nothing more, and says so', async () => {
    const connection = await connected();
    connection.close();
    const lost = { code: 'ssh.connection_lost' };
    await expect(connection.exec('true')).rejects.toMatchObject(lost);
    await expect(connection.ping()).rejects.toMatchObject(lost);
    await expect(connection.sftp()).rejects.toMatchObject(lost);
    await expect(connection.dial('127.0.0.1', 1)).rejects.toMatchObject(lost);
    await expect(connection.listen('127.0.0.1', 0, () => undefined)).rejects.toMatchObject(lost);
  });

  it('that is lost ends its commands, its tunnels and what waits for an answer', async () => {
    const own = await startSshd();
    const connection = await connected(own);
    const channel = await connection.exec('sleep 100');
    const ended = new Promise((resolve) => connection.onClose(resolve));
    const ping = (async () => {
      endTree(own.process.pid!, 'SIGSTOP');
      const waiting = connection.ping();
      endTree(own.process.pid!, 'SIGKILL');
      return waiting;
    })();
    ping.catch(() => undefined);
    await expect(channel.exit).rejects.toMatchObject({ code: 'ssh.connection_lost' });
    await expect(ping).rejects.toMatchObject({ code: 'ssh.connection_lost' });
    await ended;
    expect(connection.alive).toBe(false);
    await own.stop();
  });

  it('names the signal that ended a command as the protocol does, and gives no code then', async () => {
    // Bug caught: “ended by SIGSIGKILL”, and the exit code 128 in place of 137.
    const connection = await connected();
    const killed = await connection.exec('kill -KILL $$');
    await output(killed);
    expect(await killed.exit).toEqual({ code: null, signal: 'KILL' });
    const plain = await connection.exec('exit 255');
    await output(plain);
    expect(await plain.exit).toEqual({ code: 255, signal: null });
  });

  it('hands all of a fast command’s output over, also when it ended before somebody read', async () => {
    // Bug caught: the end comes in the packet of the answer, before a listener is there.
    const connection = await connected();
    for (let i = 0; i < 30; i += 1) {
      const channel = await connection.exec('printf abc');
      await new Promise((resolve) => setTimeout(resolve, i % 3));
      expect(await output(channel)).toBe('abc');
      expect(await channel.exit).toEqual({ code: 0, signal: null });
    }
  });

  it('sends megabytes both ways unchanged, through a renewal of the keys too', async () => {
    // Bug caught: the host's key was looked up anew, the client went on sending meanwhile, and sshd
    // ended the connection: nothing large ever arrived on a server with a RekeyLimit.
    const renewing = await startSshd({ config: ['RekeyLimit 256K'] });
    const connection = await connected(renewing);
    const body = randomBytes(3_000_000);
    const channel = await connection.exec('cat');
    channel.stderr.resume();
    channel.stdin.end(body);
    const hash = createHash('sha256');
    for await (const chunk of channel.stdout) hash.update(chunk as Buffer);
    expect(hash.digest('hex')).toBe(createHash('sha256').update(body).digest('hex'));
    expect(await channel.exit).toEqual({ code: 0, signal: null });
    expect(await output(await connection.exec('echo on'))).toBe('on\n');
    await renewing.stop();
  });

  it('says what a server refuses, and goes on', async () => {
    const strict = await startSshd({
      config: ['AllowTcpForwarding no', 'Subsystem nothing /bin/false'],
    });
    const connection = await connected(strict);
    const refused = { code: 'ssh.channel_refused', details: { host: 'a' } };
    await expect(connection.dial('127.0.0.1', 22)).rejects.toMatchObject(refused);
    await expect(connection.listen('127.0.0.1', 0, () => undefined)).rejects.toMatchObject(refused);
    expect(await output(await connection.exec('echo on'))).toBe('on\n');
    await strict.stop();
  });

  it('reaches addresses of both families', async () => {
    const connection = await connected();
    for (const address of ['127.0.0.1', '::1']) {
      const server = createServer((socket) => socket.end(address));
      await new Promise<void>((resolve) => server.listen(0, address, resolve));
      const stream = await connection.dial(address, (server.address() as { port: number }).port);
      const [chunk] = (await once(stream, 'data')) as [Buffer];
      expect(chunk.toString()).toBe(address);
      server.close();
    }
  });

  it('hands connections to whoever asked for the port, and refuses those of a port that was given back', async () => {
    const connection = await connected();
    const heard: string[] = [];
    const listen = (name: string) =>
      connection.listen('127.0.0.1', 0, (stream) => {
        heard.push(name);
        stream.end(name);
      });
    const [one, two] = await Promise.all([listen('one'), listen('two')]);
    expect(one.port).not.toBe(two.port);
    expect(await Promise.all([read(one.port), read(two.port)])).toEqual(['one', 'two']);
    one.close();
    await expect.poll(() => read(one.port)).toBe('');
    expect(await read(two.port)).toBe('two');
    expect(heard.toSorted()).toEqual(['one', 'two', 'two']);
  });
});

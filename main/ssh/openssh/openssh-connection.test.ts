import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import type { Connection, ExecChannel } from '../connection/connection.ts';
import { listFolder } from '../files/browse.ts';
import { connectedBy, withSshd } from '../testing/place.ts';
import { startSshd, type Sshd } from '../testing/sshd.ts';

let sshd: Sshd;
withSshd((made) => (sshd = made));

const connected = (on: Sshd = sshd) => connectedBy('openssh', on);

async function output(channel: ExecChannel): Promise<string> {
  channel.stderr.resume();
  const chunks: Buffer[] = [];
  for await (const chunk of channel.stdout) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

describe('a connection that the system’s ssh holds', () => {
  it('has a host listen and reaches addresses of both families', async () => {
    // Bug caught: an address of IPv6 is read as an address and three ports.
    const connection = await connected();
    for (const address of ['127.0.0.1', '::1']) {
      const listening = await connection.listen(address, 0, (stream) =>
        stream.end(`at ${address}`),
      );
      expect(listening.port).toBeGreaterThan(0);
      const stream = await connection.dial(address, listening.port);
      expect(String((await once(stream, 'data'))[0])).toBe(`at ${address}`);
      stream.destroy();
      listening.close();
      const refused = () =>
        new Promise((resolve) => {
          const socket = connect(listening.port, address);
          socket.once('connect', () => (socket.destroy(), resolve(false)));
          socket.once('error', () => resolve(true));
        });
      await expect.poll(refused).toBe(true);
    }
  });

  it('says what the server refuses, and goes on', async () => {
    const strict = await startSshd({
      config: ['AllowTcpForwarding no', 'Subsystem nothing /bin/false'],
    });
    const connection = await connected(strict);
    await expect(connection.listen('127.0.0.1', 0, () => undefined)).rejects.toMatchObject({
      code: 'ssh.channel_refused',
    });
    const stream = await connection.dial('127.0.0.1', 22);
    stream.resume();
    await new Promise((resolve) => stream.once('close', resolve));
    const channel = await connection.exec('echo on');
    channel.stdin.end();
    expect(await output(channel)).toBe('on\n');
    await strict.stop();
  });

  it('sends megabytes both ways unchanged', async () => {
    const connection = await connected();
    const body = randomBytes(3_000_000);
    const channel = await connection.exec('cat');
    channel.stderr.resume();
    channel.stdin.end(body);
    const hash = createHash('sha256');
    for await (const chunk of channel.stdout) hash.update(chunk as Buffer);
    expect(hash.digest('hex')).toBe(createHash('sha256').update(body).digest('hex'));
    expect(await channel.exit).toEqual({ code: 0, signal: null });
  });

  it('tells a command’s own 255 from a connection that is lost', async () => {
    // Bug caught: `exit 255` passes for a lost connection, or a lost connection for an exit code.
    const own = await startSshd();
    const connection = await connected(own);
    const plain = await connection.exec('exit 255');
    plain.stdin.end();
    await output(plain);
    expect(await plain.exit).toEqual({ code: 255, signal: null });
    const running = await connection.exec('sleep 100');
    await own.stop();
    await expect(running.exit).rejects.toMatchObject({ code: 'ssh.connection_lost' });
    expect(connection.alive).toBe(false);
    await expect(connection.exec('true')).rejects.toMatchObject({ code: 'ssh.connection_lost' });
    await expect(connection.sftp()).rejects.toMatchObject({ code: 'ssh.connection_lost' });
  });

  it('says so where no further ssh can be started, and goes on when it can be again', async () => {
    // Bug caught: no process is left for one more command, and Nexus ends by an unheard error.
    const connection = await connected();
    vi.stubEnv('PATH', '/nonexistent');
    for (const work of [
      () => connection.exec('true'),
      () => connection.dial('127.0.0.1', sshd.port),
      () => connection.listen('127.0.0.1', 0, () => undefined),
      () => connection.sftp(),
      () => connection.ping(),
    ])
      await expect(work()).rejects.toMatchObject({ code: 'ssh.openssh_failed' });
    vi.unstubAllEnvs();
    const long = connection.exec(`: ${'x'.repeat(3_000_000)}`);
    await expect(long).rejects.toMatchObject({ code: 'ssh.openssh_failed' });
    expect(await connection.ping()).toBeGreaterThan(0);
  });

  it('is closed without an error by our own wish, and answers signs of life before that', async () => {
    const connection = await connected();
    expect(await connection.ping()).toBeGreaterThan(0);
    const ended = new Promise((resolve) => connection.onClose(resolve));
    connection.close();
    expect(await ended).toBeUndefined();
  });

  it('has tunnels that may be given up in any moment', async () => {
    // Bug caught: a way through a host that nobody takes any more ends Nexus by an unheard error.
    const connection = await connected();
    const stream = await connection.dial('127.0.0.1', sshd.port);
    const closed = new Promise((resolve) => stream.once('close', resolve));
    stream.destroy();
    await closed;
    expect((await connection.ping()) > 0).toBe(true);
  });

  it('carries many tunnels at once, each with its own words', async () => {
    const server = createServer((socket) => socket.pipe(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const connection = await connected();
    const echo = async (text: string) => {
      const stream = await connection.dial('127.0.0.1', port);
      stream.write(text);
      const [chunk] = (await once(stream, 'data')) as [Buffer];
      stream.destroy();
      return chunk.toString();
    };
    const words = Array.from({ length: 8 }, (_, i) => `tunnel ${i}`);
    expect(await Promise.all(words.map(echo))).toEqual(words);
    server.close();
  });
});

describe('files over the system’s ssh', () => {
  it('are listed, and the session is over when it is ended', async () => {
    const connection = await connected();
    const sftp = await connection.sftp();
    const { entries } = await listFolder(sftp, sshd.dir);
    expect(entries.map((one) => one.name)).toContain('sshd_config');
    const closed = once(sftp, 'close');
    sftp.end();
    await closed;
  });

  it('are refused in words where the server starts something else', async () => {
    const other = await startSshd({ config: ['ForceCommand /bin/false'] });
    const connection = await connected(other);
    await expect(connection.sftp()).rejects.toMatchObject({ code: 'ssh.channel_refused' });
    await other.stop();
  });
});

describe('a terminal over the system’s ssh', () => {
  const shell = (connection: Connection, env: Record<string, string> = {}) =>
    connection.shell({ cols: 80, rows: 24, term: 'xterm', env, agentForward: false });

  it('hands over everything to the last byte, also what was held back when it ended', async () => {
    // Bug caught: the end of a long output is cut off when the program exits.
    const made = await shell(await connected());
    let text = '';
    made.onData((data) => (text += Buffer.from(data).toString()));
    const exit = new Promise((resolve) => made.onExit(resolve));
    made.write('stty -echo; PS1=; seq 1 20000; echo the-end; exit 7\n');
    await expect.poll(() => text.length).toBeGreaterThan(1000);
    made.pause();
    await new Promise((resolve) => setImmediate(resolve));
    made.resume();
    expect(await exit).toMatchObject({ code: 7 });
    await expect.poll(() => text).toContain('the-end');
    expect(text).toContain('\n20000\r\n');
    made.write('nothing');
    made.resize(10, 10);
    made.close();
  });

  it('ends when it is closed, and says why when the connection is lost', async () => {
    const own = await startSshd();
    const connection = await connected(own);
    const closed = await shell(connection);
    const end = new Promise((resolve) => closed.onExit(resolve));
    closed.close();
    await end;
    const lost = await shell(connection);
    const exit = new Promise<{ error?: { code: string } }>((resolve) => lost.onExit(resolve));
    let text = '';
    lost.onData((data) => (text += Buffer.from(data).toString()));
    await expect.poll(() => text).not.toBe('');
    await own.stop();
    expect(await exit).toMatchObject({ code: expect.any(Number) });
  });
});

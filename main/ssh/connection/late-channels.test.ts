import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import ssh2, { type Connection as ServerSide } from 'ssh2';
import { describe, expect, it, onTestFinished } from 'vitest';
import { testFabric } from '../testing/fabric.ts';
import { withSshd } from '../testing/place.ts';
import { endTree, freePort, startSshd, type Sshd } from '../testing/sshd.ts';
import { Client } from '../ssh2.ts';
import { BuiltinConnection } from './builtin.ts';

let sshd: Sshd;
withSshd((made) => (sshd = made));

const PATIENCE_MS = 200;

/** A server that opens sessions at once, and tunnels when the test says so. */
async function slowGate() {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const waiting: (() => Duplex)[] = [];
  const server = new ssh2.Server({ hostKeys: [privateKey] }, (client: ServerSide) => {
    client.on('error', () => undefined);
    client.on('authentication', (context) => context.accept());
    client.on('tcpip', (accept) => void waiting.push(accept));
    client.on('session', (accept) =>
      accept().on('exec', (take) => {
        const channel = take();
        channel.exit(0);
        channel.end('fine');
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, waiting };
}

async function connectedTo(port: number, more: object = {}): Promise<BuiltinConnection> {
  const client = new Client();
  client.connect({ host: '127.0.0.1', port, username: 'root', ...more });
  await once(client, 'ready');
  const connection = new BuiltinConnection(client, 'gate', PATIENCE_MS);
  onTestFinished(() => connection.close());
  return connection;
}

describe('a channel that is not opened', () => {
  it('on a connection that answers ends alone, and is closed when it is opened after all', async () => {
    // Bug caught: one machine behind a bastion is down, or a browser asks a SOCKS forward for one
    // that is, and every fifteen seconds all that goes through that bastion is cut off.
    const gate = await slowGate();
    const connection = await connectedTo(gate.port);
    await expect(connection.dial('10.0.0.1', 22)).rejects.toMatchObject({
      code: 'ssh.channel_timeout',
    });
    expect(connection.alive).toBe(true);
    const channel = await connection.exec('anything');
    channel.stdin.end();
    channel.stderr.resume();
    expect(String((await once(channel.stdout, 'data'))[0])).toBe('fine');
    const late = gate.waiting[0]!();
    late.resume();
    await once(late, 'close');
    expect(await connection.ping()).toBeGreaterThan(0);
  });

  it('on a connection that does not answer ends with it', async () => {
    const own = await startSshd();
    const connection = await connectedTo(own.port, { privateKey: readFileSync(own.key) });
    endTree(own.process.pid!, 'SIGSTOP');
    const waiting = [connection.exec('true'), connection.dial('127.0.0.1', 22)];
    for (const one of waiting)
      await expect(one).rejects.toMatchObject({
        code: 'ssh.connection_lost',
        message: expect.stringContaining('does not answer any more'),
      });
    expect(connection.alive).toBe(false);
    endTree(own.process.pid!, 'SIGCONT');
    await own.stop();
  });
});

it('a host behind another that cannot be reached from there is told as such', async () => {
  // Bug caught: “gate refused to open a channel: the server may limit sessions (MaxSessions)”.
  const test = testFabric();
  test.host('gate', sshd);
  test.host('in', sshd, { jump: ['gate'], port: await freePort() });
  await expect(test.fabric.run('in', 'true')).rejects.toMatchObject({
    code: 'ssh.unreachable',
    message: expect.stringMatching(/^in \(127\.0\.0\.1:\d+\) cannot be reached from gate: /),
  });
  expect((await test.fabric.run('gate', 'echo on')).stdout.toString()).toBe('on\n');
});

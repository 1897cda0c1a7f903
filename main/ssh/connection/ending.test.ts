import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from '../ssh2.ts';
import { startSshd, stopAll, type Sshd } from '../testing/sshd.ts';
import { BuiltinConnection } from './builtin.ts';
import { Ending } from './ending.ts';

describe('Ending', () => {
  // Would catch a listener that is told twice, not at all, or after it took itself off.
  it('tells whoever still listens exactly once, whatever came before', () => {
    const step = fc.oneof(
      fc.constant({ do: 'listen' as const }),
      fc.record({ do: fc.constant('leave' as const), which: fc.nat(20) }),
      fc.constant({ do: 'end' as const }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const ending = new Ending();
        const heard: number[] = [];
        const expected: number[] = [];
        const leave: (() => void)[] = [];
        for (const one of steps) {
          if (one.do === 'listen') {
            const at = heard.push(0) - 1;
            expected.push(ending.over ? 1 : 0);
            leave.push(ending.listen(() => (heard[at]! += 1)));
          } else if (one.do === 'leave') {
            leave[one.which]?.();
            if (!ending.over && one.which < leave.length) expected[one.which] = -1;
          } else {
            if (!ending.over)
              for (const [at, was] of expected.entries()) if (was === 0) expected[at] = 1;
            ending.end(undefined);
          }
        }
        expect(heard).toEqual(expected.map((count) => Math.max(0, count)));
        expect(ending.listeners).toBe(expected.filter((count) => count === 0).length);
      }),
    );
  });

  // Would catch a late listener that never hears why the connection had ended.
  it('tells the first reason, also to whoever comes late', () => {
    const ending = new Ending();
    const first = new Error('first');
    ending.end(first);
    ending.end(new Error('second'));
    const heard: unknown[] = [];
    ending.listen((error) => heard.push(error));
    expect(heard).toEqual([first]);
  });

  it('lets the same function listen twice and leave once', () => {
    const ending = new Ending();
    let heard = 0;
    const listener = () => (heard += 1);
    ending.listen(listener)();
    ending.listen(listener);
    ending.end(undefined);
    expect(heard).toBe(1);
  });
});

describe('a connection that is used for long', () => {
  let sshd: Sshd;
  beforeAll(async () => {
    sshd = await startSshd();
  });
  afterAll(stopAll);

  /** A connection, and how many listen for its end now. */
  async function open() {
    const client = new Client();
    const { port, user: username, key } = sshd;
    client.connect({ host: '127.0.0.1', port, username, privateKey: readFileSync(key) });
    await once(client, 'ready');
    const connection = new BuiltinConnection(client, 'one');
    const listening = new Set<symbol>();
    const listen = connection.onClose.bind(connection);
    connection.onClose = (listener) => {
      const id = Symbol('listener');
      listening.add(id);
      const leave = listen(listener);
      return () => {
        listening.delete(id);
        leave();
      };
    };
    return { connection, listening };
  }

  // Would catch the leak that kept every command's channel until the connection ended: with a look
  // at a host every ten seconds that is 8,640 channels a day.
  it('forgets commands, shells, transfers, dials and pings that are over', async () => {
    const { connection, listening } = await open();
    for (let n = 0; n < 5; n += 1) {
      const channel = await connection.exec('cat');
      channel.stdout.resume();
      channel.stderr.resume();
      channel.stdin.end('x');
      await channel.exit;
      await connection.ping();
    }
    const stream = await connection.dial('127.0.0.1', sshd.port);
    stream.destroy();
    const sftp = await connection.sftp();
    sftp.end();
    const size = { cols: 80, rows: 24, term: 'xterm', env: {}, agentForward: false };
    const shell = await connection.shell(size);
    shell.onData(() => undefined);
    const ended = new Promise((resolve) => shell.onExit(resolve));
    shell.write('exit\n');
    await ended;
    expect(listening.size).toBe(0);
    connection.close();
  });

  it('tells a command that runs when the connection ends', async () => {
    const { connection } = await open();
    const channel = await connection.exec('sleep 100');
    connection.close();
    await expect(channel.exit).rejects.toMatchObject({ code: 'ssh.connection_lost' });
    await expect(connection.exec('true')).rejects.toMatchObject({ code: 'ssh.connection_lost' });
    await expect(connection.ping()).rejects.toMatchObject({ code: 'ssh.connection_lost' });
  });
});

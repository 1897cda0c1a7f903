import { describe, expect, it } from 'vitest';
import { held, IDLE_MS, madeLink, settle, START } from '../testing/link.ts';
import type { Lease } from './link.ts';

describe('places on a host’s connection', () => {
  it('are eight for commands on one connection, and the ninth waits for one', async () => {
    const { acquire, wires, link } = madeLink();
    const leases = await Promise.all(Array.from({ length: 8 }, () => acquire()));
    let ninth: Lease | undefined;
    void acquire().then((lease) => (ninth = lease));
    await settle();
    expect(ninth).toBeUndefined();
    expect(link.health().channels).toBe(8);
    leases[3]!.release();
    await settle();
    expect(ninth).toBeDefined();
    expect(wires).toHaveLength(1);
  });

  it('are six for terminals; the seventh has a second connection, and commands find room on the first', async () => {
    // Bug caught: eight open terminals, and no command ever runs again on that host.
    const { acquire, wires } = madeLink();
    const terminals = [];
    for (let i = 0; i < 7; i += 1) terminals.push(await acquire('long'));
    expect(wires).toHaveLength(2);
    expect(terminals[6]!.connection).not.toBe(terminals[0]!.connection);
    const command = await acquire();
    expect(command.connection).toBe(terminals[0]!.connection);
  });

  it('are without number for tunnels', async () => {
    const { acquire, wires, link } = madeLink();
    await Promise.all(Array.from({ length: 100 }, () => acquire('tunnel')));
    expect(wires).toHaveLength(1);
    expect(link.health().channels).toBe(0);
  });

  it('count once, however often one is given back', async () => {
    const { acquire, link } = madeLink();
    const lease = await acquire();
    await acquire();
    lease.release();
    lease.release();
    expect(lease.refused()).toBe(true);
    expect(link.health().channels).toBe(1);
  });

  it('become fewer where the server refuses one, and more again with each that went well', async () => {
    const { acquire } = madeLink();
    const one = await acquire();
    const two = await acquire();
    // The server takes one session: the second goes back, and waits for the first.
    expect(two.refused()).toBe(true);
    let third: Lease | undefined;
    void acquire().then((lease) => (third = lease));
    await settle();
    expect(third).toBeUndefined();
    one.release();
    await settle();
    expect(third).toBeDefined();
    third!.release();
    const more = await Promise.all([acquire(), acquire(), acquire()]);
    expect(more).toHaveLength(3);
  });

  it('that are refused again and again where nothing else of ours is are given up', async () => {
    // Bug caught: a server without any session is asked for ever.
    const { acquire } = madeLink();
    const answers = [];
    for (let i = 0; i < 5; i += 1) answers.push((await acquire()).refused());
    expect(answers).toEqual([true, true, true, false, false]);
    (await acquire()).release();
    expect((await acquire()).refused()).toBe(true);
  });
});

describe('who waits for a place', () => {
  it('is not forgotten when the one before gives up in the moment in which he is called', async () => {
    // Bug caught: the place is free, nobody is called any more, and the last one waits for ever.
    const { acquire } = madeLink();
    const first = await acquire();
    const second = await acquire();
    second.refused();
    const abort = new AbortController();
    const given = acquire('command', { signal: abort.signal });
    given.catch(() => undefined);
    let last: Lease | undefined;
    void acquire().then((lease) => (last = lease));
    await settle();
    first.release();
    abort.abort(new Error('enough'));
    await expect(given).rejects.toThrow('enough');
    await settle();
    expect(last).toBeDefined();
  });

  it('connects anew when the connection ends, all by one', async () => {
    const { acquire, wires } = madeLink();
    await Promise.all(Array.from({ length: 8 }, () => acquire()));
    const waiting = Array.from({ length: 5 }, () => acquire());
    await settle();
    wires[0]!.end(new Error('gone'));
    const leases = await Promise.all(waiting);
    expect(wires).toHaveLength(2);
    expect(new Set(leases.map((one) => one.connection)).size).toBe(1);
  });

  it('gives up at once when told so, while it waits and while it connects', async () => {
    const { acquire, state } = madeLink();
    const dialling = held();
    state.connect = () => dialling.promise;
    const abort = new AbortController();
    const given = acquire('command', { signal: abort.signal });
    const other = acquire();
    abort.abort(new Error('enough'));
    await expect(given).rejects.toThrow('enough');
    // Whoever asked first gave up; the other still gets the connection.
    dialling.resolve();
    expect(await other).toBeDefined();
    await expect(
      acquire('command', { signal: AbortSignal.abort(new Error('before')) }),
    ).rejects.toThrow('before');
  });
});

describe('a connection that nobody uses', () => {
  it('is closed after its time, and not a moment before the last has gone', async () => {
    const { acquire, clock, wires, link } = madeLink();
    const terminal = await acquire('long');
    const command = await acquire();
    command.release();
    clock.advance(IDLE_MS * 3);
    expect(wires[0]!.alive).toBe(true);
    terminal.release();
    clock.advance(IDLE_MS - 1);
    expect(wires[0]!.alive).toBe(true);
    const again = await acquire();
    clock.advance(IDLE_MS);
    expect(wires[0]!.alive).toBe(true);
    again.release();
    clock.advance(IDLE_MS);
    expect(wires[0]!.closed).toBe(true);
    expect(link.health()).toMatchObject({ state: 'idle', channels: 0 });
  });

  it('is held by a tunnel: a forward is no session, but somebody’s way', async () => {
    const { acquire, clock, wires } = madeLink();
    const tunnel = await acquire('tunnel');
    clock.advance(IDLE_MS * 10);
    expect(wires[0]!.alive).toBe(true);
    tunnel.release();
    clock.advance(IDLE_MS);
    expect(wires[0]!.alive).toBe(false);
  });

  it('is closed where it gives no sign of life after a sleep, and kept where it does', async () => {
    const { acquire, wires, link } = madeLink();
    for (let i = 0; i < 7; i += 1) await acquire('long');
    wires[0]!.pinged = new Promise(() => undefined);
    await link.probe(5);
    expect(wires.map((one) => one.alive)).toEqual([false, true]);
    wires[1]!.pinged = Promise.reject(new Error('reset'));
    await link.probe(1000);
    expect(wires.map((one) => one.alive)).toEqual([false, false]);
  });
});

describe('health', () => {
  it('is told with every change: connecting, connected, lost with its reason, connected again', async () => {
    const { acquire, wires, told, link, clock } = madeLink();
    await acquire();
    clock.advance(1000);
    wires[0]!.end(new Error('read ECONNRESET'));
    await acquire();
    expect(told.map((one) => one.state)).toEqual([
      'connecting',
      'connected',
      'failing',
      'connecting',
      'connected',
    ]);
    expect(told[2]).toMatchObject({
      since: new Date(START + 1000).toISOString(),
      error: { code: 'ssh.connection_lost', message: expect.stringContaining('ECONNRESET') },
    });
    wires[1]!.pinged = Promise.resolve(7);
    expect(await link.ping()).toBe(7);
    expect(link.health()).toMatchObject({ latency_ms: 7, client: 'builtin', host: 'web' });
  });
});

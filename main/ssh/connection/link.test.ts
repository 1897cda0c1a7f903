import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { host as hostSchema, type ConnectionHealth, type Host } from '#contract/hosts.ts';
import { ManualClock } from '#main/base/clock.ts';
import { NexusError } from '#main/base/errors.ts';
import type { Connection } from './connection.ts';
import { sshError } from './errors.ts';
import { type AcquireOptions, HostLink, type Lease, type Use } from './link.ts';

const START = 1_800_000_000_000;
const IDLE_MS = 60_000;
const settle = () => new Promise((resolve) => setImmediate(resolve));

const web: Host = hostSchema.parse({
  id: 'host_1',
  name: 'web',
  address: '10.0.0.1',
  port: 22,
  identity: [],
  jump: [],
  groups: [],
  tags: [],
  options: {},
  source: 'added',
  created_at: new Date(START).toISOString(),
  updated_at: new Date(START).toISOString(),
});

/** What a link sees of a connection: whether it lives, and when it ends. */
class Wire {
  alive = true;
  closed = false;
  pinged: Promise<number> = Promise.resolve(1);
  readonly client = 'builtin';
  readonly #listeners = new Set<(error: Error | undefined) => void>();

  onClose(listener: (error: Error | undefined) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  end(error?: Error): void {
    if (!this.alive) return;
    this.alive = false;
    for (const listener of this.#listeners) listener(error);
  }

  close(): void {
    this.closed = true;
    this.end();
  }

  ping(): Promise<number> {
    return this.pinged;
  }
}

function made() {
  const clock = new ManualClock(START);
  const wires: Wire[] = [];
  const told: ConnectionHealth[] = [];
  const asked: AcquireOptions[] = [];
  const state: { connect: () => Promise<unknown> } = { connect: () => Promise.resolve() };
  const link = new HostLink(web, {
    clock,
    idleMs: IDLE_MS,
    onHealth: (health) => told.push(health),
    async connect(_, options) {
      asked.push(options);
      await state.connect();
      const wire = new Wire();
      wires.push(wire);
      return wire as unknown as Connection;
    },
  });
  const acquire = (use: Use = 'command', more: Partial<AcquireOptions> = {}) =>
    link.acquire({ use, interactive: false, ...more });
  return { clock, wires, told, asked, link, acquire, state };
}

/** A promise that somebody else settles. */
function held<T = void>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((yes, no) => ([resolve, reject] = [yes, no]));
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}

describe('places on a host’s connection', () => {
  it('are eight for commands on one connection, and the ninth waits for one', async () => {
    const { acquire, wires, link } = made();
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
    const { acquire, wires } = made();
    const terminals = [];
    for (let i = 0; i < 7; i += 1) terminals.push(await acquire('long'));
    expect(wires).toHaveLength(2);
    expect(terminals[6]!.connection).not.toBe(terminals[0]!.connection);
    const command = await acquire();
    expect(command.connection).toBe(terminals[0]!.connection);
  });

  it('are without number for tunnels', async () => {
    const { acquire, wires, link } = made();
    await Promise.all(Array.from({ length: 100 }, () => acquire('tunnel')));
    expect(wires).toHaveLength(1);
    expect(link.health().channels).toBe(0);
  });

  it('count once, however often one is given back', async () => {
    const { acquire, link } = made();
    const lease = await acquire();
    await acquire();
    lease.release();
    lease.release();
    expect(lease.refused()).toBe(true);
    expect(link.health().channels).toBe(1);
  });

  it('become fewer where the server refuses one, and more again with each that went well', async () => {
    const { acquire } = made();
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
    const { acquire } = made();
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
    const { acquire } = made();
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
    const { acquire, wires } = made();
    await Promise.all(Array.from({ length: 8 }, () => acquire()));
    const waiting = Array.from({ length: 5 }, () => acquire());
    await settle();
    wires[0]!.end(new Error('gone'));
    const leases = await Promise.all(waiting);
    expect(wires).toHaveLength(2);
    expect(new Set(leases.map((one) => one.connection)).size).toBe(1);
  });

  it('gives up at once when told so, while it waits and while it connects', async () => {
    const { acquire, state } = made();
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

describe('connecting', () => {
  it('is done once for all who ask meanwhile, and never with the signal of the first', async () => {
    const { acquire, asked } = made();
    const { signal } = new AbortController();
    await Promise.all([acquire('command', { signal }), acquire(), acquire('tunnel')]);
    expect(asked).toHaveLength(1);
    expect(asked[0]).not.toHaveProperty('signal');
  });

  it('that nobody could be asked about is tried again for one who can', async () => {
    // Bug caught: figures are fetched in the background while a person opens a terminal, and the
    // person reads that nobody may be asked.
    const { acquire, state, asked } = made();
    const first = held();
    state.connect = () => first.promise;
    const background = acquire();
    background.catch(() => undefined);
    const person = acquire('long', { interactive: true });
    await settle();
    state.connect = () => Promise.resolve();
    first.reject(sshError('host_key_unknown', 'not known', 'confirm it'));
    await expect(background).rejects.toMatchObject({ code: 'ssh.host_key_unknown' });
    expect(await person).toBeDefined();
    expect(asked.map((one) => one.interactive)).toEqual([false, true]);
  });

  it('that fails for another reason fails for both: a person would wait twice as long', async () => {
    const { acquire, state, asked } = made();
    const first = held();
    state.connect = () => first.promise;
    const both = [acquire(), acquire('command', { interactive: true })];
    for (const one of both) one.catch(() => undefined);
    await settle();
    first.reject(sshError('unreachable', 'nothing listens there', 'look'));
    for (const one of both) await expect(one).rejects.toMatchObject({ code: 'ssh.unreachable' });
    expect(asked).toHaveLength(1);
  });

  it('opens the breaker after three failures, not where a person refused; a forced try goes through', async () => {
    const { acquire, state, asked, clock, link } = made();
    const fail = (error: NexusError) => {
      state.connect = () => Promise.reject(error);
      return acquire().catch((thrown: NexusError) => thrown.code);
    };
    for (const code of ['question.refused', 'vault.locked', 'ssh.host_key_changed'])
      expect(await fail(new NexusError({ code, message: code }))).toBe(code);
    for (let i = 0; i < 3; i += 1) await fail(sshError('unreachable', 'm', 'h'));
    expect(await fail(sshError('unreachable', 'm', 'h'))).toBe('ssh.circuit_open');
    expect(asked).toHaveLength(6);
    expect(link.health()).toMatchObject({
      state: 'failing',
      error: { code: 'ssh.unreachable' },
      retry_at: expect.any(String),
    });
    state.connect = () => Promise.resolve();
    expect(await acquire('command', { force: true })).toBeDefined();
    expect(link.health()).toMatchObject({ state: 'connected' });
    expect(link.health()).not.toHaveProperty('error');
    clock.advance(1);
  });

  it('that comes up after the host was changed or removed is closed, and used by nobody', async () => {
    // Bug caught: a command goes to the address that the host had before.
    const { acquire, state, link, wires } = made();
    const dialling = held();
    state.connect = () => dialling.promise;
    const waiting = acquire();
    waiting.catch(() => undefined);
    await settle();
    link.close();
    dialling.resolve();
    await expect(waiting).rejects.toMatchObject({ code: 'ssh.host_changed' });
    expect(wires[0]).toMatchObject({ alive: false, closed: true });
  });

  it('is not begun again by who waited for a place when the host was changed', async () => {
    const { acquire, link, wires } = made();
    await Promise.all(Array.from({ length: 8 }, () => acquire()));
    const waiting = acquire();
    waiting.catch(() => undefined);
    await settle();
    link.close();
    await expect(waiting).rejects.toMatchObject({ code: 'ssh.host_changed' });
    expect(wires).toHaveLength(1);
  });
});

describe('a connection that nobody uses', () => {
  it('is closed after its time, and not a moment before the last has gone', async () => {
    const { acquire, clock, wires, link } = made();
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
    const { acquire, clock, wires } = made();
    const tunnel = await acquire('tunnel');
    clock.advance(IDLE_MS * 10);
    expect(wires[0]!.alive).toBe(true);
    tunnel.release();
    clock.advance(IDLE_MS);
    expect(wires[0]!.alive).toBe(false);
  });

  it('is closed where it gives no sign of life after a sleep, and kept where it does', async () => {
    const { acquire, wires, link } = made();
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
    const { acquire, wires, told, link, clock } = made();
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

describe('any course of events', () => {
  type Step =
    | { kind: 'acquire'; use: Use; abort: boolean }
    | { kind: 'release' | 'refuse' | 'abort' | 'drop'; at: number }
    | { kind: 'wait'; ms: number }
    | { kind: 'settle' };
  const at = fc.nat(30);
  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('acquire' as const),
        use: fc.constantFrom<Use>('command', 'command', 'long', 'tunnel'),
        abort: fc.boolean(),
      }),
    },
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('release' as const), at }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('refuse' as const), at }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('abort' as const), at }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop' as const), at }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(IDLE_MS * 2) }),
    },
    { weight: 4, arbitrary: fc.constant({ kind: 'settle' as const }) },
  );

  it('keeps its counts, forgets nobody who waits, and closes all in the end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
        const { acquire, wires, clock, link } = made();
        const leases = new Set<{ lease: Lease; use: Use; wire: Wire }>();
        const aborts: AbortController[] = [];
        let open = 0;
        const pick = (n: number) => [...leases][n % leases.size];
        const check = () => {
          for (const wire of wires) {
            const mine = [...leases].filter((one) => one.wire === wire && wire.alive);
            const sessions = mine.filter((one) => one.use !== 'tunnel').length;
            expect(sessions).toBeLessThanOrEqual(8);
            expect(mine.filter((one) => one.use === 'long').length).toBeLessThanOrEqual(6);
          }
        };
        for (const one of steps) {
          if (one.kind === 'acquire') {
            const abort = new AbortController();
            if (one.abort) aborts.push(abort);
            open += 1;
            void acquire(one.use, { signal: abort.signal })
              .then(
                (lease) => {
                  const wire = lease.connection as unknown as Wire;
                  leases.add({ lease, use: one.use, wire });
                },
                () => undefined,
              )
              .finally(() => (open -= 1));
          } else if (one.kind === 'abort') aborts[one.at % aborts.length || 0]?.abort();
          else if (one.kind === 'drop') wires[one.at % wires.length || 0]?.end(new Error('lost'));
          else if (one.kind === 'wait') clock.advance(one.ms);
          else if (one.kind === 'settle') await settle();
          else if (leases.size > 0) {
            const chosen = pick(one.at)!;
            leases.delete(chosen);
            if (one.kind === 'release' || chosen.use === 'tunnel') chosen.lease.release();
            else chosen.lease.refused();
          }
          check();
        }
        // Everybody who still waits is served, as those before him go.
        for (let round = 0; round < 200 && (open > 0 || leases.size > 0); round += 1) {
          await settle();
          for (const chosen of leases) chosen.lease.release();
          leases.clear();
        }
        expect({ open, left: leases.size }).toEqual({ open: 0, left: 0 });
        expect(link.health().channels).toBe(0);
        clock.advance(IDLE_MS);
        expect(wires.filter((wire) => wire.alive)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExecEvent } from '#contract/hostCommands.ts';
import type { Host } from '#contract/hosts.ts';
import { collected } from '#main/base/collected.testing.ts';
import { type ManyRequest, runMany, type RunOne } from './exec-many.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));
const named = (names: string[]) => names.map((name) => ({ name }) as Host);
const exited = (exitCode: number | null, signal: string | null = null) => ({ exitCode, signal });

function request(names: string[], more: Partial<ManyRequest> = {}): ManyRequest {
  return {
    hosts: named(names),
    parallel: 10,
    strategy: 'all',
    retries: 0,
    maxBytes: 1024 * 1024,
    signal: new AbortController().signal,
    ...more,
  };
}

type Of<T extends ExecEvent['type']> = Extract<ExecEvent, { type: T }>;
const of = <T extends ExecEvent['type']>(events: ExecEvent[], type: T) =>
  events.filter((event): event is Of<T> => event.type === type);
const done = (events: ExecEvent[]) => {
  const last = events.at(-1);
  expect(last?.type).toBe('done');
  const { succeeded, failed, skipped } = last as Of<'done'>;
  return {
    succeeded: succeeded.toSorted(),
    failed: failed.toSorted(),
    skipped: skipped.toSorted(),
  };
};

describe('a command on many hosts', () => {
  it('gives each host’s beginning, output and end in that order, and the sum at the end', async () => {
    const events = await collected(
      runMany(request(['a', 'b']), async ({ name }, _, onOutput) => {
        await onOutput('stdout', Buffer.from(`${name}1`));
        await settle();
        await onOutput('stderr', Buffer.from(`${name}2`));
        return exited(name === 'a' ? 0 : 7);
      }),
    );
    for (const name of ['a', 'b'])
      expect(events.filter((one) => 'host' in one && one.host === name)).toMatchObject([
        { type: 'start', attempt: 1 },
        { type: 'output', stream: 'stdout', data: Buffer.from(`${name}1`).toString('base64') },
        { type: 'output', stream: 'stderr' },
        { type: 'end', exit_code: name === 'a' ? 0 : 7, signal: null, truncated: false },
      ]);
    expect(done(events)).toEqual({ succeeded: ['a'], failed: ['b'], skipped: [] });
  });

  it('tries again those that failed, and those alone', async () => {
    // Bug caught: a retry runs the command a second time where it has succeeded.
    const tries = new Map<string, number>();
    const events = await collected(
      runMany(request(['a', 'b', 'c'], { retries: 3 }), async ({ name }) => {
        const count = (tries.get(name) ?? 0) + 1;
        tries.set(name, count);
        return exited(name === 'a' || (name === 'b' && count === 3) ? 0 : 1);
      }),
    );
    expect(Object.fromEntries(tries)).toEqual({ a: 1, b: 3, c: 4 });
    expect(done(events)).toEqual({ succeeded: ['a', 'b'], failed: ['c'], skipped: [] });
    expect(
      of(events, 'start')
        .filter((one) => one.host === 'c')
        .map((one) => one.attempt),
    ).toEqual([1, 2, 3, 4]);
  });

  it('counts the codes as success that it is told, and an error or a signal never', async () => {
    const outcome: Record<string, () => ReturnType<RunOne>> = {
      zero: async () => exited(0),
      two: async () => exited(2),
      killed: async () => exited(null, 'KILL'),
      lost: async () => {
        throw new Error('gone');
      },
    };
    const events = await collected(
      runMany(request(Object.keys(outcome), { successCodes: [2] }), (host) =>
        outcome[host.name]!(),
      ),
    );
    expect(done(events)).toMatchObject({ succeeded: ['two'], failed: ['killed', 'lost', 'zero'] });
    const ends = Object.fromEntries(of(events, 'end').map((one) => [one.host, one]));
    expect(ends['lost']).toMatchObject({
      exit_code: null,
      error: { code: 'internal', message: 'gone' },
    });
    expect(ends['killed']).toMatchObject({ exit_code: null, signal: 'KILL' });
  });

  it('cuts each stream of each host at the limit, and says so', async () => {
    const events = await collected(
      runMany(request(['a'], { maxBytes: 5 }), async (_, __, onOutput) => {
        for (const text of ['abc', 'def', 'ghi']) {
          await onOutput('stdout', Buffer.from(text));
          await onOutput('stderr', Buffer.from(text.toUpperCase()));
        }
        return exited(0);
      }),
    );
    const text = (stream: string) =>
      of(events, 'output')
        .filter((one) => one.stream === stream)
        .map((one) => Buffer.from(one.data, 'base64').toString())
        .join('');
    expect([text('stdout'), text('stderr')]).toEqual(['abcde', 'ABCDE']);
    expect(of(events, 'end')[0]).toMatchObject({ truncated: true });
  });

  it('holds the hosts back while nobody reads, and ends them when nobody will', async () => {
    // Bug caught: 10,000 lines of many hosts pile up behind a slow terminal.
    let pushed = 0;
    let ended: unknown;
    const stream = runMany(request(['a', 'b']), async (_, { signal }, onOutput) => {
      while (!signal!.aborted) {
        await onOutput('stdout', Buffer.alloc(32 * 1024));
        pushed += 1;
        await settle();
      }
      ended = signal!.reason;
      throw signal!.reason;
    });
    await stream.next();
    for (let i = 0; i < 200; i += 1) await settle();
    expect(pushed).toBeLessThan(40);
    await stream.return();
    await expect.poll(() => ended).toMatchObject({ message: 'Nobody reads on.' });
  });

  it('that is stopped begins nothing more; what was not begun is named', async () => {
    const abort = new AbortController();
    const begun: string[] = [];
    const names = ['a', 'b', 'c', 'd'];
    const events = await collected(
      runMany(
        request(names, { parallel: 2, retries: 5, signal: abort.signal }),
        async ({ name }, { signal }) => {
          begun.push(name);
          if (name === 'b') abort.abort(new Error('enough'));
          await new Promise((resolve) => {
            if (signal!.aborted) resolve(undefined);
            else signal!.addEventListener('abort', resolve, { once: true });
          });
          throw signal!.reason;
        },
      ),
    );
    expect(begun).toEqual(['a', 'b']);
    expect(done(events)).toEqual({ succeeded: [], failed: ['a', 'b'], skipped: ['c', 'd'] });
  });

  it('on no host at all ends at once', async () => {
    const events = await collected(runMany(request([]), async () => exited(0)));
    expect(events).toEqual([{ type: 'done', succeeded: [], failed: [], skipped: [] }]);
  });
});

describe('strategies', () => {
  it('rolling goes host by host and stops at the first failure', async () => {
    let running = 0;
    const events = await collected(
      runMany(
        request(['a', 'b', 'c', 'd'], { strategy: 'rolling', parallel: 1 }),
        async ({ name }) => {
          running += 1;
          expect(running).toBe(1);
          await settle();
          running -= 1;
          return exited(name === 'b' ? 1 : 0);
        },
      ),
    );
    expect(done(events)).toEqual({ succeeded: ['a'], failed: ['b'], skipped: ['c', 'd'] });
  });

  it('canary lets nobody follow a first host that fails', async () => {
    const begun: string[] = [];
    const events = await collected(
      runMany(request(['a', 'b', 'c'], { strategy: 'canary', retries: 1 }), async ({ name }) => {
        begun.push(name);
        return exited(1);
      }),
    );
    expect(begun).toEqual(['a', 'a']);
    expect(done(events)).toEqual({ succeeded: [], failed: ['a'], skipped: ['b', 'c'] });
  });

  it('canary goes on with all others at once when the first, tried again, went well', async () => {
    let tries = 0;
    let together = 0;
    let most = 0;
    const events = await collected(
      runMany(
        request(['a', 'b', 'c', 'd'], { strategy: 'canary', retries: 1 }),
        async ({ name }) => {
          if (name === 'a') return exited((tries += 1) === 1 ? 1 : 0);
          most = Math.max(most, (together += 1));
          await settle();
          together -= 1;
          return exited(0);
        },
      ),
    );
    expect(most).toBe(3);
    expect(done(events).succeeded).toEqual(['a', 'b', 'c', 'd']);
  });

  it('of any kind keep their promises for any outcome', async () => {
    const outcomes = fc.array(
      fc.array(fc.constantFrom(0, 1, null), { minLength: 4, maxLength: 4 }),
      {
        maxLength: 8,
      },
    );
    await fc.assert(
      fc.asyncProperty(
        outcomes,
        fc.constantFrom('all', 'rolling', 'canary'),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 3 }),
        async (table, strategy, parallel, retries) => {
          const names = table.map((_, index) => `h${index}`);
          const tries = new Map(names.map((name) => [name, 0]));
          let running = 0;
          let most = 0;
          const events = await collected(
            runMany(request(names, { strategy, parallel, retries }), async ({ name }) => {
              most = Math.max(most, (running += 1));
              const attempt = tries.get(name)!;
              tries.set(name, attempt + 1);
              if (attempt % 2) await settle();
              running -= 1;
              const code = table[names.indexOf(name)]![attempt]!;
              if (code === null) throw new Error('lost');
              return exited(code);
            }),
          );
          expect(most).toBeLessThanOrEqual(parallel);
          const sum = done(events);
          expect([...sum.succeeded, ...sum.failed, ...sum.skipped].toSorted()).toEqual(names);
          for (const name of names) {
            const codes = table[names.indexOf(name)]!.slice(0, tries.get(name));
            const good = codes.indexOf(0);
            // Nothing runs again after it went well, and nothing more often than allowed.
            expect(good === -1 || good === codes.length - 1).toBe(true);
            expect(codes.length).toBeLessThanOrEqual(retries + 1);
            expect(sum.succeeded.includes(name)).toBe(good >= 0);
            expect(sum.skipped.includes(name)).toBe(codes.length === 0);
            if (sum.failed.includes(name)) expect(codes).toHaveLength(retries + 1);
          }
          expect(of(events, 'end')).toHaveLength(of(events, 'start').length);
          if (strategy === 'all') expect(sum.skipped).toEqual([]);
        },
      ),
      { numRuns: 100 },
    );
  });
});

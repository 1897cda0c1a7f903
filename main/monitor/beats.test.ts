import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ManualClock } from '#main/base/clock.ts';
import { Beats } from './beats.ts';

const T0 = 1_700_000_000_000;
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

interface Look {
  host: string;
  at: number;
  end: (answered: boolean) => void;
  signal: AbortSignal;
}

/** Beats whose looks end when the test says so. */
function world(random: () => number = () => 0.5) {
  const clock = new ManualClock(T0);
  const looks: Look[] = [];
  const open = new Set<Look>();
  const beats = new Beats({
    clock,
    random,
    look: (host, signal) =>
      new Promise((resolve) => {
        const look: Look = {
          host,
          at: clock.now() - T0,
          signal,
          end: (answered) => {
            open.delete(look);
            resolve(answered);
          },
        };
        looks.push(look);
        open.add(look);
        signal.addEventListener('abort', () => look.end(false));
      }),
  });
  return {
    clock,
    beats,
    looks,
    open,
    /** Moves time on in small steps, so that what follows from a timer can happen in between. */
    async pass(ms: number, step = 100, answer?: (look: Look) => boolean | undefined) {
      for (let done = 0; done < ms; done += step) {
        clock.advance(step);
        await turn();
        for (const look of open) {
          const answered = answer?.(look);
          if (answered !== undefined) look.end(answered);
        }
        await turn();
      }
    },
    times: (host = 'a') => looks.filter((look) => look.host === host).map(({ at }) => at),
  };
}

const yes = () => true;

describe('beats', () => {
  test('the first host is looked at at once, then at its interval', async () => {
    const { beats, pass, times } = world();
    beats.start('a', 10_000);
    await pass(35_000, 100, yes);
    expect(times()).toHaveLength(4);
    const gaps = times()
      .slice(1)
      .map((at, i) => at - times()[i]!);
    for (const gap of gaps) expect(Math.abs(gap - 10_000)).toBeLessThanOrEqual(200);
  });

  test('vary by a tenth at most, so that hosts do not fall in step', async () => {
    for (const random of [() => 0, () => 0.999]) {
      const { beats, pass, times } = world(random);
      beats.start('a', 10_000);
      await pass(30_000, 100, yes);
      const gap = times()[2]! - times()[1]!;
      expect(gap).toBeGreaterThanOrEqual(8900);
      expect(gap).toBeLessThanOrEqual(11_200);
    }
  });

  // Bug caught: a restart asks three hundred hosts in the same second.
  test('of many hosts are spread over the interval', async () => {
    let seed = 0;
    const { beats, pass, looks } = world(() => (seed = (seed + 0.37) % 1));
    for (let i = 0; i < 30; i += 1) beats.start(`h${i}`, 10_000);
    await pass(10_000, 100, yes);
    const perSecond = Array.from(
      { length: 10 },
      (_, i) => looks.filter(({ at }) => Math.floor(at / 1000) === i).length,
    );
    expect(Math.max(...perSecond)).toBeLessThanOrEqual(6);
  });

  // Bug caught: a host that takes half a minute has three looks under way, then thirty.
  test('a slow host skips beats and never has two looks at once', async () => {
    const { beats, clock, pass, open, times } = world();
    beats.start('a', 10_000);
    await pass(60_000, 100, (look) => (clock.now() - T0 - look.at >= 25_000 ? true : undefined));
    expect(open.size).toBeLessThanOrEqual(1);
    expect(times().length).toBeLessThanOrEqual(3);
  });

  test('a host that does not answer is tried ever more rarely, and normally once it does', async () => {
    const { beats, pass, times } = world();
    beats.start('a', 10_000);
    await pass(1_200_000, 500, () => false);
    const gaps = times()
      .slice(1)
      .map((at, i) => at - times()[i]!);
    expect(gaps.slice(0, 4).map((gap) => Math.round(gap / 10_000))).toEqual([2, 4, 8, 16]);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(301_000);
    const before = times().length;
    await pass(400_000, 500, yes);
    expect(times().length - before).toBeGreaterThan(5);
  });

  test('a host with a long interval is not tried more often because it fails', async () => {
    const { beats, pass, times } = world();
    beats.start('a', 3_600_000);
    await pass(4 * 3_600_000, 10_000, () => false);
    expect(times().length).toBeLessThanOrEqual(5);
  });

  // Bug caught: with a hundred dead hosts, the living ones are looked at no more.
  test('at most sixteen looks at once; who waits, waits once', async () => {
    const { beats, open, pass, looks } = world(() => 0);
    for (let i = 0; i < 40; i += 1) beats.start(`h${i}`, 10_000);
    await pass(25_000);
    expect(open.size).toBe(16);
    for (const look of [...open]) look.end(true);
    await turn();
    expect(open.size).toBe(16);
    for (const look of [...open]) look.end(true);
    await turn();
    expect(new Set(looks.map(({ host }) => host)).size).toBe(40);
    expect(looks).toHaveLength(40);
  });

  test('stopping gives up the look under way, and no other follows', async () => {
    const { beats, pass, looks, open } = world();
    beats.start('a', 1000);
    await pass(100);
    expect(open.size).toBe(1);
    beats.stop('a');
    expect(looks[0]!.signal.aborted).toBe(true);
    await pass(10_000, 100, yes);
    expect(looks).toHaveLength(1);
    expect(beats.hosts()).toEqual([]);
  });

  test('another interval counts from now on; the same one changes nothing', async () => {
    const { beats, pass, times, looks } = world(() => 0.5);
    beats.start('a', 60_000);
    await pass(1000, 100, yes);
    beats.start('a', 60_000);
    await pass(1000, 100, yes);
    expect(looks).toHaveLength(1);
    beats.start('a', 1000);
    await pass(5000, 100, yes);
    expect(times().length).toBeGreaterThanOrEqual(5);
  });

  test('a host that is taken away while it waits in line is not looked at', async () => {
    const { beats, pass, looks, open } = world(() => 0);
    for (let i = 0; i < 17; i += 1) beats.start(`h${i}`, 10_000);
    await pass(1000);
    expect(open.size).toBe(16);
    beats.stop('h16');
    for (const look of [...open]) look.end(true);
    await turn();
    expect(looks.map(({ host }) => host)).not.toContain('h16');
  });

  // Bug caught: one look that throws takes one of the sixteen places for ever, and its host is never
  // looked at again.
  test('a look that throws is one that was not answered, and the next one comes', async () => {
    const clock = new ManualClock(T0);
    const times: number[] = [];
    const look = () => {
      times.push(clock.now() - T0);
      return Promise.reject(new Error('no'));
    };
    const beats = new Beats({ clock, random: () => 0.5, look });
    beats.start('a', 1000);
    for (let i = 0; i < 100; i += 1) {
      clock.advance(100);
      await turn();
    }
    expect(times).toEqual([0, 2000, 6000]);
    await beats.close();
  });

  // Bug caught: a host that answers again waits for an hour, since the clock was put back by one.
  test('a hurry is over in an interval, also where the clock was put back', async () => {
    const real = new ManualClock(T0);
    let ahead = 3_600_000;
    const clock = {
      now: () => real.now() + ahead,
      at: (at: number, fire: () => void) => real.at(at - ahead, fire),
    };
    const times: number[] = [];
    const look = () => Promise.resolve(times.push(real.now() - T0) < 0);
    const beats = new Beats({ clock, random: () => 0.5, look });
    beats.start('a', 10_000);
    for (let i = 0; i < 300; i += 1) {
      real.advance(100);
      await turn();
    }
    expect(times).toHaveLength(2);
    ahead = 0;
    beats.hurry('a');
    for (let i = 0; i < 101; i += 1) {
      real.advance(100);
      await turn();
    }
    expect(times).toHaveLength(3);
    await beats.close();
  });

  test('closing resolves when nothing is under way', async () => {
    const { beats, pass, open } = world();
    beats.start('a', 1000);
    await pass(100);
    await beats.close();
    expect(open.size).toBe(0);
  });

  test('whatever comes, a host has one look at a time and its pauses are never nothing', async () => {
    const command = fc.oneof(
      fc.record({
        do: fc.constant('start' as const),
        host: fc.constantFrom('a', 'b', 'c'),
        ms: fc.integer({ min: 1000, max: 60_000 }),
      }),
      fc.record({ do: fc.constant('stop' as const), host: fc.constantFrom('a', 'b', 'c') }),
      fc.record({
        do: fc.constant('pass' as const),
        ms: fc.integer({ min: 100, max: 30_000 }),
        answer: fc.boolean(),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 25 }), async (commands) => {
        const { beats, pass, looks, open } = world(() => 0.3);
        for (const one of commands) {
          if (one.do === 'start') beats.start(one.host, one.ms);
          else if (one.do === 'stop') beats.stop(one.host);
          else await pass(one.ms, 500, one.answer ? yes : () => false);
          const hosts = [...open].map(({ host }) => host);
          expect(new Set(hosts).size).toBe(hosts.length);
        }
        for (const host of ['a', 'b', 'c']) {
          const times = looks.filter((look) => look.host === host).map(({ at }) => at);
          for (const [i, at] of times.entries())
            if (i > 2) expect(at - times[i - 3]!).toBeGreaterThan(0);
        }
        await beats.close();
      }),
      { numRuns: 30 },
    );
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { durationText } from '#contract/common.ts';
import { errorShape } from '#contract/errors.ts';
import { ManualClock, systemClock } from './clock.ts';
import { durationMs } from './duration.ts';
import { NexusError, toNexusError } from './errors.ts';
import { EventBus } from './events.ts';
import { newId } from './ids.ts';
import { type Database, migrate, openDatabase } from './database.ts';
import { pathsOf, resolveHome } from './paths.ts';

describe('durations', () => {
  it('are read as they are written: every unit, sums, fractions, bare seconds', () => {
    const known: [string | number, number][] = [
      ['500ms', 500],
      ['30s', 30_000],
      ['5m', 300_000],
      ['1h30m', 5_400_000],
      ['2d', 172_800_000],
      ['1w', 604_800_000],
      ['1.5s', 1500],
      ['90', 90_000],
      [0, 0],
      [2.5, 2500],
      [' 5m ', 300_000],
    ];
    for (const [text, ms] of known) expect(durationMs(text)).toBe(ms);
  });

  it.each(['', 'm', '5 m', '-5m', '5mm', '1e3s', 'PT5M', '5m!', '٥m'])(
    'what is none is refused, and says how one is written: %j',
    (text) => {
      expect(() => durationMs(text)).toThrow(
        expect.objectContaining({ code: 'duration.invalid', hint: expect.stringContaining('30s') }),
      );
    },
  );

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1])('a number that is none: %s', (number) => {
    expect(() => durationMs(number)).toThrow(NexusError);
  });

  it('what the language takes is read, and is the sum of its parts', () => {
    // Bug caught: the file is valid and the engine then throws, or counts minutes as milliseconds.
    const part = fc.tuple(fc.nat({ max: 999 }), fc.constantFrom('ms', 's', 'm', 'h', 'd', 'w'));
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (parts) => {
        const text = parts.map(([amount, unit]) => `${amount}${unit}`).join('');
        expect(durationText.safeParse(text).success).toBe(true);
        const sum = parts.reduce((all, [amount, unit]) => all + durationMs(`${amount}${unit}`), 0);
        expect(durationMs(text)).toBe(sum);
      }),
    );
  });

  it('nothing is read that the language refuses, but for bare seconds and space around', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...Array.from('0123459.msh d-w')), maxLength: 8 }),
        (text) => {
          let read = true;
          try {
            durationMs(text);
          } catch {
            read = false;
          }
          const bare = /^\d+(\.\d+)?$/.test(text.trim());
          expect(read).toBe(bare || durationText.safeParse(text.trim()).success);
        },
      ),
    );
  });
});

describe('ids', () => {
  it('sort by the time and the order in which they were made, also within one millisecond', () => {
    // Bug caught: the list of runs shows two that were started at once in the wrong order.
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 3 }), { minLength: 2, maxLength: 60 }),
        fc.integer({ min: 0, max: 2 ** 45 }),
        (steps, start) => {
          let now = start;
          const ids = steps.map((step) => newId('run', (now += step)));
          expect(ids.toSorted()).toEqual(ids);
          expect(new Set(ids).size).toBe(ids.length);
        },
      ),
    );
  });

  it('keep their order when there are more of one millisecond than the sequence counts', () => {
    // Bug caught: the sequence begins anew at 1024, and a burst of rows sorts in two heaps.
    const now = Date.now() + 1_000_000;
    const ids = Array.from({ length: 5000 }, () => newId('run', now));
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    const later = newId('run', now + 5);
    expect(ids.at(-1)! < later).toBe(true);
  });

  it('keep their order when the clock is put back', () => {
    const now = Date.now() + 2_000_000;
    const ids = [now, now - 3_600_000, now - 1, now + 1].map((at) => newId('run', at));
    expect(ids.toSorted()).toEqual(ids);
  });

  it('are of one length, and of letters that nobody mistakes when reading them out', () => {
    for (const now of [0, 1, Date.now(), 2 ** 49])
      expect(newId('step', now)).toMatch(/^step_[0-9a-hjkmnp-tv-z]{20}$/);
  });
});

describe('errors', () => {
  it('cross a border in the one shape; cause and stack stay', () => {
    const error = new NexusError({
      code: 'x.y',
      message: 'It broke.',
      hint: 'Mend it.',
      kind: 'operational',
      details: { n: 1 },
      cause: new Error('inner secret'),
    });
    const shape = error.toShape();
    expect(errorShape.parse(shape)).toEqual(shape);
    expect(JSON.stringify(shape)).not.toMatch(/inner|stack|cause/);
    expect(toNexusError(error)).toBe(error);
  });

  it.each([['text'], [null], [undefined], [42], [{ any: 'thing' }], [new TypeError('bad')]])(
    'whatever was thrown becomes one that says it is a defect of ours: %s',
    (thrown) => {
      const error = toNexusError(thrown);
      expect(error).toMatchObject({ code: 'internal', kind: 'unexpected' });
      expect(error.cause).toBe(thrown);
      expect(error.hint).toContain('report');
      expect(typeof error.message).toBe('string');
    },
  );
});

describe('the clock that tests own', () => {
  it('fires in the order of due times, with the time that it is then', () => {
    const clock = new ManualClock(1000);
    const fired: [string, number][] = [];
    clock.at(1030, () => fired.push(['late', clock.now()]));
    clock.at(1010, () => {
      fired.push(['early', clock.now()]);
      clock.at(1020, () => fired.push(['between', clock.now()]));
    });
    clock.at(1015, () => fired.push(['never', clock.now()]))();
    clock.advance(25);
    expect(fired).toEqual([
      ['early', 1010],
      ['between', 1020],
    ]);
    clock.advance(5);
    expect(fired.at(-1)).toEqual(['late', 1030]);
    expect(clock.now()).toBe(1030);
  });

  it('what was due already fires in the next turn, once, and can still be cancelled', async () => {
    const clock = new ManualClock(1000);
    const fired: string[] = [];
    clock.at(900, () => fired.push('past'));
    clock.at(1000, () => fired.push('cancelled'))();
    expect(fired).toEqual([]);
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(10);
    expect(fired).toEqual(['past']);
  });
});

describe('the real clock', () => {
  it('waits longer than a timer can hold instead of firing at once', async () => {
    // Bug caught: setTimeout with more than 2^31 ms fires after one millisecond.
    let fired = false;
    const cancel = systemClock.at(Date.now() + 2 ** 32, () => (fired = true));
    const soon = new Promise<void>((resolve) => systemClock.at(Date.now() + 5, resolve));
    // Its timers keep no process alive; something has to, until it has fired.
    const alive = setInterval(() => undefined, 1000);
    await soon;
    clearInterval(alive);
    cancel();
    expect(fired).toBe(false);
  });
});

describe('the event bus', () => {
  it('one listener that throws keeps the others from nothing, and is told of', () => {
    const errors: unknown[] = [];
    const heard: string[] = [];
    const bus = new EventBus<{ a: string; b: number }>((error) => errors.push(error));
    bus.on('a', () => {
      throw new Error('mine');
    });
    const stop = bus.on('a', (text) => heard.push(text));
    bus.emit('a', 'one');
    bus.emit('b', 1);
    stop();
    bus.emit('a', 'two');
    expect(heard).toEqual(['one']);
    expect(errors).toHaveLength(2);
  });
});

describe('the home', () => {
  it('is the flag, else the environment, else a folder of the system', () => {
    expect(resolveHome('x/y', { NEXUS_HOME: '/other' })).toBe(resolve('x/y'));
    expect(resolveHome(undefined, { NEXUS_HOME: '/other' })).toBe('/other');
    expect(resolveHome(undefined, {}).startsWith(homedir())).toBe(true);
    if (process.platform === 'linux')
      expect(resolveHome(undefined, { XDG_DATA_HOME: '/data' })).toMatch(/^\/data\//);
  });

  it('is refused where the flag is empty', () => {
    // Bug caught: `nexus --home "$UNSET" …` worked on the home of whoever ran the script.
    expect(() => resolveHome('', { NEXUS_HOME: '/other' })).toThrow(
      expect.objectContaining({ code: 'usage.invalid', message: '--home is empty.' }),
    );
    expect(resolveHome(undefined, { NEXUS_HOME: '' }).startsWith(homedir())).toBe(true);
  });

  it('everything lies in it', () => {
    const { socket, ...paths } = pathsOf('/srv/nexus');
    for (const path of Object.values(paths)) expect(path.startsWith('/srv/nexus')).toBe(true);
    expect(socket).toBeTruthy();
  });
});

describe('migrations', () => {
  const folders: string[] = [];
  const open: Database[] = [];
  afterEach(() => {
    for (const db of open.splice(0)) db.close();
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  function database(): Database {
    const folder = mkdtempSync(join(tmpdir(), 'nexus-migrate-'));
    folders.push(folder);
    const db = openDatabase(join(folder, 'nexus.db'));
    open.push(db);
    return db;
  }
  const of = (...sql: string[]) => ({
    service: 's',
    migrations: sql.map((each, index) => ({ version: index + 1, sql: each })),
  });
  const first = of('CREATE TABLE t (a INTEGER)');
  const second = of('CREATE TABLE t (a INTEGER)', 'ALTER TABLE t ADD COLUMN b TEXT');

  it('run once each, in order, however often a home is opened', () => {
    const db = database();
    migrate(db, [first]);
    db.prepare('INSERT INTO t VALUES (1)').run();
    migrate(db, [first]);
    migrate(db, [second]);
    migrate(db, [second]);
    expect(db.prepare('SELECT * FROM t').all()).toEqual([{ a: 1, b: null }]);
  });

  it('one that fails leaves nothing of itself', () => {
    const db = database();
    expect(() => migrate(db, [of('CREATE TABLE u (a)', 'NONSENSE')])).toThrow(/NONSENSE/);
    migrate(db, [of('CREATE TABLE u (a)')]);
    expect(db.prepare('SELECT * FROM u').all()).toEqual([]);
  });

  it('a database of a newer Nexus is not touched, and said to be one', () => {
    // Bug caught: an older Nexus writes rows that the newer one cannot read any more.
    const db = database();
    migrate(db, [second]);
    expect(() => migrate(db, [first])).toThrow(
      expect.objectContaining({ code: 'database.newer', kind: 'operational' }),
    );
  });
});

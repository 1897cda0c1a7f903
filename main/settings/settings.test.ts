import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { published, valuesOf } from '#contract/published.testing.ts';
import { settings as schema } from '#contract/platform.ts';
import { migrate, openDatabase, type Database } from '#main/base/database.ts';
import { createLogger, silentLogger, type LogRecord } from '#main/base/log.ts';
import { createSettings, settingsMigrations, type SettingsStore } from './index.ts';

let db: Database;
let settings: SettingsStore;
beforeEach(() => {
  db = openDatabase(':memory:');
  migrate(db, [settingsMigrations]);
  settings = createSettings({ db, log: silentLogger });
});

const defaults = schema.parse({});

describe('settings', () => {
  it('are the defaults until someone changes one', () => {
    expect(settings.get()).toEqual(defaults);
    expect(settings.set({ retention_days: 7 })).toEqual({ ...defaults, retention_days: 7 });
    expect(settings.get().retention_days).toBe(7);
  });

  it('keep only what differs, so that a better default of a later version arrives', () => {
    settings.set({ retention_days: 7, environment: 'production' });
    settings.set({ retention_days: defaults.retention_days });
    expect(db.prepare('SELECT key FROM settings').all()).toEqual([{ key: 'environment' }]);
  });

  it('refuse a wrong value and an unknown name, and change nothing then', () => {
    expect(() => settings.set({ retention_days: 0, environment: 'x' })).toThrow(/retention_days/);
    expect(() => settings.set({ nonsense: 1 } as never)).toThrow(/not valid/);
    expect(settings.get()).toEqual(defaults);
  });

  it('announce what changed, and nothing when nothing did', () => {
    const heard: string[][] = [];
    settings.onChange(({ keys }) => heard.push(keys));
    settings.set({ desktop_notifications: false, retention_days: undefined });
    settings.set({ desktop_notifications: false });
    expect(heard).toEqual([['desktop_notifications']]);
  });

  it('ignore a stored value that is broken, and say so', () => {
    const put = db.prepare('INSERT INTO settings VALUES (?, ?)');
    put.run('retention_days', '"many"');
    put.run('retention_runs', 'not json');
    put.run('constructor', '1');
    put.run('of_a_newer_nexus', '1');
    const logged: LogRecord[] = [];
    const log = createLogger([(record) => logged.push(record)], (text) => text);
    expect(createSettings({ db, log }).get()).toEqual(defaults);
    expect(logged).toHaveLength(2);
  });

  it('see what another process changed', () => {
    const other = createSettings({ db, log: silentLogger });
    settings.get();
    other.set({ environment: 'staging' });
    expect(settings.get().environment).toBe('staging');
  });

  it('give back whatever the contract allows, in this process and in the next', () => {
    // Bug caught: a setting that is written in one form and read in another.
    const change = valuesOf(published(schema, 'input')) as fc.Arbitrary<Record<string, unknown>>;
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        let expected: Record<string, unknown> = { ...settings.get() };
        for (const one of changes) {
          fc.pre(schema.safeParse(one).success);
          settings.set(one as never);
          expected = { ...expected, ...one };
        }
        expect(settings.get()).toEqual(expected);
        expect(createSettings({ db, log: silentLogger }).get()).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  it('name the one that is not valid, and what to do', () => {
    expect(() => settings.set({ max_parallel_steps: 0 })).toThrow(
      expect.objectContaining({
        code: 'settings.invalid',
        hint: 'Choose a value in the allowed range.',
        details: { setting: 'max_parallel_steps' },
      }),
    );
  });

  it('go on announcing when a listener fails, and stop for who has left', () => {
    const logged: LogRecord[] = [];
    const log = createLogger([(record) => logged.push(record)], (text) => text);
    const mine = createSettings({ db, log });
    const heard: string[] = [];
    mine.onChange(() => {
      throw new Error('a listener of somebody else');
    });
    const leave = mine.onChange(({ settings: { environment } }) => heard.push(environment));
    mine.set({ environment: 'one' });
    leave();
    mine.set({ environment: 'two' });
    expect(heard).toEqual(['one']);
    expect(logged.map(({ level }) => level)).toEqual(['error', 'error']);
  });
});

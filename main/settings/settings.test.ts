import { beforeEach, describe, expect, it } from 'vitest';
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
});

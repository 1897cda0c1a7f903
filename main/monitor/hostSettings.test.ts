import { beforeEach, describe, expect, test } from 'vitest';
import { type Database, migrate, openDatabase } from '#main/base/database.ts';
import { HostSettings } from './hostSettings.ts';
import { monitorMigrations } from './migrations.ts';

let db: Database;
beforeEach(() => {
  db = openDatabase(':memory:');
  migrate(db, [monitorMigrations]);
});

describe('what is known of a host', () => {
  test('this machine is watched, another one is when somebody says so', () => {
    const settings = new HostSettings(db);
    expect(settings.get('local')).toMatchObject({ monitored: true, intervalMs: 10_000 });
    expect(settings.get('host_1').monitored).toBe(false);
    expect(settings.set('host_1', { monitored: true }).monitored).toBe(true);
  });

  // Bug caught: turning a host on puts its interval back to the default.
  test('what is not said stays as it is, also for the next process', () => {
    const settings = new HostSettings(db);
    settings.set('host_1', { intervalMs: 60_000 });
    settings.set('host_1', { monitored: true });
    const wanted = { monitored: true, intervalMs: 60_000 };
    expect(settings.get('host_1')).toMatchObject(wanted);
    expect(new HostSettings(db).get('host_1')).toMatchObject(wanted);
  });

  test('its number in the history is its own, also when another one goes', () => {
    const settings = new HostSettings(db);
    const numbers = ['local', 'host_1', 'host_2'].map((id) => settings.get(id).number);
    settings.remove('host_1');
    expect(new Set(numbers).size).toBe(3);
    expect(settings.get('host_2').number).toBe(numbers[2]);
    expect(new HostSettings(db).get('host_2').number).toBe(numbers[2]);
  });

  test('two processes that meet a host at the same time agree on its number', () => {
    const [one, other] = [new HostSettings(db), new HostSettings(db)];
    expect(other.get('host_1').number).toBe(one.get('host_1').number);
  });
});

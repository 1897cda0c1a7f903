import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuditRecord } from '#main/audit/index.ts';
import { ManualClock } from '#main/base/clock.ts';
import { migrate, openDatabase, type Database } from '#main/base/database.ts';
import { silentLogger } from '#main/base/log.ts';
import { KnownVault } from './known.ts';
import { vaultMigrations } from './migrations.ts';
import { Uses } from './uses.ts';

let db: Database;
let known: KnownVault;
beforeEach(() => {
  db = openDatabase(':memory:');
  migrate(db, [vaultMigrations]);
  known = new KnownVault(db);
});
afterEach(() => void db.close());

const third = { vault: 'a', generation: 3, mac: 'm3' };

describe('what the database knows of the vault', () => {
  it('is the last one written', () => {
    expect(known.get()).toBeUndefined();
    known.put(third);
    expect(known.get()).toEqual(third);
    known.put({ vault: 'b', generation: 1, mac: 'n1' });
    expect(known.get()).toEqual({ vault: 'b', generation: 1, mac: 'n1' });
  });

  it('is raised by a newer generation of the same vault, and by nothing else', () => {
    // Bug caught: opening an old copy teaches the database that the old one is right.
    known.put(third);
    for (const other of [
      { vault: 'a', generation: 2, mac: 'm2' },
      { vault: 'a', generation: 3, mac: 'other' },
      { vault: 'b', generation: 9, mac: 'n9' },
    ]) {
      known.raise(other);
      expect(known.get()).toEqual(third);
    }
    known.raise({ vault: 'a', generation: 4, mac: 'm4' });
    expect(known.get()?.generation).toBe(4);
  });

  it('begins with the first vault that is opened, as after a new database', () => {
    known.raise(third);
    expect(known.get()).toEqual(third);
  });
});

describe('the uses of secrets', () => {
  let clock: ManualClock;
  let audit: AuditRecord[];
  let uses: Uses;
  beforeEach(() => {
    clock = new ManualClock(1000);
    audit = [];
    const record = (entry: AuditRecord) => {
      audit.push(entry);
      return Promise.resolve();
    };
    uses = new Uses({ known, clock, log: silentLogger, record });
  });

  it('are counted at once and written a moment later, many in one', () => {
    for (let n = 0; n < 100; n += 1) uses.note('e1', 'A', 'workflow:w', { run: 'run_1' });
    expect(known.uses().size).toBe(0);
    clock.advance(2000);
    expect(known.uses().get('e1')).toEqual({ used_at: 1000, used_by: 'workflow:w', uses: 100 });
    clock.advance(60_000);
    uses.note('e1', 'A', 'ann');
    expect(uses.all().get('e1')).toEqual({ used_at: 63_000, used_by: 'ann', uses: 101 });
  });

  it('are in the audit log once for each secret and run; those of people are recorded elsewhere', () => {
    for (const [name, run] of [
      ['A', 'run_1'],
      ['A', 'run_1'],
      ['B', 'run_1'],
      ['A', 'run_2'],
      ['A', undefined],
    ] as const)
      uses.note(`entry of ${name}`, name, 'workflow:w', run === undefined ? undefined : { run });
    expect(audit.map(({ details }) => details)).toEqual([
      { name: 'A', run: 'run_1' },
      { name: 'B', run: 'run_1' },
      { name: 'A', run: 'run_2' },
    ]);
  });

  it('by logins are each in the audit log with their host, those of a run once for each host', () => {
    // Bug caught: who logged in where with a password of the vault stands nowhere.
    uses.note('e1', 'PW', 'ann', { host: 'web' });
    uses.note('e1', 'PW', 'ann', { host: 'web' });
    for (const host of ['web', 'web', 'db'])
      uses.note('e1', 'PW', 'workflow:w', { host, run: 'run_1' });
    expect(audit.map(({ actor, details }) => ({ actor, details }))).toEqual([
      { actor: 'ann', details: { name: 'PW', host: 'web' } },
      { actor: 'ann', details: { name: 'PW', host: 'web' } },
      { actor: 'workflow:w', details: { name: 'PW', host: 'web', run: 'run_1' } },
      { actor: 'workflow:w', details: { name: 'PW', host: 'db', run: 'run_1' } },
    ]);
  });

  it('that cannot be written fail no step', () => {
    uses.note('e1', 'A', 'workflow:w', { run: 'run_1' });
    db.exec('DROP TABLE vault_uses');
    expect(() => clock.advance(2000)).not.toThrow();
  });

  it('are forgotten with their secret', () => {
    uses.note('e1', 'A', 'ann');
    uses.note('e2', 'B', 'ann');
    uses.flush();
    known.forgetUses('e1');
    expect([...known.uses().keys()]).toEqual(['e2']);
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#main/base/clock.ts';
import { type Database, migrate, openDatabase } from '#main/base/database.ts';
import { Audit } from './audit.ts';
import { auditMigrations } from './migrations.ts';
import { INTERRUPTED } from './record.ts';
import { verifyAudit } from './verify.ts';

const AT = Date.UTC(2026, 10, 21);
let folder: string;
let db: Database;
let clock: ManualClock;
let audit: Audit;
const file = () => join(folder, 'nexus.db');
const intents = () => db.prepare('SELECT actor, action, details FROM audit_intents').all();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nexus-audit-'));
  db = openDatabase(file());
  migrate(db, [auditMigrations]);
  clock = new ManualClock(AT);
  audit = new Audit({ db, clock, redact: (text) => text.replaceAll('hunter22', '***') });
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

const change = { actor: 'owner', face: 'cli', action: 'runs.cancel', details: { id: 'run_1' } };
const done = { ...change, outcome: 'allowed' as const };

/** A process that announces a change and never gets to its entry. */
async function killedWriter(): Promise<void> {
  const script = `
    import { openDatabase } from '#main/base/database.ts';
    import { ManualClock } from '#main/base/clock.ts';
    import { Audit } from '#main/audit/index.ts';
    const db = openDatabase(${JSON.stringify(file())});
    const audit = new Audit({ db, clock: new ManualClock(${AT}), redact: (t) => t });
    await audit.announce(${JSON.stringify(change)});
    process.stdout.write('announced');
    setInterval(() => undefined, 1000);
  `;
  const writer = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(writer.stdout, 'data');
  writer.kill('SIGKILL');
  await once(writer, 'exit');
}

describe('what is about to be done', () => {
  it('is committed before it is done and gone with its entry, which is one', async () => {
    const id = await audit.announce(change);
    expect(intents()).toEqual([
      { actor: 'owner', action: 'runs.cancel', details: '{"id":"run_1"}' },
    ]);
    expect(audit.list({ limit: 9 }).items).toEqual([]);
    await audit.append(done, id);
    expect(intents()).toEqual([]);
    expect(audit.list({ limit: 9 }).items).toMatchObject([{ outcome: 'allowed', seq: 1 }]);
    expect(await verifyAudit(db)).toMatchObject({ ok: true, entries: 1 });
  });

  it('becomes an entry when its process was killed before it could say how it ended', async () => {
    // Bug caught: a run that was cancelled, a token that was made, and not a word of it in the log.
    await killedWriter();
    clock.advance(60_000);
    expect(audit.recover()).toBe(1);
    expect(audit.list({ limit: 9 }).items).toMatchObject([
      {
        ...change,
        outcome: 'failed',
        code: INTERRUPTED,
        // When it was asked for, not when somebody found it.
        at: new Date(AT).toISOString(),
      },
    ]);
    expect(intents()).toEqual([]);
    expect(await verifyAudit(db)).toMatchObject({ ok: true, entries: 1 });
    expect(audit.recover()).toBe(0);
  });

  it('of a process that lives is left alone, also by another that starts beside it', async () => {
    const id = await audit.announce(change);
    const other = openDatabase(file());
    expect(new Audit({ db: other, clock, redact: (text) => text }).recover()).toBe(0);
    other.close();
    await audit.append(done, id);
    expect(audit.list({ limit: 9 }).items).toHaveLength(1);
  });

  it('is recorded once, however many start at the same time after a death', async () => {
    await killedWriter();
    const others = [1, 2, 3].map(() => openDatabase(file()));
    const made = others.map((one) =>
      new Audit({ db: one, clock, redact: (text) => text }).recover(),
    );
    for (const one of others) one.close();
    expect(made.toSorted()).toEqual([0, 0, 1]);
  });

  it('of another host counts as left behind after a day, not before', async () => {
    await audit.announce(change);
    db.prepare("UPDATE audit_intents SET host = 'elsewhere'").run();
    clock.advance(86_000_000);
    expect(audit.recover()).toBe(0);
    clock.advance(1_000_000);
    expect(audit.recover()).toBe(1);
  });

  it('holds no secrets, and no more of the details than the log itself', async () => {
    await audit.announce({
      ...change,
      actor: 'hunter22',
      details: { text: 'is hunter22', password: 'x', long: 'y'.repeat(50_000) },
    });
    const [row] = intents() as { actor: string; details: string }[];
    expect(row!.actor).toBe('***');
    expect(JSON.parse(row!.details)).toMatchObject({ text: 'is ***', password: '***' });
    expect(row!.details.length).toBeLessThan(9000);
  });

  it('refuses to be done when it cannot be written, and says that nothing was', async () => {
    db.exec('DROP TABLE audit_intents');
    await expect(audit.announce(change)).rejects.toMatchObject({
      code: 'audit.unavailable',
      message: expect.stringContaining('nothing that it must record is done') as string,
    });
  });

  it('shares a commit with other announcements and entries of the same turn', async () => {
    // Bug caught: two disk syncs more for every change, instead of one for all that happen at once.
    const watcher = openDatabase(file());
    const before = watcher.pragma('data_version', { simple: true }) as number;
    const ids = Array.from({ length: 20 }, () => audit.announce(change));
    const entries = Array.from({ length: 20 }, () => audit.append(done));
    await Promise.all([...ids, ...entries]);
    expect(watcher.pragma('data_version', { simple: true })).toBe(before + 1);
    expect(new Set(await Promise.all(ids)).size).toBe(20);
    watcher.close();
  });
});

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '#main/base/clock.ts';
import { migrate, openDatabase } from '#main/base/database.ts';
import { Audit } from './audit.ts';
import { MAX_DETAILS_BYTES } from './details.ts';
import { GENESIS, hashOf } from './entry.ts';
import { auditMigrations } from './migrations.ts';
import { verifyAudit } from './verify.ts';

import { closeLast, freshAudit, record } from './audit.testing.ts';

// Frames that end a commit hold the size of the database (SQLite file format, section 4.1).
function commitsIn(wal: string): number {
  const bytes = readFileSync(wal);
  const frame = 24 + bytes.readUInt32BE(8);
  let commits = 0;
  for (let at = 32; at + frame <= bytes.length; at += frame)
    if (bytes.readUInt32BE(at + 4) !== 0) commits += 1;
  return commits;
}

describe('the audit log', () => {
  it('chains entries by hash and keeps a head', async () => {
    const { db, audit } = freshAudit();
    await Promise.all([
      audit.append(record('a.one')),
      audit.append(record('b.two', { details: { n: 1 } })),
    ]);
    const [two, one] = audit.list({ limit: 10 }).items;
    expect(one).toMatchObject({ seq: 1, prev: GENESIS, action: 'a.one' });
    expect(two).toMatchObject({ seq: 2, prev: one!.hash, details: { n: 1 } });
    expect(hashOf(two!)).toBe(two!.hash);
    expect(await verifyAudit(db)).toEqual({ ok: true, entries: 2, head: two!.hash });
  });

  it('commits what comes in one turn together', async () => {
    // Bug caught: a commit (and a disk sync) for every entry.
    const folder = mkdtempSync(join(tmpdir(), 'nexus-audit-'));
    const file = join(folder, 'nexus.db');
    const db = openDatabase(file);
    migrate(db, [auditMigrations]);
    const audit = new Audit({ db, clock: new ManualClock(0), redact: (text) => text });
    const before = commitsIn(`${file}-wal`);
    await Promise.all(Array.from({ length: 50 }, (_, i) => audit.append(record(`a.${i}`))));
    expect(commitsIn(`${file}-wal`) - before).toBe(1);
    expect(audit.list({ limit: 500 }).items).toHaveLength(50);
    db.close();
    rmSync(folder, { recursive: true });
  });

  it('refuses every way to change history through SQL', async () => {
    const { db, audit } = freshAudit();
    await audit.append(record('a.one'));
    await audit.append(record('a.two'));
    const row = db.prepare('SELECT * FROM audit WHERE seq = 1').get() as Record<string, unknown>;
    const again = `INSERT OR REPLACE INTO audit SELECT 1, at, 'x', face, action, outcome, code, details, prev, hash FROM audit WHERE seq = 1`;
    for (const sql of [
      "UPDATE audit SET actor = 'x'",
      'DELETE FROM audit WHERE seq = 2',
      again,
      `INSERT INTO audit SELECT 9, at, actor, face, action, outcome, code, details, prev, hash FROM audit WHERE seq = 1`,
      'UPDATE audit_head SET seq = 1',
      "UPDATE audit_head SET hash = 'x'",
      'DELETE FROM audit_head',
      "INSERT OR REPLACE INTO audit_head VALUES (1, 0, 'x')",
    ])
      expect(() => db.exec(sql)).toThrow(/append-only/);
    expect(db.prepare('SELECT * FROM audit WHERE seq = 1').get()).toEqual(row);
    expect((await verifyAudit(db)).ok).toBe(true);
  });

  it('finds an actor and an action by an index, however long the log', () => {
    const { db } = freshAudit();
    for (const column of ['actor', 'action']) {
      const sql = `EXPLAIN QUERY PLAN SELECT * FROM audit WHERE seq < 9 AND ${column} = 'x' COLLATE NOCASE ORDER BY seq DESC LIMIT 9`;
      const plan = db.prepare(sql).all() as { detail: string }[];
      expect(plan.map(({ detail }) => detail)).toEqual([
        `SEARCH audit USING INDEX audit_${column} (${column}=? AND seq<?)`,
      ]);
    }
  });

  it('pages, filters and exports', async () => {
    const { clock, audit } = freshAudit();
    for (let i = 0; i < 25; i += 1) {
      void audit.append(
        record(i % 2 ? 'a.odd' : 'a.even', {
          actor: i < 5 ? 'ci' : 'owner',
          outcome: i === 7 ? 'refused' : 'allowed',
        }),
      );
      clock.advance(1000);
    }
    audit.flush();
    const first = audit.list({ limit: 10 });
    expect(first.items.map((entry) => entry.seq)).toEqual([25, 24, 23, 22, 21, 20, 19, 18, 17, 16]);
    const second = audit.list({ limit: 10, cursor: first.next });
    expect(second.items[0]?.seq).toBe(15);
    expect(
      audit.list({ limit: 10, cursor: audit.list({ limit: 10, cursor: second.next }).next }).next,
    ).toBeDefined();
    expect(audit.list({ limit: 100, actor: 'ci', action: 'a.odd' }).items).toHaveLength(2);
    // Bug caught: `nexus audit list --actor CI` found nothing, and nobody knew why.
    expect(audit.list({ limit: 100, actor: 'CI', action: 'A.Odd' }).items).toHaveLength(2);
    expect(audit.list({ limit: 100, outcome: 'refused' }).items.map((e) => e.seq)).toEqual([8]);
    expect(
      audit.list({ limit: 100, since: '2026-11-21T01:00:10+01:00', until: '2026-11-21T00:00:12Z' })
        .items,
    ).toHaveLength(3);
    expect(() => audit.list({ limit: 1, cursor: "1' OR 1" })).toThrow(/cursor/);
    const lines = [];
    let cursor: string | undefined;
    do {
      const page = audit.export({ limit: 10, cursor });
      lines.push(...page.lines);
      cursor = page.next;
    } while (cursor);
    expect(lines.map((entry) => entry.seq)).toEqual(Array.from({ length: 25 }, (_, i) => i + 1));
  });

  it('tells the caller when it cannot write', async () => {
    // Bug caught: an append that resolves although nothing was kept.
    const { db, audit } = freshAudit();
    db.pragma('query_only = ON');
    await expect(audit.append(record('a.one'))).rejects.toMatchObject({
      code: 'audit.unavailable',
    });
  });
});

describe('what an entry keeps', () => {
  it('redacts before it cuts, by value and by name', async () => {
    // Bug caught: a secret cut in half by the limit, so that the redactor no longer knows it.
    const secret = 'hunter2-hunter2';
    const { audit } = freshAudit((text) => text.replaceAll(secret, '***'));
    await audit.append(
      record('runs.start', {
        details: {
          text: 'x'.repeat(1015) + secret,
          password: 'p',
          nested: [{ api_key: 'k', Authorization: 'Bearer z', ok: secret }],
          [secret]: 1,
        },
      }),
    );
    const text = JSON.stringify(audit.list({ limit: 1 }).items[0]);
    expect(text).not.toMatch(/hunter|"p"|"k"|Bearer/);
    expect(text).toContain('***');
  });

  it('stays within its size, is well formed, and verifies, whatever comes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            actor: fc.string({ unit: 'binary' }),
            details: fc.anything({
              withBigInt: true,
              withDate: true,
              withNullPrototype: true,
              values: [
                fc.string({ unit: 'binary', maxLength: 3000 }),
                fc.double(),
                fc.constant('\ud800'),
                fc.constant('\u0000'),
              ],
            }),
          }),
          { minLength: 1, maxLength: 5 },
        ),
        async (all) => {
          const { db, audit } = freshAudit();
          for (const one of all) void audit.append(record('a.b', one));
          audit.flush();
          expect(await verifyAudit(db)).toMatchObject({ ok: true, entries: all.length });
          const sizes = db.prepare('SELECT max(octet_length(details)) AS n FROM audit').get() as {
            n: number | null;
          };
          expect(sizes.n ?? 0).toBeLessThanOrEqual(MAX_DETAILS_BYTES);
          closeLast();
        },
      ),
      { numRuns: 100 },
    );
  });
});

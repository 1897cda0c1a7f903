import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#main/base/clock.ts';
import { type Database, migrate, openDatabase } from '#main/base/database.ts';
import { Audit } from './audit.ts';
import { MAX_DETAILS_BYTES } from './details.ts';
import { canonicalJson, GENESIS, hashOf } from './entry.ts';
import { auditMigrations } from './migrations.ts';
import type { AuditRecord } from './record.ts';
import { verifyAudit } from './verify.ts';

const open: Database[] = [];
function freshAudit(redact: (text: string) => string = (text) => text) {
  const db = openDatabase(':memory:');
  open.push(db);
  migrate(db, [auditMigrations]);
  const clock = new ManualClock(Date.UTC(2026, 10, 21));
  return { db, clock, audit: new Audit({ db, clock, redact }) };
}
afterEach(() => {
  for (const db of open.splice(0)) db.close();
});
const record = (action: string, more: Partial<AuditRecord> = {}): AuditRecord => ({
  actor: 'owner',
  face: 'cli',
  action,
  outcome: 'allowed',
  ...more,
});

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
          db.close();
          open.pop();
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('verification', () => {
  const actions = fc.array(
    fc.record({
      actor: fc.string(),
      code: fc.option(fc.string(), { nil: undefined }),
      details: fc.jsonValue(),
    }),
    {
      minLength: 2,
      maxLength: 12,
    },
  );
  const disarm = (db: Database) => {
    for (const { name } of db
      .prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'")
      .all() as { name: string }[])
      db.exec(`DROP TRIGGER ${name}`);
  };
  const mutations: Record<
    string,
    (db: Database, seq: number, count: number, salt: string) => void
  > = {
    column: (db, seq, _count, salt) => {
      const columns = [
        'at',
        'actor',
        'face',
        'action',
        'outcome',
        'code',
        'details',
        'prev',
        'hash',
      ];
      const column = columns[salt.length % columns.length]!;
      const old = (
        db.prepare(`SELECT ${column} AS v FROM audit WHERE seq = ?`).get(seq) as {
          v: string | null;
        }
      ).v;
      const value =
        column === 'outcome'
          ? old === 'allowed'
            ? 'failed'
            : 'allowed'
          : `${old ?? ''}${salt || ' '}`;
      db.prepare(`UPDATE audit SET ${column} = ? WHERE seq = ?`).run(value, seq);
    },
    space: (db, seq) =>
      void db
        .prepare("UPDATE audit SET details = coalesce(details, '') || ' ' WHERE seq = ?")
        .run(seq),
    remove: (db, seq) => void db.prepare('DELETE FROM audit WHERE seq = ?').run(seq),
    closeGap: (db, seq) => {
      db.prepare('DELETE FROM audit WHERE seq = ?').run(seq);
      db.prepare('UPDATE audit SET seq = -seq WHERE seq > ?').run(seq);
      db.prepare('UPDATE audit SET seq = -seq - 1 WHERE seq < 0').run();
    },
    swap: (db, seq, count) => {
      const other = seq === count ? seq - 1 : seq + 1;
      db.prepare('UPDATE audit SET seq = -1 WHERE seq = ?').run(seq);
      db.prepare('UPDATE audit SET seq = ? WHERE seq = ?').run(seq, other);
      db.prepare('UPDATE audit SET seq = ? WHERE seq = -1').run(other);
    },
    cutTail: (db, seq) => void db.prepare('DELETE FROM audit WHERE seq >= ?').run(seq),
    cutAll: (db) => void db.exec('DELETE FROM audit'),
    insertBefore: (db, seq) =>
      void db
        .prepare(
          'INSERT INTO audit SELECT -3, at, actor, face, action, outcome, code, details, prev, hash FROM audit WHERE seq = ?',
        )
        .run(seq),
    append: (db, seq, count) =>
      void db
        .prepare(
          'INSERT INTO audit SELECT ?, at, actor, face, action, outcome, code, details, prev, hash FROM audit WHERE seq = ?',
        )
        .run(count + 1, seq),
    head: (db) => void db.exec('UPDATE audit_head SET seq = seq - 1'),
    headHash: (db) => void db.exec("UPDATE audit_head SET hash = 'ff'"),
    headGone: (db) => void db.exec('DELETE FROM audit_head'),
    rebuiltEntry: (db, seq) => {
      // The forger knows the format and puts a matching hash: the link of the next, or the head, shows it.
      const row = db.prepare('SELECT * FROM audit WHERE seq = ?').get(seq) as Record<
        string,
        string | number | null
      >;
      const { hash: _, code, details, ...rest } = row;
      const entry = {
        ...rest,
        actor: `${rest['actor']}x`,
        ...(code === null ? {} : { code }),
        ...(details === null ? {} : { details: JSON.parse(String(details)) as unknown }),
      };
      db.prepare('UPDATE audit SET actor = ?, hash = ? WHERE seq = ?').run(
        entry.actor,
        hashOf(entry as never),
        seq,
      );
    },
  };

  it.each(Object.entries(mutations))('finds one mutation anywhere: %s', async (_name, mutate) => {
    await fc.assert(
      fc.asyncProperty(
        actions,
        fc.nat(),
        fc.string({ minLength: 1, unit: 'grapheme-ascii' }),
        async (all, position, salt) => {
          const { db, audit } = freshAudit();
          for (const one of all) void audit.append(record('a.b', one));
          audit.flush();
          disarm(db);
          mutate(db, (position % all.length) + 1, all.length, salt);
          const verdict = await verifyAudit(db);
          expect(verdict.ok).toBe(false);
          expect(verdict.problem?.message).toBeTruthy();
          db.close();
          open.pop();
        },
      ),
      { numRuns: 60 },
    );
  });

  it('reads a long log page by page and lets other work in between', async () => {
    const { db, audit } = freshAudit();
    for (let i = 0; i < 2500; i += 1) void audit.append(record('a.b', { details: { i } }));
    audit.flush();
    let turns = 0;
    const other = setInterval(() => (turns += 1), 0);
    const verdict = audit.verify();
    void audit.append(record('late'));
    expect(await verdict).toMatchObject({ ok: true, entries: 2501 });
    clearInterval(other);
    expect(turns).toBeGreaterThan(0);
    expect((await verifyAudit(db)).entries).toBe(2501);
  });
});

describe('canonical JSON (RFC 8785)', () => {
  // The six vectors of the RFC's reference repository (cyberphone/json-canonicalization, testdata).
  it.each([
    ['arrays', '[56,{"d":true,"10":null,"1":[]}]', '[56,{"1":[],"10":null,"d":true}]'],
    [
      'french',
      '{"peach":"This sorting order","péché":"is wrong according to French","pêche":"but canonicalization MUST","sin":"ignore locale"}',
      '{"peach":"This sorting order","péché":"is wrong according to French","pêche":"but canonicalization MUST","sin":"ignore locale"}',
    ],
    [
      'structures',
      '{"1":{"f":{"f":"hi","F":5},"\\n":56.0},"10":{},"":"empty","a":{},"111":[{"e":"yes","E":"no"}],"A":{}}',
      '{"":"empty","1":{"\\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}],"A":{},"a":{}}',
    ],
    ['unicode', '{"Unnormalized Unicode":"A\\u030a"}', '{"Unnormalized Unicode":"A\u030a"}'],
    [
      'values',
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    ],
    [
      'weird',
      '{"\\u20ac":"Euro Sign","\\r":"Carriage Return","\\u000a":"Newline","1":"One","\\u0080":"Control\\u007f","\\ud83d\\ude02":"Smiley","\\u00f6":"Latin Small Letter O With Diaeresis","\\ufb33":"Hebrew Letter Dalet With Dagesh","</script>":"Browser Challenge"}',
      '{"\\n":"Newline","\\r":"Carriage Return","1":"One","</script>":"Browser Challenge","\u0080":"Control\u007f","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign","😂":"Smiley","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    ],
  ])('%s', (_name, input, expected) => {
    expect(canonicalJson(JSON.parse(input))).toBe(expected);
  });
});

describe('a log whose guards somebody has removed', () => {
  // Bug caught: without its triggers the head stood still, and every later operation was refused.
  it('is still written, and the change shows', async () => {
    const { db, audit } = freshAudit();
    await audit.append(record('a'));
    const triggers = db
      .prepare("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'audit%'")
      .all() as { name: string }[];
    expect(triggers.length).toBeGreaterThan(3);
    for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`);
    await audit.append(record('b'));
    await audit.append(record('c'));
    expect(await audit.verify()).toMatchObject({ ok: true, entries: 3 });
    db.exec("UPDATE audit SET actor = 'mallory' WHERE seq = 2");
    await audit.append(record('d'));
    expect(await audit.verify()).toMatchObject({ ok: false, problem: { seq: 2 } });
  });
});

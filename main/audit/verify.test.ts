import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Database } from '#main/base/database.ts';
import { hashOf } from './entry.ts';
import { verifyAudit } from './verify.ts';

import { closeLast, freshAudit, record } from './audit.testing.ts';

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
          closeLast();
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

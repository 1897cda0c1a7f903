import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '#main/base/database.ts';

/**
 * Runs/s of the journal without an engine around it: one row per run and one per step, with one
 * commit for `runsPerCommit` runs of ten steps. What the disk and SQLite allow, and nothing more.
 */
export function measureBareJournal(runs: number, runsPerCommit: number): number {
  const home = mkdtempSync(join(tmpdir(), 'nexus-bench-journal-'));
  const db = openDatabase(join(home, 'bare.db'));
  db.exec(`CREATE TABLE runs (id TEXT PRIMARY KEY, status TEXT, at INTEGER) WITHOUT ROWID;
    CREATE TABLE steps (run TEXT, step TEXT, status TEXT, outputs TEXT, at INTEGER, PRIMARY KEY (run, step)) WITHOUT ROWID`);
  const run = db.prepare('INSERT INTO runs VALUES (?, ?, ?)');
  const step = db.prepare('INSERT INTO steps VALUES (?, ?, ?, ?, ?)');
  const commit = db.transaction((from: number) => {
    for (let n = from; n < from + runsPerCommit; n += 1) {
      const id = `run_${String(n).padStart(12, '0')}`;
      run.run(id, 'succeeded', n);
      for (let at = 1; at <= 10; at += 1) step.run(id, `s${at}`, 'succeeded', `{"n":${at}}`, n);
    }
  });
  const begun = performance.now();
  for (let from = 0; from < runs; from += runsPerCommit) commit(from);
  const seconds = (performance.now() - begun) / 1000;
  db.close();
  rmSync(home, { recursive: true, force: true });
  return runs / seconds;
}

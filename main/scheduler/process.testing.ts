/**
 * A process with a real scheduler on a real database file, for tests that race or kill it.
 * Usage: node process.testing.ts FILE STARTS: ends once that many starts were recorded by all processes.
 */
import { systemClock } from '#main/base/clock.ts';
import { migrate, openDatabase } from '#main/base/database.ts';
import { silentLogger } from '#main/base/log.ts';
import { createScheduler, schedulerMigrations } from './index.ts';

const [file, wanted] = process.argv.slice(2) as [string, string];
const db = openDatabase(file);
migrate(db, [schedulerMigrations]);
// `calls` has every call, `runs` what an engine would have made of them.
db.exec(
  `CREATE TABLE IF NOT EXISTS calls (key TEXT, pid INTEGER);
   CREATE TABLE IF NOT EXISTS runs (key TEXT PRIMARY KEY, pid INTEGER)`,
);
const call = db.prepare('INSERT INTO calls VALUES (?, ?)');
const run = db.prepare('INSERT OR IGNORE INTO runs VALUES (?, ?)');
const count = db.prepare('SELECT count(*) AS n FROM runs');

const scheduler = createScheduler({
  db,
  clock: systemClock,
  log: silentLogger,
  async start(_workflow, _inputs, _trigger, key) {
    call.run(key, process.pid);
    run.run(key, process.pid);
    return { run: `run_${key}`, skipped: false };
  },
});
scheduler.open();
const keepAlive = setInterval(() => {
  if ((count.get() as { n: number }).n < Number(wanted)) return;
  clearInterval(keepAlive);
  void scheduler.close().then(() => db.close());
}, 20);

import { failpoint } from '#main/base/failpoint.ts';
import type { Core } from './core.ts';
import { removeRunFolder } from './outputs.ts';

const BATCH = 100;
const VACUUM_PAGES = 500;

/**
 * Deletes ended runs that are older than `days`, and beyond the newest `runs`, with their logs and
 * files, some at a time so that nothing else waits long; then gives the space back to the disk.
 */
export async function retain(
  core: Core,
  limits: { days: number; runs: number },
): Promise<{ deleted: number }> {
  const { db } = core.journal;
  const horizon = core.now() - limits.days * 86_400_000;
  const cutoff = (
    db.prepare('SELECT id FROM runs ORDER BY id DESC LIMIT 1 OFFSET ?').get(limits.runs) as
      | { id: string }
      | undefined
  )?.id;
  // What a run that has not ended called, or still tells its outputs to, stays.
  const find = db.prepare(
    `SELECT id FROM runs WHERE ended_at IS NOT NULL AND (ended_at < ? OR id <= ?)
       AND (caller_run IS NULL OR caller_run NOT IN (SELECT id FROM runs WHERE ended_at IS NULL))
     ORDER BY id LIMIT ${BATCH}`,
  );
  let deleted = 0;
  while (core.accepting) {
    const ids = (find.all(horizon, cutoff ?? '') as { id: string }[]).map((row) => row.id);
    if (ids.length === 0) break;
    // Files first: a crash in between leaves rows that are found again, never files that nobody knows.
    for (const id of ids) await removeRunFolder(core.options.outputs, id);
    failpoint('engine.retain.files');
    await core.batch.operation(() => deleteRows(core, ids));
    failpoint('engine.retain.rows');
    deleted += ids.length;
  }
  await core.batch.operation(() => forgetOld(core, horizon));
  await forgetVersions(core);
  await giveBack(core);
  return { deleted };
}

function deleteRows(core: Core, ids: string[]): void {
  const { db } = core.journal;
  const marks = ids.map(() => '?').join(', ');
  for (const table of ['steps', 'attempts', 'log_chunks', 'signals'])
    db.prepare(`DELETE FROM ${table} WHERE run IN (${marks})`).run(...ids);
  db.prepare(`DELETE FROM runs WHERE id IN (${marks})`).run(...ids);
}

// A key whose run is gone is free already (there is nothing to answer with); here its row goes.
function forgetOld(core: Core, horizon: number): void {
  const { db } = core.journal;
  db.prepare('DELETE FROM dedupe WHERE at < ?').run(horizon);
  db.prepare('DELETE FROM run_hours WHERE hour < ?').run(
    Math.floor(core.now() / 3_600_000) - 24 * 400,
  );
}

const SCAN = 5000;

// A version is needed as long as a run is pinned to it. The runs are looked through beforehand, some
// at a time; inside the transaction only those are looked at that came meanwhile.
async function forgetVersions(core: Core): Promise<void> {
  const { versions } = core.options;
  if (!versions) return;
  const { db } = core.journal;
  const page = db.prepare('SELECT rowid, hash FROM runs WHERE rowid > ? ORDER BY rowid LIMIT ?');
  const used = new Set<string>();
  let last = 0;
  const look = () => {
    const rows = page.all(last, SCAN) as { rowid: number; hash: string }[];
    for (const { hash } of rows) used.add(hash);
    last = rows.at(-1)?.rowid ?? last;
    return rows.length === SCAN;
  };
  while (core.accepting && look()) await new Promise((resolve) => setImmediate(resolve));
  await core.batch.operation(() => {
    while (look());
    versions.forget(versions.hashes().filter((hash) => !used.has(hash)));
  });
  failpoint('engine.retain.versions');
}

async function giveBack(core: Core): Promise<void> {
  const { db } = core.journal;
  const free = () => db.pragma('freelist_count', { simple: true }) as number;
  for (let left = free(); left > 0 && core.accepting; ) {
    db.pragma(`incremental_vacuum(${VACUUM_PAGES})`);
    await new Promise((resolve) => setImmediate(resolve));
    const now = free();
    if (now >= left) break;
    left = now;
  }
}

import type { ServiceMigrations } from '#main/base/database.ts';

/**
 * The journal's tables. Times are epoch milliseconds, JSON is text. `steps` is clustered by run, so
 * that reading a run is one range; indexes are partial wherever most rows (ended, succeeded) need none.
 */
export const engineMigrations: ServiceMigrations = {
  service: 'engine',
  migrations: [
    {
      version: 1,
      sql: `
CREATE TABLE IF NOT EXISTS definitions (
  hash TEXT PRIMARY KEY, name TEXT NOT NULL, source TEXT NOT NULL, saved_at INTEGER NOT NULL
);
CREATE TABLE instances (
  id TEXT PRIMARY KEY, host TEXT NOT NULL, pid INTEGER NOT NULL, started TEXT NOT NULL,
  heartbeat_at INTEGER NOT NULL, state TEXT NOT NULL CHECK (state IN ('live', 'closed', 'dead'))
) WITHOUT ROWID;
CREATE TABLE runs (
  id TEXT NOT NULL UNIQUE, workflow TEXT NOT NULL, hash TEXT NOT NULL, status TEXT NOT NULL,
  owner TEXT, created_at INTEGER NOT NULL, started_at INTEGER, ended_at INTEGER,
  deadline_at INTEGER, wake_at INTEGER, trigger TEXT NOT NULL, inputs TEXT NOT NULL,
  outputs TEXT, outputs_file TEXT, error TEXT, at_step TEXT,
  steps_total INTEGER NOT NULL, steps_done INTEGER NOT NULL, parent TEXT, attempt INTEGER NOT NULL,
  caller_run TEXT, caller_step TEXT, caller_index INTEGER, depth INTEGER NOT NULL,
  grp TEXT, grp_max INTEGER NOT NULL, phase TEXT NOT NULL, stop TEXT
);
CREATE INDEX runs_workflow ON runs (workflow, id);
CREATE INDEX runs_active ON runs (owner, wake_at) WHERE ended_at IS NULL;
CREATE INDEX runs_group ON runs (grp, id) WHERE ended_at IS NULL AND grp IS NOT NULL;
CREATE INDEX runs_notable ON runs (status, id) WHERE status <> 'succeeded';
CREATE INDEX runs_callers ON runs (caller_run) WHERE caller_run IS NOT NULL;
CREATE TABLE steps (
  run TEXT NOT NULL, step TEXT NOT NULL, idx INTEGER NOT NULL, status TEXT NOT NULL,
  attempts INTEGER NOT NULL, ord INTEGER NOT NULL, started_at INTEGER, ended_at INTEGER,
  due_at INTEGER, deadline_at INTEGER, inputs TEXT, outputs TEXT, outputs_file TEXT, error TEXT,
  wait TEXT, asks TEXT, event TEXT, pinned INTEGER NOT NULL,
  PRIMARY KEY (run, step, idx)
) WITHOUT ROWID;
CREATE INDEX steps_asking ON steps (asks, run) WHERE asks IS NOT NULL;
CREATE INDEX steps_event ON steps (event, run) WHERE event IS NOT NULL;
CREATE TABLE attempts (
  run TEXT NOT NULL, step TEXT NOT NULL, idx INTEGER NOT NULL, attempt INTEGER NOT NULL,
  started_at INTEGER, ended_at INTEGER, error TEXT, PRIMARY KEY (run, step, idx, attempt)
) WITHOUT ROWID;
CREATE TABLE log_chunks (
  run TEXT NOT NULL, seq INTEGER NOT NULL, count INTEGER NOT NULL, step TEXT NOT NULL,
  idx INTEGER NOT NULL, attempt INTEGER NOT NULL, lines TEXT NOT NULL, UNIQUE (run, seq)
);
CREATE TABLE dedupe (
  workflow TEXT NOT NULL, key TEXT NOT NULL, run TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (workflow, key)
) WITHOUT ROWID;
CREATE TABLE signals (
  id INTEGER PRIMARY KEY, run TEXT NOT NULL, signal TEXT NOT NULL, at INTEGER NOT NULL
);
CREATE INDEX signals_run ON signals (run);
CREATE TABLE run_hours (
  hour INTEGER NOT NULL, status TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (hour, status)
) WITHOUT ROWID;
`,
    },
  ],
};

import type { ServiceMigrations } from '#main/base/database.ts';

/**
 * History is one row per host and moment with all its metrics in one blob (see `history/blob.ts`):
 * a sample dirties one page, whatever it holds. The key packs host and second into one integer, so
 * that a row needs no index besides the table itself and may be longer than an index takes.
 */
export const monitorMigrations: ServiceMigrations = {
  service: 'monitor',
  migrations: [
    {
      version: 1,
      sql: `
        CREATE TABLE monitor_hosts (
          id INTEGER PRIMARY KEY,
          host TEXT NOT NULL UNIQUE,
          monitored INTEGER NOT NULL,
          interval_ms INTEGER NOT NULL
        );
        CREATE TABLE monitor_metrics (
          host INTEGER NOT NULL,
          slot INTEGER NOT NULL,
          metric TEXT NOT NULL,
          seen INTEGER NOT NULL,
          PRIMARY KEY (host, slot)
        ) WITHOUT ROWID;
        CREATE TABLE monitor_raw (key INTEGER PRIMARY KEY, data BLOB NOT NULL);
        CREATE TABLE monitor_1m (key INTEGER PRIMARY KEY, data BLOB NOT NULL);
        CREATE TABLE monitor_15m (key INTEGER PRIMARY KEY, data BLOB NOT NULL);
        CREATE TABLE monitor_rolled (
          host INTEGER NOT NULL,
          level TEXT NOT NULL,
          until INTEGER NOT NULL,
          PRIMARY KEY (host, level)
        ) WITHOUT ROWID;
      `,
    },
    {
      version: 2,
      sql: `
        CREATE TABLE alert_rules (
          id TEXT PRIMARY KEY,
          name TEXT NOT NULL UNIQUE,
          metric TEXT NOT NULL,
          comparison TEXT NOT NULL,
          threshold REAL NOT NULL,
          clear REAL,
          for_text TEXT NOT NULL,
          hosts TEXT NOT NULL,
          severity TEXT NOT NULL,
          notify INTEGER NOT NULL,
          paused INTEGER NOT NULL,
          created_at INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE alert_states (
          rule TEXT NOT NULL REFERENCES alert_rules (id) ON DELETE CASCADE,
          host TEXT NOT NULL,
          metric TEXT NOT NULL,
          state TEXT NOT NULL,
          since INTEGER NOT NULL,
          at INTEGER NOT NULL,
          value REAL NOT NULL,
          alert TEXT,
          PRIMARY KEY (rule, host, metric)
        ) WITHOUT ROWID;
        CREATE TABLE alerts (
          id TEXT PRIMARY KEY,
          rule TEXT NOT NULL,
          name TEXT NOT NULL,
          host TEXT NOT NULL,
          host_name TEXT NOT NULL,
          metric TEXT NOT NULL,
          severity TEXT NOT NULL,
          comparison TEXT NOT NULL,
          threshold REAL NOT NULL,
          value REAL NOT NULL,
          since INTEGER NOT NULL,
          fired_at INTEGER NOT NULL,
          resolved_at INTEGER,
          notify INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE alert_runs (
          alert TEXT NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
          workflow TEXT NOT NULL,
          run TEXT NOT NULL,
          PRIMARY KEY (alert, workflow, run)
        ) WITHOUT ROWID;
        CREATE TABLE alert_events (
          id INTEGER PRIMARY KEY,
          alert TEXT NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
          state TEXT NOT NULL,
          value REAL NOT NULL,
          at INTEGER NOT NULL,
          notified INTEGER NOT NULL DEFAULT 0,
          attempts INTEGER NOT NULL DEFAULT 0,
          UNIQUE (alert, state)
        );
      `,
    },
  ],
};

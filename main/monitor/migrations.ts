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
  ],
};

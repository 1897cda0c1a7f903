import type { ServiceMigrations } from '#main/base/database.ts';

/** The inventory. Lists and options are JSON: they are read whole and never searched by SQL. */
export const sshMigrations: ServiceMigrations = {
  service: 'ssh',
  migrations: [
    {
      version: 1,
      sql: `CREATE TABLE hosts (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL UNIQUE COLLATE NOCASE,
        document TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL
      ) WITHOUT ROWID`,
    },
  ],
};

import type { ServiceMigrations } from '#main/base/database.ts';

/**
 * `workflow_definitions`: every version that was ever saved or run, by the SHA-256 of its text, so
 * that a run can finish on the version it began with.
 * `workflow_files`: of each file, whether its triggers are on and the last version that was valid.
 */
export const workflowMigrations: ServiceMigrations = {
  service: 'workflows',
  migrations: [
    {
      version: 1,
      sql: `
        CREATE TABLE workflow_definitions (
          hash TEXT PRIMARY KEY,
          name TEXT NOT NULL,
          source TEXT NOT NULL,
          saved_at INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE workflow_files (
          name TEXT PRIMARY KEY,
          enabled INTEGER NOT NULL DEFAULT 1,
          good_hash TEXT
        ) WITHOUT ROWID;
      `,
    },
  ],
};

import type { ServiceMigrations } from '#main/base/database.ts';

export const terminalMigrations: ServiceMigrations = {
  service: 'terminals',
  migrations: [
    {
      version: 1,
      sql: `CREATE TABLE terminal_snippets (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        text TEXT NOT NULL,
        run INTEGER NOT NULL
      ) WITHOUT ROWID;`,
    },
  ],
};

import type { ServiceMigrations } from '#main/base/database.ts';

/**
 * What the database knows of the vault: which generation of which vault was written last, and who
 * used an entry when. Entries are known by their random id; the name and the value are in the file.
 */
export const vaultMigrations: ServiceMigrations = {
  service: 'vault',
  migrations: [
    {
      version: 1,
      sql: `
CREATE TABLE vault_known (
  id INTEGER PRIMARY KEY CHECK (id = 1), vault TEXT NOT NULL, generation INTEGER NOT NULL, mac TEXT NOT NULL
);
CREATE TABLE vault_uses (
  entry TEXT PRIMARY KEY, used_at INTEGER NOT NULL, used_by TEXT NOT NULL, uses INTEGER NOT NULL
) WITHOUT ROWID;
`,
    },
  ],
};

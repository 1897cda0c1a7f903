import type { ServiceMigrations } from '#main/base/database.ts';

/** Tokens, login links and sessions. Of every secret only the SHA-256 is kept. */
export const accessMigrations: ServiceMigrations = {
  service: 'access',
  migrations: [
    {
      version: 1,
      sql: `
CREATE TABLE tokens (
  id           TEXT PRIMARY KEY,
  name         TEXT NOT NULL UNIQUE,
  role         TEXT NOT NULL,
  hash         BLOB NOT NULL UNIQUE,
  created_at   INTEGER NOT NULL,
  last_used_at INTEGER,
  expires_at   INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE login_links (
  hash       BLOB PRIMARY KEY,
  role       TEXT NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE sessions (
  hash       BLOB PRIMARY KEY,
  name       TEXT NOT NULL,
  role       TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  token      TEXT REFERENCES tokens (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
`,
    },
  ],
};

import type { ServiceMigrations } from '#main/base/database.ts';

/**
 * The log and its head. The triggers refuse everything but appending, so that a mistake of ours (or a
 * person with a database tool) cannot change history by accident; the hash chain shows whoever gets
 * round them. The head row makes a cut-off end visible, which a chain alone does not.
 */
export const auditMigrations: ServiceMigrations = {
  service: 'audit',
  migrations: [
    {
      version: 1,
      sql: `
CREATE TABLE audit (
  seq     INTEGER PRIMARY KEY,
  at      TEXT NOT NULL,
  actor   TEXT NOT NULL,
  face    TEXT NOT NULL,
  action  TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('allowed', 'refused', 'failed')),
  code    TEXT,
  details TEXT,
  prev    TEXT NOT NULL,
  hash    TEXT NOT NULL
) STRICT;
CREATE INDEX audit_actor ON audit (actor, seq);
CREATE INDEX audit_action ON audit (action, seq);
CREATE TABLE audit_head (
  id   INTEGER PRIMARY KEY CHECK (id = 1),
  seq  INTEGER NOT NULL,
  hash TEXT NOT NULL
) STRICT;
INSERT INTO audit_head (id, seq, hash)
  VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
  BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
  BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_append BEFORE INSERT ON audit
  WHEN NEW.seq IS NOT (SELECT seq + 1 FROM audit_head) OR NEW.prev IS NOT (SELECT hash FROM audit_head)
  BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_advance AFTER INSERT ON audit
  BEGIN UPDATE audit_head SET seq = NEW.seq, hash = NEW.hash; END;
CREATE TRIGGER audit_head_forward BEFORE UPDATE ON audit_head
  WHEN NOT EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq AND hash = NEW.hash AND seq = OLD.seq + 1)
  BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_head_stays BEFORE DELETE ON audit_head
  BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_head_one BEFORE INSERT ON audit_head
  WHEN EXISTS (SELECT 1 FROM audit_head)
  BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
`,
    },
    {
      // What is about to be done, until its end is in the log: not part of the chain, so that an
      // operation is one entry there.
      version: 2,
      sql: `
CREATE TABLE audit_intents (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  host    TEXT NOT NULL,
  pid     INTEGER NOT NULL,
  started TEXT NOT NULL,
  at      INTEGER NOT NULL,
  actor   TEXT NOT NULL,
  face    TEXT NOT NULL,
  action  TEXT NOT NULL,
  details TEXT
) STRICT;
`,
    },
    {
      // People look for a name as they remember it; the index has to compare as the question does.
      version: 3,
      sql: `
DROP INDEX audit_actor;
DROP INDEX audit_action;
CREATE INDEX audit_actor ON audit (actor COLLATE NOCASE, seq);
CREATE INDEX audit_action ON audit (action COLLATE NOCASE, seq);
`,
    },
  ],
};

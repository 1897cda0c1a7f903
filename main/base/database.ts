import { chmodSync, mkdirSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import { NexusError } from './errors.ts';

export type Database = Sqlite.Database;
export type Statement = Sqlite.Statement;

/** One step of a service's schema. Numbered from 1 within its service; never edited after release. */
export interface Migration {
  version: number;
  sql: string;
}

/** The migrations of one service. */
export interface ServiceMigrations {
  service: string;
  migrations: Migration[];
}

/**
 * Opens (and creates, where missing) the database: WAL, `synchronous=FULL` (a commit survives a
 * power cut), foreign keys on, five seconds of patience for another writer.
 *
 * @throws NexusError `database.corrupt`, `database.read_only`, `database.full`, `database.unavailable`
 */
export function openDatabase(file: string): Database {
  try {
    if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const db = new Sqlite(file);
    // Runs hold what people's servers answered: for this user alone, also in a home that others may read.
    if (file !== ':memory:') chmodSync(file, 0o600);
    db.pragma('busy_timeout = 5000');
    // Only a file without a page takes this, and WAL mode writes the first page: so it comes first.
    db.pragma('auto_vacuum = INCREMENTAL');
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    // quick_check reads the whole file; the schema check is what an opening can afford.
    db.prepare('SELECT count(*) FROM sqlite_master').get();
    return db;
  } catch (error) {
    throw databaseError(error, file);
  }
}

/** Brings every service's tables up to date, each migration in its own transaction. */
export function migrate(db: Database, services: ServiceMigrations[]): void {
  db.exec(
    'CREATE TABLE IF NOT EXISTS migrations (service TEXT NOT NULL, version INTEGER NOT NULL, applied_at INTEGER NOT NULL, PRIMARY KEY (service, version)) WITHOUT ROWID',
  );
  const seen = db.prepare('SELECT max(version) AS version FROM migrations WHERE service = ?');
  const note = db.prepare('INSERT INTO migrations (service, version, applied_at) VALUES (?, ?, ?)');
  for (const { service, migrations } of services) {
    const known = migrations.at(-1)?.version ?? 0;
    const apply = db.transaction(() => {
      const at = (seen.get(service) as { version: number | null }).version ?? 0;
      if (at > known) throw newerDatabase(service, at, known);
      for (const { version, sql } of migrations) {
        if (version <= at) continue;
        db.exec(sql);
        note.run(service, version, Date.now());
      }
    });
    // Immediate: two processes that start at once must not both migrate.
    apply.immediate();
  }
}

function newerDatabase(service: string, at: number, known: number): NexusError {
  return new NexusError({
    code: 'database.newer',
    message: `This database was written by a newer Nexus (${service} is at version ${at}, this Nexus knows ${known}).`,
    hint: 'Install the newer Nexus, or point NEXUS_HOME to another folder.',
    kind: 'operational',
  });
}

/** The {@link NexusError} for what SQLite or the file system said about `file`; other errors pass through. */
export function databaseError(error: unknown, file: string): unknown {
  if (error instanceof NexusError) return error;
  const code = (error as { code?: string }).code ?? '';
  const make = (name: string, message: string, hint: string) =>
    new NexusError({ code: `database.${name}`, message, hint, kind: 'operational', cause: error });
  if (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB')) {
    return make(
      'corrupt',
      `The database ${file} is damaged and cannot be read.`,
      `Move it away and put back a copy from the backups folder, or rescue what can be read with: sqlite3 "${file}" .recover`,
    );
  }
  if (
    code.startsWith('SQLITE_READONLY') ||
    code === 'EROFS' ||
    code === 'EACCES' ||
    code === 'SQLITE_CANTOPEN' ||
    code === 'EPERM'
  ) {
    return make(
      'read_only',
      `Nexus cannot write to ${file}.`,
      'Make the folder writable for this user, or choose another with --home or NEXUS_HOME.',
    );
  }
  if (code === 'EEXIST' || code === 'ENOTDIR') {
    return make(
      'unavailable',
      `${file} cannot be a folder of Nexus: a file is in its place.`,
      'Move that file away, or choose another folder with --home or NEXUS_HOME.',
    );
  }
  // SQLite says “disk I/O error” where it cannot even grow the index of its log.
  if (
    code.startsWith('SQLITE_FULL') ||
    code === 'ENOSPC' ||
    code === 'EDQUOT' ||
    (code.startsWith('SQLITE_IOERR') && isFull(dirname(file)))
  ) {
    return make(
      'full',
      `The disk that holds ${file} is full.`,
      'Free some space and try again. Nothing that was committed is lost.',
    );
  }
  // About what was to be written, not about the place: a defect of ours, not a problem of the disk.
  if (/^SQLITE_(CONSTRAINT|ERROR|MISMATCH|TOOBIG|RANGE)/.test(code)) return error;
  if (/^(SQLITE_\w+|E[A-Z0-9]+)$/.test(code)) {
    return make(
      'unavailable',
      `The database ${file} cannot be used: ${(error as Error).message}`,
      'Check the disk and the folder’s permissions; the log has the details.',
    );
  }
  return error;
}

function isFull(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize < 1 << 20;
  } catch {
    return false;
  }
}

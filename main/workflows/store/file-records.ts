import type { Database } from '#main/base/database.ts';
import type { Logger } from '#main/base/log.ts';
import type { CompiledWorkflow } from '../language/index.ts';
import type { Definitions } from './definitions.ts';
import type { WorkflowFile } from './folder.ts';

interface FileRow {
  enabled: number;
  good_hash: string | null;
}

/** What is kept of each workflow besides its file: whether its triggers are on, and its last valid version. */
export class FileRecords {
  readonly #definitions: Definitions;
  readonly #log: Logger;
  readonly #statements;

  constructor(db: Database, definitions: Definitions, log: Logger) {
    this.#definitions = definitions;
    this.#log = log;
    this.#statements = {
      row: db.prepare('SELECT enabled, good_hash FROM workflow_files WHERE name = ?'),
      enable: db.prepare(
        'INSERT INTO workflow_files (name, enabled) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET enabled = excluded.enabled',
      ),
      good: db.prepare(
        'INSERT INTO workflow_files (name, good_hash) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET good_hash = excluded.good_hash',
      ),
      forget: db.prepare('DELETE FROM workflow_files WHERE name = ?'),
    };
  }

  /** On where nobody switched them off. */
  isEnabled(name: string): boolean {
    return this.#row(name)?.enabled !== 0;
  }

  enable(name: string, enabled: boolean): void {
    this.#statements.enable.run(name, enabled ? 1 : 0);
  }

  /**
   * Keeps the file's version as the last valid one if it is valid; forgets a file that is gone.
   * Without this record, a restart with a half-written file would stop its schedules.
   */
  note(name: string, file: WorkflowFile | undefined): void {
    try {
      if (!file) this.#statements.forget.run(name);
      else if (file.parsed.valid && file.compiled) {
        this.#definitions.remember(file.compiled);
        this.#statements.good.run(name, file.hash);
      }
    } catch (error) {
      this.#log.warn('the version of a workflow cannot be recorded', { name, error });
    }
  }

  /** The last valid version, if there was one and it can still be read. */
  lastGood(name: string): CompiledWorkflow | undefined {
    const hash = this.#row(name)?.good_hash;
    if (!hash) return undefined;
    try {
      return this.#definitions.get(hash, name);
    } catch (error) {
      this.#log.warn('the last valid version of a workflow cannot be used', { name, error });
      return undefined;
    }
  }

  #row(name: string): FileRow | undefined {
    return this.#statements.row.get(name) as FileRow | undefined;
  }
}

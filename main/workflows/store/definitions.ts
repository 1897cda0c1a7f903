import type { Clock } from '#main/base/clock.ts';
import type { Database } from '#main/base/database.ts';
import { NexusError } from '#main/base/errors.ts';
import { type CompiledWorkflow, parseWorkflow } from '../language/index.ts';
import type { KindRegistry } from '../kinds/registry.ts';

const CACHE_SIZE = 500;

/** Every version of every workflow that was saved or run. */
export class Definitions {
  readonly #kinds: KindRegistry;
  readonly #clock: Clock;
  readonly #cache = new Map<string, CompiledWorkflow>();
  readonly #insert;
  readonly #select;
  readonly #known;
  readonly #hashes;
  readonly #delete;

  constructor(db: Database, kinds: KindRegistry, clock: Clock) {
    this.#kinds = kinds;
    this.#clock = clock;
    this.#insert = db.prepare(
      'INSERT OR IGNORE INTO workflow_definitions (hash, name, source, saved_at) VALUES (?, ?, ?, ?)',
    );
    this.#known = db.prepare('SELECT 1 FROM workflow_definitions WHERE hash = ?');
    // A file falls back on its last valid version, whether it ever ran or not.
    const unused = 'hash NOT IN (SELECT good_hash FROM workflow_files WHERE good_hash IS NOT NULL)';
    this.#hashes = db.prepare(`SELECT hash FROM workflow_definitions WHERE ${unused}`);
    this.#delete = db.prepare(`DELETE FROM workflow_definitions WHERE hash = ? AND ${unused}`);
    this.#select = db.prepare('SELECT name, source FROM workflow_definitions WHERE hash = ?');
  }

  /** Keeps a version; a run may be pinned to it once this has returned (and the transaction around it, if any, is committed). */
  remember(compiled: CompiledWorkflow): void {
    // The database is asked, not the memory: another process may have pruned it since.
    if (this.#known.get(compiled.hash) !== undefined) return;
    this.#insert.run(compiled.hash, compiled.name, compiled.source, this.#clock.now());
    this.#keep(compiled);
  }

  /** The text of a version, also of one that no longer compiles. */
  source(hash: string): string | undefined {
    return (this.#select.get(hash) as { source: string } | undefined)?.source;
  }

  /** The hashes of the versions that only runs need. */
  hashes(): string[] {
    return (this.#hashes.all() as { hash: string }[]).map((row) => row.hash);
  }

  /** Forgets versions that no run is pinned to; inside the transaction that has made sure of it. */
  forget(hashes: readonly string[]): void {
    for (const hash of hashes) {
      this.#delete.run(hash);
      this.#cache.delete(hash);
    }
  }

  /**
   * The version with this hash.
   *
   * @param name of the run's workflow, where two files have the same text
   * @throws NexusError `workflow.version_missing`, `workflow.version_invalid` (a kind of step is gone)
   */
  get(hash: string, name?: string): CompiledWorkflow {
    const compiled = this.#cache.get(hash) ?? this.#load(hash);
    return name === undefined || name === compiled.name ? compiled : { ...compiled, name };
  }

  #load(hash: string): CompiledWorkflow {
    const row = this.#select.get(hash) as { name: string; source: string } | undefined;
    if (!row) {
      throw new NexusError({
        code: 'workflow.version_missing',
        message: `The version ${hash.slice(0, 12)} of the workflow is not kept here.`,
        hint: 'Start the run again on the file as it is now.',
      });
    }
    const parsed = parseWorkflow(row.source, { kinds: this.#kinds });
    if (!parsed.compiled) {
      const first = parsed.problems.find((p) => p.severity === 'error');
      throw new NexusError({
        code: 'workflow.version_invalid',
        message: `The version ${hash.slice(0, 12)} of ${row.name} cannot be used any more: ${first?.message ?? 'it is not valid.'}`,
        hint: 'Bring back the missing step kind, or start the run again on the file as it is now.',
        details: { problems: parsed.problems },
      });
    }
    const compiled = { ...parsed.compiled, name: row.name };
    this.#keep(compiled);
    return compiled;
  }

  #keep(compiled: CompiledWorkflow): void {
    if (this.#cache.size >= CACHE_SIZE) this.#cache.delete(this.#cache.keys().next().value!);
    this.#cache.set(compiled.hash, compiled);
  }
}

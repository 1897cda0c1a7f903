import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RunSummary } from '#contract/runs.ts';
import type { Clock } from '#main/base/clock.ts';
import type { Database } from '#main/base/database.ts';
import { type NexusError, toNexusError } from '#main/base/errors.ts';
import { EventBus } from '#main/base/events.ts';
import { newId } from '#main/base/ids.ts';
import type { Logger } from '#main/base/log.ts';
import type { CheckCron, CompiledWorkflow } from '../language/index.ts';
import type { KindRegistry } from '../kinds/registry.ts';
import { Definitions } from './definitions.ts';
import { fileError } from './file-error.ts';
import { FileRecords } from './file-records.ts';
import { WorkflowFolder, type WorkflowFile } from './folder.ts';
import { deleteFile, moveFile } from './move-file.ts';
import { checkedName, nameInTrash, trashName, withName } from './names.ts';
import { changed, exists, notFound } from './store-errors.ts';
import type { Surroundings } from './summary.ts';
import { FolderWatcher } from './watcher.ts';
import { writeFileAtomically } from './write-file.ts';

export interface WorkflowStoreOptions {
  /** The workflows folder; the trash is beside it. */
  dir: string;
  kinds: KindRegistry;
  /** Migrated with `workflowMigrations`. */
  db: Database;
  clock: Clock;
  log: Logger;
  checkCron?: CheckCron;
}

export type WorkflowStoreEvents = {
  /** The file is new, changed, renamed, gone, or its triggers were switched. */
  changed: { name: string };
};

/** What the store asks of the parts above it, set once they exist. */
export interface Lookups {
  lastRun(name: string): RunSummary | undefined;
  /** Epoch milliseconds of the next firing. */
  nextAt(name: string): number | undefined;
}

/** The workflow files of one NEXUS_HOME, and every version that was saved or run. */
export class WorkflowStore {
  readonly events: EventBus<WorkflowStoreEvents>;
  lookups: Lookups = { lastRun: () => undefined, nextAt: () => undefined };
  readonly #options: WorkflowStoreOptions;
  readonly #definitions: Definitions;
  readonly #folder: WorkflowFolder;
  readonly #watcher: FolderWatcher;
  readonly #trash: string;
  readonly #records: FileRecords;
  #problem: NexusError | undefined;
  /** File operations happen one after the other. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: WorkflowStoreOptions) {
    const { dir, kinds, db, clock, log } = options;
    this.#options = options;
    this.#trash = join(dirname(dir), 'trash');
    this.events = new EventBus((error) =>
      log.error('a listener for workflow changes failed', { error }),
    );
    this.#definitions = new Definitions(db, kinds, clock);
    this.#records = new FileRecords(db, this.#definitions, log);
    const checkCron = options.checkCron;
    this.#folder = new WorkflowFolder({
      dir,
      kinds,
      checkCron,
      log,
      lastGood: (name) => this.#records.lastGood(name),
    });
    this.#watcher = new FolderWatcher(dir, clock, log, (files) => {
      this.refresh(files).catch((error: unknown) =>
        log.warn('the workflows folder cannot be read', { error }),
      );
    });
  }

  /** Makes the folder, reads it and begins to watch it. A folder that cannot be made or read is logged: Nexus still opens. */
  async open(): Promise<void> {
    const { dir, log } = this.#options;
    try {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      await this.refresh();
    } catch (error) {
      this.#problem = toNexusError(fileError(error, dir));
      log.error('the workflows folder cannot be used', { error });
    }
    this.#watcher.start();
  }

  async close(): Promise<void> {
    this.#watcher.close();
    await this.#queue.catch(() => undefined);
  }

  /** Why the folder cannot be read, as long as it cannot: what is known of its files is then from before. */
  get problem(): NexusError | undefined {
    return this.#problem;
  }

  /** Reads what has changed in the folder, and announces it. */
  refresh(force?: ReadonlySet<string>): Promise<void> {
    return this.#serially(() => this.#scan(force));
  }

  /** Files sorted by name. */
  files(): WorkflowFile[] {
    return [...this.#folder.files.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  has(name: string): boolean {
    return this.#folder.files.has(name);
  }

  /** @throws NexusError `workflow.not_found` */
  file(name: string): WorkflowFile {
    const file = this.#folder.files.get(name);
    if (file) return file;
    throw notFound(name);
  }

  /** The version to run or schedule: the file where it is valid, else its last valid version. */
  compiled(name: string): CompiledWorkflow | undefined {
    return this.#folder.files.get(name)?.compiled;
  }

  /** Every workflow that can run, for triggers. */
  runnable(): { compiled: CompiledWorkflow; enabled: boolean }[] {
    return this.files().flatMap(({ name, compiled }) =>
      compiled ? [{ compiled, enabled: this.isEnabled(name) }] : [],
    );
  }

  /** Whether the workflow's triggers are on. */
  isEnabled(name: string): boolean {
    return this.#records.isEnabled(name);
  }

  /** Every version that is kept, for the engine's retention. */
  get versions(): Pick<Definitions, 'source' | 'hashes' | 'forget'> {
    return this.#definitions;
  }

  /** Keeps a version for runs that are pinned to it. */
  remember(compiled: CompiledWorkflow): void {
    this.#definitions.remember(compiled);
  }

  /** The version a run is pinned to. @throws NexusError `workflow.version_missing`, `workflow.version_invalid` */
  definition(hash: string, name?: string): CompiledWorkflow {
    return this.#definitions.get(hash, name);
  }

  surroundings(name: string): Surroundings {
    return {
      enabled: this.isEnabled(name),
      lastRun: this.lookups.lastRun(name),
      nextAt: this.lookups.nextAt(name),
    };
  }

  /**
   * Writes a workflow's text; what it holds may be invalid (triggers keep the last valid version).
   *
   * @param baseHash hash of the text that the edit began with; undefined to create
   * @throws NexusError `workflow.changed`, `workflow.exists`, `workflow.name`, `file.*`
   */
  save(name: string, source: string, baseHash: string | undefined): Promise<WorkflowFile> {
    checkedName(name);
    return this.#serially(async () => {
      // What is on disk counts, not what was last seen there.
      await this.#scan(new Set([this.#folder.files.get(name)?.file ?? '']));
      const current = this.#folder.files.get(name);
      if (baseHash === undefined && current) throw exists(name);
      if (baseHash !== undefined && current?.hash !== baseHash) throw changed(name, current);
      return this.#write(name, current?.file ?? `${name}.yaml`, source);
    });
  }

  /** Gives a workflow another name, in its text too. @throws NexusError `workflow.not_found`, `workflow.exists`, `workflow.name`, `file.*` */
  rename(name: string, to: string): Promise<WorkflowFile> {
    checkedName(to);
    return this.#serially(async () => {
      await this.#scan();
      const { file, source } = this.file(name);
      if (to === name) return this.file(name);
      if (this.#folder.files.has(to)) throw exists(to);
      const enabled = this.isEnabled(name);
      if (!enabled) this.#records.enable(to, false);
      await this.#write(to, `${to}.yaml`, withName(source, to));
      await deleteFile(join(this.#options.dir, file));
      await this.#scan();
      return this.file(to);
    });
  }

  /** Moves the file to the trash. @returns its name there */
  remove(name: string): Promise<string> {
    return this.#serially(async () => {
      const { file } = this.file(name);
      const trash = trashName(name, newId('t', this.#options.clock.now()));
      await moveFile(join(this.#options.dir, file), join(this.#trash, trash));
      await this.#scan();
      return trash;
    });
  }

  /** Brings a file back from the trash. @throws NexusError `workflow.not_found`, `workflow.exists`, `file.*` */
  restore(trash: string): Promise<WorkflowFile> {
    const name = nameInTrash(trash);
    return this.#serially(async () => {
      await this.#scan();
      if (this.#folder.files.has(name)) throw exists(name);
      const from = join(this.#trash, trash);
      await stat(from).catch(() => nameInTrash(''));
      await moveFile(from, join(this.#options.dir, `${name}.yaml`));
      await this.#scan();
      return this.file(name);
    });
  }

  /** Switches a workflow's triggers on or off; its file is not touched. @throws NexusError `workflow.not_found` */
  enable(name: string, enabled: boolean): WorkflowFile {
    const file = this.file(name);
    this.#records.enable(name, enabled);
    this.events.emit('changed', { name });
    return file;
  }

  async #write(name: string, file: string, source: string): Promise<WorkflowFile> {
    await mkdir(this.#options.dir, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
      throw fileError(error, this.#options.dir);
    });
    await writeFileAtomically(join(this.#options.dir, file), source);
    await this.#scan(new Set([file]));
    return this.file(name);
  }

  async #scan(force?: ReadonlySet<string>): Promise<void> {
    const names = await this.#folder.scan(force).catch((error: unknown) => {
      this.#problem = toNexusError(fileError(error, this.#options.dir));
      throw this.#problem;
    });
    this.#problem = undefined;
    for (const name of names) this.#records.note(name, this.#folder.files.get(name));
    for (const name of names) this.events.emit('changed', { name });
  }

  #serially<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work, work);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}

import { databaseError, type Database } from '#main/base/database.ts';
import { NexusError, toNexusError } from '#main/base/errors.ts';
import { failpoint } from '#main/base/failpoint.ts';

/** What a {@link Batch} writes beside its operations. */
export interface Writer<Item> {
  /** First in the transaction; false when another process has taken over. */
  holdsLease(): boolean;
  /** Writes one item's changes. Called again after a failed commit, so it must not forget them. */
  write(item: Item): void;
  /** Last in the transaction. */
  writeRest(): void;
  /** The commit holds. */
  committed(items: Item[]): void;
  /** The transaction was rolled back; the items stay in the batch and will be written again. */
  rolledBack(): void;
  fenced(): void;
  /** An item cannot be written, through no fault of the disk: it is left out, so that the others go on. */
  broken(item: Item, problem: NexusError): void;
  failed(problem: NexusError): void;
  recovered(): void;
}

interface Operation {
  work: () => unknown;
  resolve: (value: never) => void;
  reject: (error: unknown) => void;
}

const RETRY_MS = [500, 1000, 2000, 5000, 10_000];

/**
 * Group commit: what all runs want to write until the event loop's next turn goes into one
 * `BEGIN IMMEDIATE` transaction, so that its one sync is shared. Nobody hears of anything before the
 * commit holds. When the disk fails, what was to be written is kept and tried again; who waited is
 * told of the problem at once.
 */
export class Batch<Item> {
  commits = 0;
  /** Whether a transaction is being filled right now. */
  filling = false;
  readonly #db: Database;
  readonly #writer: Writer<Item>;
  readonly #file: string;
  #operations: Operation[] = [];
  #items = new Set<Item>();
  #waiters: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  #scheduled = false;
  #closed: NexusError | undefined;
  #failures = 0;
  #retry: NodeJS.Timeout | undefined;
  readonly #begin;
  readonly #commit;
  readonly #rollback;

  constructor(db: Database, writer: Writer<Item>) {
    this.#db = db;
    this.#file = db.name;
    this.#writer = writer;
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#commit = db.prepare('COMMIT');
    this.#rollback = db.prepare('ROLLBACK');
  }

  /** Whether nothing waits to be written. */
  get idle(): boolean {
    return this.#operations.length === 0 && this.#items.size === 0 && this.#waiters.length === 0;
  }

  /**
   * Runs `work` inside the next transaction and resolves with what it returned once that is
   * committed. `work` may run again after a failure of something else: it may only touch the
   * database and objects that are thrown away with the transaction.
   */
  operation<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#closed) return reject(this.#closed);
      this.#operations.push({ work, resolve: resolve as (value: never) => void, reject });
      this.#schedule();
    });
  }

  /** Has `item` written in the next transaction (or in the one that is being filled). */
  add(item: Item): void {
    this.#items.add(item);
    this.#schedule();
  }

  /** Takes back an item that is not to be written. */
  drop(item: Item): void {
    this.#items.delete(item);
  }

  /** Asks for a commit of what only {@link Writer.writeRest} knows. */
  nudge(): void {
    this.#schedule();
  }

  /** Resolves once everything added so far is committed. */
  committed(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(this.#closed);
      this.#waiters.push({ resolve, reject });
      this.#schedule();
    });
  }

  /** Refuses everything from now on, and whoever still waits. */
  close(reason: NexusError): void {
    if (this.#closed) return;
    this.#closed = reason;
    if (this.#retry) clearTimeout(this.#retry);
    this.#rejectAll(this.#operations.splice(0), reason);
    this.#items.clear();
  }

  #schedule(): void {
    if (this.#scheduled || this.filling || this.#closed || this.#failures > 0) return;
    this.#scheduled = true;
    setImmediate(() => this.flush());
  }

  /** Commits now. Called by the event loop's turn; tests may call it. */
  flush(): void {
    this.#scheduled = false;
    if (this.#closed) return;
    const operations = this.#operations;
    this.#operations = [];
    // An item may be added again by what another's writing brings about: then it is written again.
    const written = new Set<Item>();
    const settled: (() => void)[] = [];
    let current: Operation | undefined;
    let item: Item | undefined;
    this.filling = true;
    try {
      this.#begin.run();
      failpoint('engine.commit.begin');
      if (!this.#writer.holdsLease()) return this.#fence(operations);
      for (current of operations) settled.push(this.#attempt(current));
      current = undefined;
      for (item of this.#items) {
        this.#items.delete(item);
        written.add(item);
        this.#writer.write(item);
      }
      item = undefined;
      this.#writer.writeRest();
      failpoint('engine.commit.written');
      this.#commit.run();
    } catch (error) {
      this.filling = false;
      this.#undo(written);
      return this.#recover(error, operations, current, item);
    } finally {
      this.filling = false;
    }
    this.commits += 1;
    failpoint('engine.commit.done');
    if (this.#failures > 0) {
      this.#failures = 0;
      this.#writer.recovered();
    }
    const waiters = this.#waiters;
    this.#waiters = [];
    this.#writer.committed([...written]);
    for (const settle of settled) settle();
    for (const waiter of waiters) waiter.resolve();
    if (this.#operations.length > 0 || this.#items.size > 0) this.#schedule();
  }

  // An operation that refuses (NexusError) has written nothing and fails alone; other errors end the transaction.
  #attempt(operation: Operation): () => void {
    try {
      const value = operation.work();
      return () => operation.resolve(value as never);
    } catch (error) {
      if (!(error instanceof NexusError)) throw error;
      return () => operation.reject(error);
    }
  }

  #undo(written: Set<Item>): void {
    try {
      if (this.#db.inTransaction) this.#rollback.run();
    } catch {
      // SQLite has rolled back by itself (full disk, input/output error).
    }
    for (const item of written) this.#items.add(item);
    this.#writer.rolledBack();
  }

  #recover(
    error: unknown,
    operations: Operation[],
    offender: Operation | undefined,
    broken: Item | undefined,
  ): void {
    const problem = databaseError(error, this.#file);
    const aboutDisk = problem instanceof NexusError && problem.code.startsWith('database.');
    if (!aboutDisk && offender) {
      // One operation is defective: it alone fails, the others go again.
      offender.reject(toNexusError(error));
      this.#operations = [...operations.filter((one) => one !== offender), ...this.#operations];
      this.#schedule();
      return;
    }
    if (!aboutDisk && broken !== undefined) {
      this.#items.delete(broken);
      this.#writer.broken(broken, toNexusError(error));
      this.#operations = [...operations, ...this.#operations];
      this.#schedule();
      return;
    }
    const shape = problem instanceof NexusError ? problem : toNexusError(error);
    this.#rejectAll(operations, shape);
    const wait = RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)]!;
    this.#failures += 1;
    this.#writer.failed(shape);
    if (this.#retry) clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.flush(), wait);
    this.#retry.unref();
  }

  #fence(operations: Operation[]): void {
    this.#rollback.run();
    const reason = new NexusError({
      code: 'engine.fenced',
      message: 'Another Nexus process has taken over the work of this one.',
      hint: 'This process was stalled or asleep for too long. Start it again.',
      kind: 'operational',
    });
    this.#writer.rolledBack();
    this.#rejectAll(operations, reason);
    this.close(reason);
    this.#writer.fenced();
  }

  #rejectAll(operations: Operation[], reason: NexusError): void {
    for (const operation of operations) operation.reject(reason);
    for (const waiter of this.#waiters.splice(0)) waiter.reject(reason);
  }
}

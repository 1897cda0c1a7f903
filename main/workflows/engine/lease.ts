import type { Database, Statement } from '#main/base/database.ts';
import { failpoint } from '#main/base/failpoint.ts';
import { processGone, thisProcess } from '#main/base/processIdentity.ts';

/** A live process writes at least this often. */
export const HEARTBEAT_MS = 5000;
/** An owner that has not written for so long is taken for dead, whatever its process does. */
export const LEASE_TTL_MS = 30_000;

interface InstanceRow {
  id: string;
  host: string;
  pid: number;
  started: string;
  heartbeat_at: number;
}

/**
 * Ownership by instance. Every process that drives runs has a row; every transaction of its engine
 * first reads whether that row is still `live`. A takeover marks the row dead and moves the runs in
 * one transaction, so two processes never drive the same run, and one that was stopped and wakes up
 * finds itself fenced before it can write.
 */
export class Lease {
  readonly id: string;
  readonly #db: Database;
  readonly #now: () => number;
  readonly #ttl: number;
  readonly #every: number;
  readonly #held: Statement;
  readonly #beat: Statement;
  readonly #others: Statement;
  #beatAt = 0;

  constructor(db: Database, id: string, now: () => number, ttlMs = LEASE_TTL_MS) {
    this.id = id;
    this.#db = db;
    this.#now = now;
    this.#ttl = ttlMs;
    this.#every = Math.min(HEARTBEAT_MS, ttlMs / 6);
    this.#held = db.prepare("SELECT 1 FROM instances WHERE id = ? AND state = 'live'");
    this.#beat = db.prepare('UPDATE instances SET heartbeat_at = ? WHERE id = ?');
    this.#others = db.prepare(
      "SELECT id, host, pid, started, heartbeat_at FROM instances WHERE state = 'live' AND id <> ?",
    );
  }

  /** Makes this process's row. */
  register(): void {
    this.#beatAt = this.#now();
    const { host, pid, started } = thisProcess();
    this.#db
      .prepare("INSERT INTO instances VALUES (?, ?, ?, ?, ?, 'live')")
      .run(this.id, host, pid, started, this.#beatAt);
  }

  /** Whether nobody has taken over; inside a transaction. Writes the heartbeat along when it is due. */
  held(): boolean {
    if (this.#held.get(this.id) === undefined) return false;
    const now = this.#now();
    if (now - this.#beatAt >= this.#every || now < this.#beatAt) {
      this.#beatAt = now;
      this.#beat.run(now, this.id);
    }
    return true;
  }

  /** Whether a heartbeat is due and nothing else has written one. */
  get stale(): boolean {
    return this.#now() - this.#beatAt >= this.#every - 100;
  }

  /**
   * Whether this process has not written for so long that another may be about to take over: then
   * a commit has to confirm the lease before an effect begins.
   */
  get doubtful(): boolean {
    return this.#now() - this.#beatAt > this.#ttl / 2;
  }

  /**
   * Takes over the runs of every dead instance, and those that nobody owns; inside a transaction.
   * @returns whether anything was moved.
   */
  takeOver(): boolean {
    failpoint('engine.takeover.before');
    for (const id of this.dead()) this.#bury(id);
    const moved = this.#db
      .prepare('UPDATE runs SET owner = ? WHERE owner IS NULL AND ended_at IS NULL')
      .run(this.id).changes;
    failpoint('engine.takeover.after');
    return moved > 0;
  }

  /** Instances that are gone: their process is, or they have not written for too long. */
  dead(): string[] {
    const now = this.#now();
    return (this.#others.all(this.id) as InstanceRow[])
      .filter((row) => isDead(row, now, this.#ttl))
      .map((row) => row.id);
  }

  /** Whether instance `id` may be robbed of its runs; inside a transaction it then is. */
  buryIfDead(id: string): boolean {
    const live = this.#held.get(id) !== undefined;
    if (live && !this.dead().includes(id)) return false;
    this.#bury(id);
    return true;
  }

  #bury(id: string): void {
    this.#db.prepare("UPDATE instances SET state = 'dead' WHERE id = ?").run(id);
    this.#db.prepare('UPDATE runs SET owner = NULL WHERE owner = ? AND ended_at IS NULL').run(id);
  }

  /** Gives up every run and the row; inside a transaction. */
  release(): void {
    this.#db.prepare("UPDATE instances SET state = 'closed' WHERE id = ?").run(this.id);
    this.#db
      .prepare('UPDATE runs SET owner = NULL WHERE owner = ? AND ended_at IS NULL')
      .run(this.id);
    // Rows of processes long gone are of no use to anybody.
    this.#db
      .prepare("DELETE FROM instances WHERE state <> 'live' AND heartbeat_at < ?")
      .run(this.#now() - 7 * 86_400_000);
  }
}

function isDead(row: InstanceRow, now: number, ttl: number): boolean {
  return now - row.heartbeat_at > ttl || processGone(row) === true;
}

import { LOCAL_HOST } from '#contract/monitor.ts';
import type { Database, Statement } from '#main/base/database.ts';

export const DEFAULT_INTERVAL_MS = 10_000;

export interface HostSetting {
  /** The host's number in the history. */
  number: number;
  monitored: boolean;
  intervalMs: number;
}

/** Which hosts are looked at, and how often; kept in the database. This machine is, unless told otherwise. */
export class HostSettings {
  readonly #known = new Map<string, HostSetting>();
  readonly #read: Statement;
  readonly #insert: Statement;
  readonly #update: Statement;
  readonly #remove: Statement;

  constructor(db: Database) {
    this.#read = db.prepare('SELECT * FROM monitor_hosts WHERE host = ?');
    this.#insert = db.prepare(
      'INSERT INTO monitor_hosts (host, monitored, interval_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    );
    this.#update = db.prepare(
      'UPDATE monitor_hosts SET monitored = ?, interval_ms = ? WHERE host = ?',
    );
    this.#remove = db.prepare('DELETE FROM monitor_hosts WHERE host = ?');
  }

  get(host: string): HostSetting {
    const known = this.#known.get(host) ?? this.#load(host);
    if (known) return known;
    this.#insert.run(host, Number(host === LOCAL_HOST), DEFAULT_INTERVAL_MS);
    return this.#load(host)!;
  }

  set(host: string, change: { monitored?: boolean; intervalMs?: number }): HostSetting {
    const before = this.get(host);
    const after = {
      ...before,
      monitored: change.monitored ?? before.monitored,
      intervalMs: change.intervalMs ?? before.intervalMs,
    };
    this.#update.run(Number(after.monitored), after.intervalMs, host);
    this.#known.set(host, after);
    return after;
  }

  remove(host: string): void {
    this.#remove.run(host);
    this.#known.delete(host);
  }

  #load(host: string): HostSetting | undefined {
    const row = this.#read.get(host) as
      | { id: number; monitored: number; interval_ms: number }
      | undefined;
    if (!row) return undefined;
    const setting = { number: row.id, monitored: row.monitored === 1, intervalMs: row.interval_ms };
    this.#known.set(host, setting);
    return setting;
  }
}

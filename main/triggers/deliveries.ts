import type { Database, Statement } from '#main/base/database.ts';

/** One delivery to be remembered. */
interface Entry {
  hook: string;
  /** What it is known by if nothing is known of it yet. */
  token: string;
  id: string | undefined;
  signature: string;
  now: number;
  windowMs: number;
  resolve: (token: string) => void;
  reject: (error: unknown) => void;
}

/** A sender's id is remembered this long at least. */
const ID_MS = 7 * 86_400_000;

/**
 * Remembers deliveries of senders whose signature covers neither an id nor a time (GitHub), so that
 * a captured request that is sent again with another id is known by its signature.
 */
export class Deliveries {
  readonly #db: Database;
  readonly #prune: Statement;
  readonly #find: Statement;
  readonly #write: Statement;
  #waiting: Entry[] = [];
  #pruneAt = 0;

  constructor(db: Database) {
    this.#db = db;
    this.#prune = db.prepare('DELETE FROM webhook_deliveries WHERE until < ?');
    this.#find = db.prepare(
      'SELECT token FROM webhook_deliveries WHERE hook = ? AND key = ? AND until >= ?',
    );
    // The window of a signature begins with its first use and is not prolonged by replays.
    this.#write = db.prepare(
      `INSERT INTO webhook_deliveries (hook, key, token, until) VALUES (@hook, @key, @token, @until)
       ON CONFLICT DO UPDATE SET token = excluded.token, until = excluded.until
       WHERE webhook_deliveries.until < @now`,
    );
  }

  /**
   * The token of a delivery, committed: the one it had when its id was seen before, or its signature
   * within `windowMs`; else `token`. Deliveries that come in together share one commit.
   */
  remember(entry: Omit<Entry, 'resolve' | 'reject'>): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...entry, resolve, reject });
      if (this.#waiting.length === 1) setImmediate(() => this.#flush());
    });
  }

  #flush(): void {
    const entries = this.#waiting;
    this.#waiting = [];
    try {
      const tokens = this.#db.transaction(() => entries.map((entry) => this.#one(entry)));
      const result = tokens.immediate();
      entries.forEach(({ resolve }, i) => resolve(result[i]!));
    } catch (error) {
      for (const { reject } of entries) reject(error);
    }
  }

  #one({ hook, token, id, signature, now, windowMs }: Entry): string {
    if (now >= this.#pruneAt) {
      this.#prune.run(now);
      this.#pruneAt = now + 600_000;
    }
    const seen = (key: string) => this.#find.get(hook, key, now) as { token: string } | undefined;
    const known =
      (id === undefined ? undefined : seen(`id:${id}`)) ?? seen(`signature:${signature}`);
    const result = known?.token ?? token;
    const write = (key: string, forMs: number) =>
      this.#write.run({ hook, key, token: result, until: now + forMs, now });
    write(`signature:${signature}`, windowMs);
    if (id !== undefined) write(`id:${id}`, Math.max(ID_MS, windowMs));
    return result;
  }
}

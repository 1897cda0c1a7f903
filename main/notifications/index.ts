import type { Notification } from '#contract/platform.ts';
import type { Clock } from '#main/base/clock.ts';
import type { Database, Statement } from '#main/base/database.ts';
import { newId } from '#main/base/ids.ts';
import { Feed } from '#main/base/feed.ts';

export { notificationMigrations } from './migrations.ts';

/** What to tell a person. */
export interface Note {
  level: Notification['level'];
  title: string;
  body?: string;
  /** Route in the window, e.g. `/runs/run_…`. */
  link?: string;
}

export interface NotificationOptions {
  db: Database;
  clock: Clock;
  /** Applied to title and body before they are kept. */
  redact?: (text: string) => string;
  /** Shows it on the desktop; the window's shell sets it, and there is none without a window. */
  desktop?: (note: Notification) => unknown;
  /** Whether the person wants desktop notifications; asked each time. */
  desktopAllowed?: () => boolean;
  /** Told when the desktop could not show one. */
  onError?: (error: unknown) => void;
}

/** So many are kept; the oldest go first. */
const KEPT = 500;
const LISTED = 200;

interface Row {
  id: string;
  at: number;
  level: string;
  title: string;
  body: string | null;
  link: string | null;
  read: number;
}

/** The notification centre: what Nexus had to tell, until it is read, and after. */
export class Notifications {
  /** See {@link NotificationOptions.desktop}. */
  desktop: NotificationOptions['desktop'];
  readonly #options: NotificationOptions;
  readonly #feed = new Feed<Notification>();
  readonly #insert: Statement;
  readonly #prune: Statement;
  readonly #list: Statement;
  readonly #readAll: Statement;
  readonly #readOne: Statement;
  readonly #unread: Statement;

  constructor(options: NotificationOptions) {
    this.#options = options;
    this.desktop = options.desktop;
    const { db } = options;
    this.#insert = db.prepare(
      'INSERT INTO notifications (id, at, level, title, body, link) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#prune = db.prepare(
      'DELETE FROM notifications WHERE id IN (SELECT id FROM notifications ORDER BY id DESC LIMIT -1 OFFSET ?)',
    );
    this.#list = db.prepare('SELECT * FROM notifications ORDER BY id DESC LIMIT ?');
    this.#readAll = db.prepare('UPDATE notifications SET read = 1 WHERE read = 0');
    this.#readOne = db.prepare('UPDATE notifications SET read = 1 WHERE read = 0 AND id = ?');
    this.#unread = db.prepare('SELECT count(*) AS n FROM notifications WHERE read = 0');
  }

  /** Keeps it, then tells whoever watches, and the desktop. */
  notify(note: Note): Notification {
    const { db, clock, redact = (text: string) => text } = this.#options;
    const at = clock.now();
    const entry: Notification = {
      id: newId('note', at),
      at: new Date(at).toISOString(),
      level: note.level,
      title: redact(note.title),
      ...(note.body === undefined ? {} : { body: redact(note.body) }),
      ...(note.link === undefined ? {} : { link: note.link }),
      read: false,
    };
    db.transaction(() => {
      const { id, level, title, body, link } = entry;
      this.#insert.run(id, at, level, title, body ?? null, link ?? null);
      this.#prune.run(KEPT);
    })();
    this.#feed.push(entry);
    this.#showOnDesktop(entry);
    return entry;
  }

  /** The newest first, at most 200. */
  list(): Notification[] {
    return (this.#list.all(LISTED) as Row[]).map(fromRow);
  }

  unread(): number {
    return (this.#unread.get() as { n: number }).n;
  }

  /** Marks these read, or all; answers how many were unread. */
  read(ids?: string[]): number {
    if (!ids) return this.#readAll.run().changes;
    let changes = 0;
    this.#options.db.transaction(() => {
      for (const id of ids) changes += this.#readOne.run(id).changes;
    })();
    return changes;
  }

  /** Every one from the call on. A reader that falls far behind misses the oldest. */
  watch(signal?: AbortSignal): AsyncIterable<Notification> {
    return this.#feed.watch(signal);
  }

  #showOnDesktop(entry: Notification): void {
    if (!this.desktop || this.#options.desktopAllowed?.() === false) return;
    try {
      this.desktop(entry);
    } catch (error) {
      this.#options.onError?.(error);
    }
  }
}

function fromRow(row: Row): Notification {
  return {
    id: row.id,
    at: new Date(row.at).toISOString(),
    level: row.level as Notification['level'],
    title: row.title,
    ...(row.body === null ? {} : { body: row.body }),
    ...(row.link === null ? {} : { link: row.link }),
    read: row.read === 1,
  };
}

/** The notification centre over a database that has {@link notificationMigrations}. */
export function createNotifications(options: NotificationOptions): Notifications {
  return new Notifications(options);
}

import { settings as settingsSchema, type Settings } from '#contract/platform.ts';
import type { Database, ServiceMigrations, Statement } from '#main/base/database.ts';
import { EventBus } from '#main/base/events.ts';
import { NexusError } from '#main/base/errors.ts';
import { silentLogger, type Logger } from '#main/base/log.ts';

export const settingsMigrations: ServiceMigrations = {
  service: 'settings',
  migrations: [
    {
      version: 1,
      sql: 'CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID',
    },
  ],
};

type SettingsEvents = { changed: { settings: Settings; keys: (keyof Settings)[] } };

/** What a person chose, over the defaults of the contract. Only what differs from them is kept. */
export class SettingsStore {
  readonly #events: EventBus<SettingsEvents>;
  readonly #db: Database;
  readonly #log: Logger;
  readonly #put: Statement;
  readonly #drop: Statement;
  readonly #all: Statement;

  constructor(options: { db: Database; log?: Logger }) {
    this.#db = options.db;
    this.#log = options.log ?? silentLogger;
    this.#events = new EventBus((error) =>
      this.#log.error('A settings listener failed', { error }),
    );
    this.#put = this.#db.prepare(
      'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    );
    this.#drop = this.#db.prepare('DELETE FROM settings WHERE key = ?');
    this.#all = this.#db.prepare('SELECT key, value FROM settings');
  }

  /** Hears every change after its commit; returns a function that stops it. */
  onChange(listener: (change: SettingsEvents['changed']) => void): () => void {
    return this.#events.on('changed', listener);
  }

  /** Read from the database each time: another process may have changed them. */
  get(): Settings {
    const stored: Record<string, unknown> = {};
    for (const { key, value } of this.#all.all() as { key: string; value: string }[]) {
      const field = fieldOf(key);
      const parsed = field?.safeParse(parseJson(value));
      // A value of a newer or a broken Nexus must not keep this one from starting.
      if (parsed?.success) stored[key] = parsed.data;
      else if (field) this.#log.warn('A stored setting is not valid and is ignored', { key });
    }
    return settingsSchema.parse(stored);
  }

  /**
   * Changes what is named in `change` and leaves the rest.
   * @throws NexusError `settings.invalid`
   */
  set(change: Partial<Settings>): Settings {
    const before = this.get();
    const parsed = settingsSchema.strict().safeParse({ ...before, ...withoutUndefined(change) });
    if (!parsed.success) throw invalid(parsed.error.issues[0]!);
    const defaults = settingsSchema.parse({});
    const after = parsed.data;
    const keys = (Object.keys(after) as (keyof Settings)[]).filter(
      (key) => after[key] !== before[key],
    );
    this.#db.transaction(() => {
      for (const key of keys) {
        if (after[key] === defaults[key]) this.#drop.run(key);
        else this.#put.run(key, JSON.stringify(after[key]));
      }
    })();
    if (keys.length > 0) this.#events.emit('changed', { settings: after, keys });
    return after;
  }
}

function fieldOf(key: string) {
  return Object.hasOwn(settingsSchema.shape, key)
    ? settingsSchema.shape[key as keyof Settings]
    : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // Not undefined, which a field with a default would accept.
  }
}

const withoutUndefined = (change: object) =>
  Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));

function invalid(issue: { path: PropertyKey[]; message: string }): NexusError {
  const where = issue.path.map(String).join('.');
  return new NexusError({
    code: 'settings.invalid',
    message: `${where ? `The setting ${where} is not valid` : 'These settings are not valid'}: ${issue.message}`,
    hint: 'Choose a value in the allowed range.',
    details: { setting: where },
  });
}

/** The settings in a database that has {@link settingsMigrations}. */
export function createSettings(options: { db: Database; log?: Logger }): SettingsStore {
  return new SettingsStore(options);
}

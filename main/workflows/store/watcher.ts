import { type FSWatcher, watch } from 'node:fs';
import type { Clock } from '#main/base/clock.ts';
import type { Logger } from '#main/base/log.ts';

/** Editors write a file in several steps; look when they are done. */
const SETTLE_MS = 80;
/** How often to look anyway: rarely where the system tells of changes, often where it does not. */
const RESCAN_MS = 60_000;
const RESCAN_BLIND_MS = 3000;

/** Tells when something in a folder may have changed. */
export class FolderWatcher {
  readonly #dir: string;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #look: (files: ReadonlySet<string>) => void;
  #watcher: FSWatcher | undefined;
  #dirty = new Set<string>();
  #cancelSettle: (() => void) | undefined;
  #cancelRescan: (() => void) | undefined;
  #closed = false;

  /** @param look told the names of files that the system named; may be empty */
  constructor(dir: string, clock: Clock, log: Logger, look: (files: ReadonlySet<string>) => void) {
    this.#dir = dir;
    this.#clock = clock;
    this.#log = log;
    this.#look = look;
  }

  start(): void {
    this.#watch();
    this.#armRescan();
  }

  close(): void {
    this.#closed = true;
    this.#watcher?.close();
    this.#cancelSettle?.();
    this.#cancelRescan?.();
  }

  #watch(): void {
    try {
      this.#watcher = watch(this.#dir, { persistent: false }, (_event, file) =>
        this.#noticed(file),
      );
      this.#watcher.on('error', (error) => this.#blind(error));
    } catch (error) {
      this.#blind(error);
    }
  }

  // Network file systems, and a system out of watches: looking now and then must do.
  #blind(error: unknown): void {
    this.#log.debug('the workflows folder cannot be watched; looking every few seconds', { error });
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  #noticed(file: string | null): void {
    if (file !== null) this.#dirty.add(file);
    this.#cancelSettle?.();
    this.#cancelSettle = this.#clock.at(this.#clock.now() + SETTLE_MS, () => this.#flush());
  }

  #flush(): void {
    const files = this.#dirty;
    this.#dirty = new Set();
    if (!this.#closed) this.#look(files);
  }

  #armRescan(): void {
    const wait = this.#watcher ? RESCAN_MS : RESCAN_BLIND_MS;
    this.#cancelRescan = this.#clock.at(this.#clock.now() + wait, () => {
      if (this.#closed) return;
      this.#flush();
      if (!this.#watcher) this.#watch();
      this.#armRescan();
    });
  }
}

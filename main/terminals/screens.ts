import type { Worker } from 'node:worker_threads';
import { startWorker } from '#main/base/worker.ts';
import type { Snapshot } from './screen.ts';
import type { ScreenEvent, ScreenRequest } from './screenMessages.ts';

/** What the screen of a session tells it. */
export interface ScreenListener {
  onParsed(bytes: number): void;
  onReply(data: string): void;
  onTitle(title: string): void;
}

/** The handle of one session on its screen. */
export interface ScreenHandle {
  /** Hands the bytes over: the array must not be used afterwards. */
  write(data: Uint8Array<ArrayBuffer>): void;
  resize(cols: number, rows: number): void;
  /** See `Screen.snapshot`. Empty when the screen was lost. */
  snapshot(): Promise<Snapshot>;
  close(): void;
}

interface Entry {
  size: { cols: number; rows: number; scrollback: number };
  listener: ScreenListener;
  unparsed: number;
}

/** The screens of all sessions, in a thread of their own that lives while there are any. */
export class Screens {
  readonly #onCrash: (error: unknown) => void;
  readonly #entries = new Map<string, Entry>();
  readonly #snapshots = new Map<number, (snapshot: Snapshot) => void>();
  #worker: Worker | undefined;
  #requests = 0;

  /** @param onCrash told when the thread died; the sessions go on with empty screens */
  constructor(onCrash: (error: unknown) => void) {
    this.#onCrash = onCrash;
  }

  open(
    id: string,
    size: { cols: number; rows: number; scrollback: number },
    listener: ScreenListener,
  ): ScreenHandle {
    const entry: Entry = { size: { ...size }, listener, unparsed: 0 };
    this.#entries.set(id, entry);
    this.#send({ type: 'open', id, ...size });
    return {
      write: (data) => {
        entry.unparsed += data.length;
        this.#send({ type: 'write', id, data }, [data.buffer]);
      },
      resize: (cols, rows) => {
        Object.assign(entry.size, { cols, rows });
        this.#send({ type: 'resize', id, cols, rows });
      },
      snapshot: () =>
        new Promise((resolve) => {
          this.#requests += 1;
          this.#snapshots.set(this.#requests, resolve);
          this.#send({ type: 'snapshot', id, request: this.#requests });
        }),
      close: () => {
        if (!this.#entries.delete(id)) return;
        this.#send({ type: 'close', id });
        if (this.#entries.size === 0) void this.close();
      },
    };
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#answerAll();
    await worker?.terminate();
  }

  #send(request: ScreenRequest, transfer: ArrayBuffer[] = []): void {
    this.#worker ??= this.#start();
    this.#worker.postMessage(request, transfer);
  }

  #start(): Worker {
    const worker = startWorker(import.meta.url, 'screens.worker');
    worker.unref();
    worker.on('message', (event: ScreenEvent) => this.#hear(event));
    worker.on('error', (error) => this.#crashed(worker, error));
    return worker;
  }

  #hear(event: ScreenEvent): void {
    if (event.type === 'snapshot') {
      this.#snapshots.get(event.request)?.(event.snapshot);
      this.#snapshots.delete(event.request);
      return;
    }
    const entry = this.#entries.get(event.id);
    if (!entry) return;
    if (event.type === 'parsed') {
      entry.unparsed -= event.bytes;
      entry.listener.onParsed(event.bytes);
    } else if (event.type === 'reply') entry.listener.onReply(event.data);
    else entry.listener.onTitle(event.title);
  }

  // What was painted is lost; what comes is painted on an empty screen, and nobody waits for ever.
  #crashed(worker: Worker, error: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#onCrash(error);
    this.#answerAll();
    for (const [id, entry] of this.#entries) {
      const lost = entry.unparsed;
      entry.unparsed = 0;
      this.#send({ type: 'open', id, ...entry.size });
      if (lost > 0) entry.listener.onParsed(lost);
    }
  }

  #answerAll(): void {
    const empty = { text: '', rest: new Uint8Array() };
    for (const answer of this.#snapshots.values()) answer(empty);
    this.#snapshots.clear();
  }
}

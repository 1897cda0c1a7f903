import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Redactor, RedactStream } from '#main/base/redact.ts';
import { PlainText } from './plainText.ts';

/** A log that grows beyond this ends, and says so. */
const MAX_BYTES = 256 * 1024 * 1024;

/** What a log asks of its session, and tells it. */
export interface SessionLogEvents {
  /** Width of the terminal at the moment, in cells. */
  cols: () => number;
  written: () => void;
  /** Nothing is written any more: the error, or none where the log has grown too large. */
  ended: (error?: unknown) => void;
}

/** The output of one session as plain text in a file that only its owner can read, secrets hidden. */
export class SessionLog {
  readonly file: string;
  /** Bytes that wait for the disk. */
  pending = 0;
  readonly #handle: FileHandle;
  readonly #redacted: RedactStream;
  readonly #maxBytes: number;
  readonly #on: SessionLogEvents;
  readonly #plain: PlainText;
  #queue: Promise<void> = Promise.resolve();
  #written = 0;
  #over = false;
  #failed = false;

  private constructor(
    file: string,
    handle: FileHandle,
    redacted: RedactStream,
    maxBytes: number,
    on: SessionLogEvents,
  ) {
    this.file = file;
    this.#handle = handle;
    this.#redacted = redacted;
    this.#maxBytes = maxBytes;
    this.#on = on;
    this.#plain = new PlainText(on.cols);
  }

  /**
   * @param folder made where it is missing
   */
  static async open(
    folder: string,
    name: string,
    redactor: Redactor,
    on: SessionLogEvents,
    maxBytes = MAX_BYTES,
  ): Promise<SessionLog> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, name);
    const handle = await open(file, 'wx', 0o600);
    return new SessionLog(file, handle, redactor.stream(), maxBytes, on);
  }

  write(bytes: Uint8Array): void {
    if (!this.#over) this.#append(this.#redacted.write(this.#plain.write(bytes)), bytes.length);
  }

  /** Writes what was held back and closes the file. */
  async close(): Promise<void> {
    if (!this.#over) {
      this.#append(this.#redacted.write(this.#plain.end()) + this.#redacted.end(), 0);
      this.#over = true;
    }
    await this.#queue;
    await this.#handle.close();
  }

  #append(text: string, bytes: number): void {
    if (text === '') return;
    this.#written += Buffer.byteLength(text);
    this.#over = this.#written > this.#maxBytes;
    const size = `${Math.round(this.#maxBytes / 1024 / 1024)} MiB`;
    const last = this.#over ? `\n[the log ends here: it has reached ${size}]\n` : '';
    this.pending += bytes;
    this.#queue = this.#queue
      .then(() => (this.#failed ? undefined : this.#handle.appendFile(text + last)))
      .then(() => {
        if (last) this.#on.ended();
      })
      .catch((error: unknown) => {
        this.#over = true;
        this.#failed = true;
        this.#on.ended(error);
      })
      .finally(() => {
        this.pending -= bytes;
        this.#on.written();
      });
  }
}

import type { Redactor } from '#main/base/redact.ts';
import type { Flow } from './flow.ts';
import { SessionLog } from './sessionLog.ts';

export interface LoggingOptions {
  /** The session's. */
  id: string;
  redactor: Redactor;
  flow: Flow;
  /** Width of the terminal at the moment, in cells. */
  cols: () => number;
  /** The log has begun or ended. */
  onChange: () => void;
  /** It ended by itself: the error, or none where it has grown too large. */
  onEnded: (file: string, error?: unknown) => void;
}

/** Whether and where the output of one session is being logged. */
export class Logging {
  readonly #options: LoggingOptions;
  #log: SessionLog | undefined;
  #starting: Promise<void> | undefined;
  #closed = false;

  constructor(options: LoggingOptions) {
    this.#options = options;
  }

  /** The file that is being written. */
  get file(): string | undefined {
    return this.#log?.file;
  }

  write(bytes: Uint8Array): void {
    this.#log?.write(bytes);
  }

  /** Begins a file in `folder`; where one is being written, that one goes on. */
  async start(folder: string): Promise<void> {
    // Two calls at once must not begin two files.
    this.#starting ??= this.#open(folder).finally(() => (this.#starting = undefined));
    return this.#starting;
  }

  async stop(): Promise<void> {
    await this.#starting?.catch(() => undefined);
    const log = this.#log;
    if (!log) return;
    this.#set(undefined);
    await log.close();
    this.#options.onChange();
  }

  /** Stops it for good. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.stop();
  }

  async #open(folder: string): Promise<void> {
    if (this.#log || this.#closed) return;
    const { id, redactor, flow, cols, onChange } = this.#options;
    const stamp = new Date().toISOString().replace(/[:.]/g, '-');
    const log = await SessionLog.open(folder, `${id}-${stamp}.log`, redactor, {
      cols,
      written: () => flow.adjust(),
      ended: (error) => this.#ended(log, error),
    });
    this.#set(log);
    onChange();
  }

  // Nobody shall believe that a log is written which is not.
  #ended(log: SessionLog, error: unknown): void {
    if (this.#log !== log) return;
    this.#set(undefined);
    log.close().catch(() => undefined);
    this.#options.onEnded(log.file, error);
    this.#options.onChange();
  }

  #set(log: SessionLog | undefined): void {
    this.#log = log;
    this.#options.flow.log = log;
  }
}

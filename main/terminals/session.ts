import { join } from 'node:path';
import type { Terminal, TerminalOutput } from '#contract/terminals.ts';
import type { Clock } from '#main/base/clock.ts';
import { NexusError, toNexusError } from '#main/base/errors.ts';
import type { Redactor } from '#main/base/redact.ts';
import type { Foreground, ShellChannel, ShellExit, ShellSize } from './channel.ts';
import { ComeBack } from './comeBack.ts';
import { Flow, type FlowLimits } from './flow.ts';
import { Logging } from './logging.ts';
import { newShell } from './newShell.ts';
import type { ScreenHandle, Screens } from './screens.ts';
import { titleText } from './titleText.ts';
import { Viewer } from './viewer.ts';

/** Output is handed on once it is so much, or so long after the piece before it. */
const BATCH_BYTES = 64 * 1024;
const BATCH_MS = 4;

export interface SessionOptions {
  id: string;
  kind: Terminal['kind'];
  host?: string | undefined;
  /** Shown until the program says something else. */
  defaultTitle: string;
  /** What a person called it. */
  title?: string | undefined;
  owner: string;
  clock: Clock;
  size: ShellSize;
  scrollback: number;
  screens: Screens;
  flow: FlowLimits;
  redactor: Redactor;
  /** Opens the shell, and a new one after a break. */
  open: (size: ShellSize, signal: AbortSignal) => Promise<ShellChannel>;
  onChange: () => void;
  onError: (message: string, error: unknown) => void;
  /** Its log has ended by itself: by an error, or because it has grown too large. */
  onLogEnded: (title: string, file: string, error?: unknown) => void;
}

/** Answers to a program that does not read them are dropped once so many bytes wait for it. */
const MAX_UNREAD = 4096;

/** One shell with its screen, whoever looks at it. */
export class Session {
  readonly id: string;
  readonly kind: Terminal['kind'];
  readonly owner: string;
  readonly #options: SessionOptions;
  readonly #screen: ScreenHandle;
  readonly #flow: Flow;
  readonly #viewers = new Set<Viewer>();
  readonly #ended = new AbortController();
  readonly #comeBack: ComeBack;
  readonly #createdAt: number;
  #channel: ShellChannel | undefined;
  #closing = false;
  #state: Terminal['state'] = 'connecting';
  #exit: ShellExit | undefined;
  #error: NexusError | undefined;
  #size: ShellSize;
  #name: string | undefined;
  #programTitle = '';
  #offset = 0;
  #batch: Uint8Array[] = [];
  #batchBytes = 0;
  #lastFlush = 0;
  #flushTimer: NodeJS.Timeout | NodeJS.Immediate | undefined;
  readonly #log: Logging;
  #gone: Promise<void> = Promise.resolve();

  constructor(options: SessionOptions) {
    this.#options = options;
    this.id = options.id;
    this.kind = options.kind;
    this.owner = options.owner;
    this.#size = { ...options.size };
    this.#name = options.title;
    this.#createdAt = options.clock.now();
    this.#comeBack = new ComeBack(options.clock, () => void this.start().catch(() => undefined));
    this.#flow = new Flow(options.flow, this.#viewers);
    this.#log = new Logging({
      id: options.id,
      redactor: options.redactor,
      flow: this.#flow,
      cols: () => this.#size.cols,
      onChange: options.onChange,
      onEnded: (file, error) => options.onLogEnded(this.describe().title, file, error),
    });
    const size = { ...options.size, scrollback: options.scrollback };
    this.#screen = options.screens.open(options.id, size, {
      onParsed: (bytes) => this.#flow.parsed(bytes),
      onReply: (data) => {
        if ((this.#channel?.unread ?? 0) < MAX_UNREAD) this.#channel?.write(data);
      },
      onTitle: (title) => {
        const plain = titleText(title);
        if (plain === this.#programTitle) return;
        this.#programTitle = plain;
        options.onChange();
      },
    });
  }

  describe(): Terminal {
    const { host, defaultTitle } = this.#options;
    const { nextAt } = this.#comeBack;
    return {
      id: this.id,
      kind: this.kind,
      ...(host === undefined ? {} : { host }),
      title: this.#name || this.#programTitle || defaultTitle,
      state: this.#state,
      ...(this.#exit ? { exit: { code: this.#exit.code, signal: this.#exit.signal } } : {}),
      ...(this.#error ? { error: this.#error.toShape() } : {}),
      ...(nextAt === undefined ? {} : { retry_at: new Date(nextAt).toISOString() }),
      ...this.#size,
      owner: this.owner,
      created_at: new Date(this.#createdAt).toISOString(),
      ...(this.#log.file === undefined ? {} : { log: this.#log.file }),
    };
  }

  /** Opens the shell; a second one when the first is gone. What it throws is kept in `error` too. */
  async start(): Promise<void> {
    const again = this.#offset > 0;
    this.#comeBack.cancel();
    this.#state = 'connecting';
    this.#exit = undefined;
    this.#error = undefined;
    this.#options.onChange();
    try {
      const channel = await this.#options.open(this.#size, this.#ended.signal);
      if (this.#ended.signal.aborted) {
        channel.close();
        return;
      }
      if (again) this.#take(newShell(this.#size.cols));
      this.#attachChannel(channel);
      this.#comeBack.opened();
    } catch (thrown) {
      this.#error = toNexusError(thrown);
      this.#state = 'disconnected';
      if (!this.#ended.signal.aborted) this.#comeBack.failed(this.#error);
      this.#options.onChange();
      throw this.#error;
    }
  }

  get alive(): boolean {
    return this.#state === 'running' || this.#state === 'connecting';
  }

  /** The machine has slept: a lost connection is tried again at once. */
  woke(): void {
    this.#comeBack.woke();
    this.#options.onChange();
  }

  /** @throws NexusError `terminal.not_running` */
  input(data: string | Uint8Array): void {
    if (this.#state !== 'running' || !this.#channel)
      throw new NexusError({
        code: 'terminal.not_running',
        message: 'Nothing runs in this terminal any more.',
        hint: 'Reconnect it, or open another.',
      });
    this.#channel.write(data);
  }

  /** What would be ended with it besides the shell. Where nobody can tell, it counts as busy. */
  async foreground(): Promise<Foreground> {
    if (this.#state !== 'running' || !this.#channel) return { busy: false };
    return (await this.#channel.foreground?.()) ?? { busy: true };
  }

  resize(size: ShellSize): void {
    const { cols, rows } = size;
    if (cols === this.#size.cols && rows === this.#size.rows) return;
    // What came before was made for the old size.
    this.#flush();
    this.#size = { cols, rows };
    this.#channel?.resize(cols, rows);
    this.#screen.resize(cols, rows);
    for (const viewer of this.#viewers) viewer.push({ type: 'resize', cols, rows }, 0);
    this.#options.onChange();
  }

  /** An empty title lets the program say it again. */
  rename(title: string): void {
    this.#name = titleText(title) || undefined;
    this.#options.onChange();
  }

  /** The screen now, then everything that comes, until the signal or the end of the session. */
  attach(signal: AbortSignal): AsyncIterable<TerminalOutput> {
    const both = AbortSignal.any([signal, this.#ended.signal]);
    const viewer = new Viewer(
      (resync) => this.#snapshot(resync),
      () => this.#flow.adjust(),
      Date.now(),
    );
    // Whoever has left already is never heard of again.
    if (!both.aborted) this.#viewers.add(viewer);
    both.addEventListener('abort', () => {
      this.#viewers.delete(viewer);
      this.#flow.adjust();
    });
    return viewer.read(both);
  }

  async startLog(folder: string): Promise<void> {
    this.#flush();
    await this.#log.start(folder);
  }

  async stopLog(): Promise<void> {
    this.#flush();
    await this.#log.stop();
  }

  /** Ends the shell, the screen and every viewer; resolves when the shell is gone. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#comeBack.cancel();
    this.#channel?.close();
    await Promise.race([this.#gone, new Promise((go) => setTimeout(go, 3000).unref())]);
    this.#flush();
    this.#ended.abort();
    this.#flow.close();
    await this.#log
      .close()
      .catch((error: unknown) =>
        this.#options.onError('a terminal log could not be closed', error),
      );
    this.#screen.close();
  }

  #attachChannel(channel: ShellChannel): void {
    this.#channel = channel;
    this.#flow.channel = channel;
    this.#state = 'running';
    channel.onData((data) => this.#take(data));
    this.#gone = new Promise((resolve) => {
      channel.onExit((exit) => {
        this.#flush();
        this.#exit = exit;
        this.#error = exit.error;
        this.#state = exit.error ? 'disconnected' : 'exited';
        this.#channel = undefined;
        this.#flow.channel = undefined;
        if (exit.error && !this.#closing) this.#comeBack.failed(exit.error);
        this.#options.onChange();
        resolve();
      });
    });
    // The size may have changed while the shell was being opened.
    channel.resize(this.#size.cols, this.#size.rows);
    this.#options.onChange();
  }

  #take(data: Uint8Array): void {
    this.#batch.push(data);
    this.#batchBytes += data.length;
    this.#flow.taken(data.length);
    if (this.#batchBytes >= BATCH_BYTES) this.#flush();
    else if (this.#flushTimer === undefined) {
      // The first piece after a pause goes on at once: it is the echo of a key.
      const wait = this.#lastFlush + BATCH_MS - performance.now();
      this.#flushTimer =
        wait <= 1 ? setImmediate(() => this.#flush()) : setTimeout(() => this.#flush(), wait);
    }
  }

  #flush(): void {
    clearTimeout(this.#flushTimer as NodeJS.Timeout | undefined);
    clearImmediate(this.#flushTimer as NodeJS.Immediate | undefined);
    this.#flushTimer = undefined;
    if (this.#batchBytes === 0) return;
    this.#lastFlush = performance.now();
    const bytes = new Uint8Array(this.#batchBytes);
    let at = 0;
    for (const piece of this.#batch) {
      bytes.set(piece, at);
      at += piece.length;
    }
    this.#batch = [];
    this.#batchBytes = 0;
    this.#offset += bytes.length;
    this.#log.write(bytes);
    if (this.#viewers.size > 0) {
      const data = Buffer.from(bytes.buffer).toString('base64');
      for (const viewer of this.#viewers) viewer.push({ type: 'data', data }, bytes.length);
    }
    this.#screen.write(bytes);
    this.#flow.adjust();
  }

  // Everything up to here is in the snapshot, and everything after it goes to the viewer.
  async #snapshot(resync: boolean): Promise<TerminalOutput[]> {
    this.#flush();
    const { cols, rows } = this.#size;
    const offset = this.#offset;
    const { text, rest } = await this.#screen.snapshot();
    const snapshot: TerminalOutput = { type: 'snapshot', text, cols, rows, offset, resync };
    if (rest.length === 0) return [snapshot];
    return [snapshot, { type: 'data', data: Buffer.from(rest).toString('base64') }];
  }
}

/** Where the logs of terminals are kept below the platform's own. */
export const logFolder = (logs: string): string => join(logs, 'terminals');

import type { ErrorShape } from '#contract/errors.ts';
import type { ExecEvent } from '#contract/hostCommands.ts';
import type { LogEntry } from '#renderer/ui/log/LogView.tsx';

/** How a command went on one host. */
export interface HostResult {
  host: string;
  state: 'waiting' | 'running' | 'succeeded' | 'failed' | 'skipped';
  attempt: number;
  exitCode: number | null;
  signal: string | null;
  ms: number | undefined;
  /** Output beyond the limit was dropped. */
  truncated: boolean;
  error: ErrorShape | undefined;
  /** The newest line. */
  last: string;
  lines: number;
}

type Stream = 'stdout' | 'stderr';

interface Open {
  decoder: TextDecoder;
  /** Text behind the last line break. */
  rest: string;
  /** Where the unfinished line stands in the lists, once it is shown. */
  at: { all: number; own: number } | undefined;
}

interface Sheet {
  result: HostResult;
  lines: LogEntry[];
  streams: Record<Stream, Open>;
}

const MOST_WIDTH = 24;

const fresh = (): Open => ({ decoder: new TextDecoder(), rest: '', at: undefined });

function decode(base64: string): Uint8Array {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index += 1) bytes[index] = text.charCodeAt(index);
  return bytes;
}

/** What a terminal would show of a line: a carriage return begins it anew. */
function visible(line: string): string {
  const text = line.endsWith('\r') ? line.slice(0, -1) : line;
  return text.slice(text.lastIndexOf('\r') + 1);
}

/**
 * The output of a command on many hosts, line by line as it comes: whole lines of one host stay
 * together, characters that are cut by a chunk are put together, an unfinished line is shown and
 * goes on. It changes in place; {@link lines} hands out copies.
 */
export class CommandOutput {
  readonly #sheets = new Map<string, Sheet>();
  readonly #all: LogEntry[] = [];
  #next = 0;
  /** So long is the name before each line, so that the lines begin below each other. */
  readonly #width: number;

  /** @param hosts the hosts in the order in which they are shown; others are added as they come */
  constructor(hosts: readonly string[] = []) {
    this.#width = Math.min(MOST_WIDTH, Math.max(0, ...hosts.map((host) => host.length)));
    for (const host of hosts) this.#sheet(host);
  }

  get results(): HostResult[] {
    return Array.from(this.#sheets.values(), ({ result }) => ({ ...result }));
  }

  /** All lines in the order in which they came, each with its host before it; or those of one host. */
  lines(host?: string): LogEntry[] {
    return [...(host === undefined ? this.#all : (this.#sheets.get(host)?.lines ?? []))];
  }

  apply(events: readonly ExecEvent[]): void {
    for (const event of events) this.#apply(event);
  }

  /** Marks these as waiting again, before they are tried anew. */
  again(hosts: readonly string[]): void {
    for (const host of hosts) {
      const { result } = this.#sheet(host);
      const blank = { error: undefined, exitCode: null, signal: null, ms: undefined };
      Object.assign(result, { state: 'waiting', ...blank });
    }
  }

  /** The stream ended before its end was told: what had not ended did not end well. */
  stop(error: ErrorShape | undefined): void {
    for (const { result } of this.#sheets.values()) {
      if (result.state === 'running') Object.assign(result, { state: 'failed', error });
      else if (result.state === 'waiting') result.state = 'skipped';
    }
  }

  #sheet(host: string): Sheet {
    let sheet = this.#sheets.get(host);
    if (!sheet) {
      sheet = {
        result: {
          host,
          state: 'waiting',
          attempt: 0,
          exitCode: null,
          signal: null,
          ms: undefined,
          truncated: false,
          error: undefined,
          last: '',
          lines: 0,
        },
        lines: [],
        streams: { stdout: fresh(), stderr: fresh() },
      };
      this.#sheets.set(host, sheet);
    }
    return sheet;
  }

  #apply(event: ExecEvent): void {
    if (event.type === 'done') {
      for (const host of event.skipped) this.#sheet(host).result.state = 'skipped';
      return;
    }
    const sheet = this.#sheet(event.host);
    if (event.type === 'start') {
      const attempt = sheet.result.attempt + 1;
      Object.assign(sheet.result, { state: 'running', attempt, truncated: false });
      sheet.streams = { stdout: fresh(), stderr: fresh() };
    } else if (event.type === 'output') this.#output(sheet, event.stream, decode(event.data));
    else {
      this.#finish(sheet);
      Object.assign(sheet.result, {
        state: event.exit_code === 0 ? 'succeeded' : 'failed',
        exitCode: event.exit_code,
        signal: event.signal,
        ms: event.ms,
        truncated: event.truncated,
        error: event.error,
      });
    }
  }

  #output(sheet: Sheet, stream: Stream, bytes: Uint8Array): void {
    const open = sheet.streams[stream];
    const parts = (open.rest + open.decoder.decode(bytes, { stream: true })).split('\n');
    const rest = parts.pop() ?? '';
    for (const part of parts) {
      this.#put(sheet, stream, visible(part));
      open.at = undefined;
    }
    open.rest = rest;
    if (rest !== '') this.#put(sheet, stream, visible(rest));
  }

  #finish(sheet: Sheet): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      const open = sheet.streams[stream];
      const rest = open.rest + open.decoder.decode();
      if (rest !== '' && rest !== open.rest) this.#put(sheet, stream, visible(rest));
      sheet.streams[stream] = fresh();
    }
  }

  #put(sheet: Sheet, stream: Stream, text: string): void {
    const { host } = sheet.result;
    const open = sheet.streams[stream];
    const key = open.at === undefined ? this.#next++ : this.#all[open.at.all]!.key;
    const entry: LogEntry = { key, text, ...(stream === 'stderr' ? { tone: 'warn' } : {}) };
    const at = open.at ?? { all: this.#all.length, own: sheet.lines.length };
    this.#all[at.all] = { ...entry, prefix: host.padEnd(this.#width, '\u00a0') };
    sheet.lines[at.own] = entry;
    open.at = at;
    sheet.result.last = text;
    sheet.result.lines = sheet.lines.length;
  }
}

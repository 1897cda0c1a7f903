import { StringDecoder } from 'node:string_decoder';
import type { LogLine } from '#contract/runs.ts';
import type { Database, Statement } from '#main/base/database.ts';
import { failpoint } from '#main/base/failpoint.ts';

type Stream = LogLine['stream'];
/** `[at, stream, text]`: how a line is stored. */
type StoredLine = [number, Stream, string];

interface Chunk {
  run: string;
  seq: number;
  step: string;
  index: number;
  attempt: number;
  lines: StoredLine[];
}

interface ChunkRow {
  run: string;
  seq: number;
  count: number;
  step: string;
  idx: number;
  attempt: number;
  lines: string;
}

const CHUNK_LINES = 500;
const MAX_LINE = 64 * 1024;
const FLUSH_MS = 50;
/** Above this many characters that are not committed, a writer has to wait. */
const PRESSURE = 1024 * 1024;
/** A run's log ends here, and says so. */
const MAX_LINES = 1_000_000;

/**
 * The logs of runs: lines gather for a moment and go into the journal as chunks, so that 100,000
 * lines are some hundred rows and are read page by page.
 */
export class LogBook {
  readonly #insert: Statement;
  readonly #last: Statement;
  readonly #page: Statement;
  readonly #nudge: () => void;
  readonly #redact: (text: string) => string;
  readonly #next = new Map<string, number>();
  #pending: Chunk[] = [];
  #size = 0;
  #writing: Chunk[] = [];
  #timer: NodeJS.Timeout | undefined;
  #pressed: (() => void)[] = [];

  /** @param nudge asks for a commit soon. */
  constructor(db: Database, redact: (text: string) => string, nudge: () => void) {
    this.#redact = redact;
    this.#nudge = nudge;
    this.#insert = db.prepare(
      'INSERT INTO log_chunks (run, seq, count, step, idx, attempt, lines) VALUES (?,?,?,?,?,?,?)',
    );
    this.#last = db.prepare(
      'SELECT seq + count AS next FROM log_chunks WHERE run = ? ORDER BY seq DESC LIMIT 1',
    );
    this.#page = db.prepare(
      'SELECT * FROM log_chunks WHERE run = @run AND seq >= coalesce((SELECT max(seq) FROM log_chunks WHERE run = @run AND seq <= @from), 0) AND (@step IS NULL OR step = @step) ORDER BY seq LIMIT 8',
    );
  }

  /** Adds whole lines (already redacted). Resolves at once unless too much waits for the disk. */
  append(
    run: string,
    step: string,
    index: number,
    attempt: number,
    stream: Stream,
    texts: string[],
    at: number,
  ): Promise<void> | void {
    let next = this.#next.get(run);
    if (next === undefined) next = (this.#last.get(run) as { next: number } | undefined)?.next ?? 1;
    for (const text of texts) {
      if (next > MAX_LINES) break;
      const line =
        next === MAX_LINES ? 'The log is full; what follows is not kept.' : cut(text, MAX_LINE);
      this.#put(run, next, step, index, attempt, [
        at,
        next === MAX_LINES ? 'system' : stream,
        line,
      ]);
      next += 1;
    }
    this.#next.set(run, next);
    if (this.#size > PRESSURE) {
      this.#nudge();
      return new Promise((resolve) => this.#pressed.push(resolve));
    }
    if (!this.#timer) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        if (this.#pending.length > 0) this.#nudge();
      }, FLUSH_MS);
    }
  }

  #put(run: string, seq: number, step: string, index: number, attempt: number, line: StoredLine) {
    const last = this.#pending.at(-1);
    this.#size += line[2].length + 32;
    if (
      last &&
      last.run === run &&
      last.step === step &&
      last.index === index &&
      last.attempt === attempt &&
      last.lines.length < CHUNK_LINES &&
      last.seq + last.lines.length === seq
    )
      last.lines.push(line);
    else this.#pending.push({ run, seq, step, index, attempt, lines: [line] });
  }

  /** A writer for one attempt of a step: decodes, splits into lines, redacts. */
  writer(run: string, step: string, index: number, attempt: number, now: () => number) {
    const streams = new Map<Stream, { decoder: StringDecoder; rest: string }>();
    const put = (stream: Stream, text: string) =>
      this.append(run, step, index, attempt, stream, this.#redact(text).split('\n'), now());
    return {
      write: (stream: Stream, chunk: string | Buffer): Promise<void> | void => {
        let state = streams.get(stream);
        if (!state) streams.set(stream, (state = { decoder: new StringDecoder(), rest: '' }));
        const text = state.rest + (typeof chunk === 'string' ? chunk : state.decoder.write(chunk));
        const end = text.lastIndexOf('\n');
        state.rest = text.slice(end + 1);
        // A line without an end is cut rather than held in memory.
        if (state.rest.length > MAX_LINE) {
          const whole = end < 0 ? state.rest : `${text.slice(0, end)}\n${state.rest}`;
          state.rest = '';
          return put(stream, whole);
        }
        if (end >= 0) return put(stream, text.slice(0, end).replaceAll(/\r(?=\n|$)/g, ''));
      },
      /** Writes what has no line end yet. */
      end: (): void => {
        for (const [stream, state] of streams) {
          const rest = state.rest + state.decoder.end();
          if (rest !== '') void put(stream, rest);
        }
        streams.clear();
      },
    };
  }

  /** Whether something waits to be written. */
  get waiting(): boolean {
    return this.#pending.length > 0 || this.#writing.length > 0;
  }

  /** Writes what waits; inside a transaction. @returns the runs whose logs grew. */
  write(): number {
    if (this.#pending.length === 0) return 0;
    failpoint('engine.log.write');
    this.#writing = this.#pending;
    this.#pending = [];
    for (const chunk of this.#writing) {
      this.#insert.run(
        chunk.run,
        chunk.seq,
        chunk.lines.length,
        chunk.step,
        chunk.index,
        chunk.attempt,
        JSON.stringify(chunk.lines),
      );
    }
    return this.#writing.length;
  }

  /** The transaction holds. @returns the runs whose logs grew. */
  committed(): Set<string> {
    const runs = new Set(this.#writing.map((chunk) => chunk.run));
    if (runs.size === 0) return runs;
    this.#writing = [];
    this.#size = 0;
    for (const go of this.#pressed.splice(0)) go();
    return runs;
  }

  /** The transaction was rolled back: everything goes again. */
  rolledBack(): void {
    this.#pending = [...this.#writing, ...this.#pending];
    this.#writing = [];
  }

  /** Forgets the position in a run's log (the run is no longer driven here). */
  forget(run: string): void {
    if (!this.#pending.some((chunk) => chunk.run === run)) this.#next.delete(run);
  }

  /** Committed lines after position `after`, at most some thousand; empty when there are none yet. */
  page(run: string, step: string | undefined, after: number): { lines: LogLine[]; next: number } {
    const rows = this.#page.all({ run, from: after + 1, step: step ?? null }) as ChunkRow[];
    const lines: LogLine[] = [];
    let next = after;
    for (const row of rows) {
      (JSON.parse(row.lines) as StoredLine[]).forEach(([at, stream, text], offset) => {
        const seq = row.seq + offset;
        next = Math.max(next, seq);
        if (seq <= after) return;
        lines.push({
          seq,
          at: new Date(at).toISOString(),
          step: row.step,
          ...(row.idx < 0 ? {} : { index: row.idx }),
          attempt: row.attempt,
          stream,
          text,
        });
      });
    }
    return { lines, next };
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
    for (const go of this.#pressed.splice(0)) go();
  }
}

function cut(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max)}… (cut, ${text.length} characters)` : text;
}

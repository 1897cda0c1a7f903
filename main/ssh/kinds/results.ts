import { StringDecoder } from 'node:string_decoder';
import type { ExecEvent } from '#contract/hostCommands.ts';
import type { StepContext } from '#main/workflows/kinds/kind.ts';

type End = Extract<ExecEvent, { type: 'end' }>;
type Stream = 'stdout' | 'stderr';

/** One host's part of a step's outputs. */
export interface HostResult {
  host: string;
  exit_code: number | null;
  stdout: string;
  stderr: string;
  ms: number;
  truncated?: boolean;
}

/** Writes the log of a step on hosts, and keeps what becomes its outputs. */
export class ResultBook {
  readonly #named: boolean;
  readonly #context: Pick<StepContext, 'log'>;
  readonly #output = new Map<string, Record<Stream, Buffer[]>>();
  readonly #lines = new Map<string, { decoder: StringDecoder; rest: string }>();
  readonly #ends = new Map<string, End>();
  done: Extract<ExecEvent, { type: 'done' }> | undefined;

  /** @param named whether each line of the log begins with its host */
  constructor(named: boolean, context: Pick<StepContext, 'log'>) {
    this.#named = named;
    this.#context = context;
  }

  async take(event: ExecEvent): Promise<void> {
    if (event.type === 'done') this.done = event;
    if (event.type === 'start') {
      this.#output.set(event.host, { stdout: [], stderr: [] });
      if (event.attempt > 1) await this.#context.log('system', `${event.host}: trying again\n`);
    }
    if (event.type === 'output') {
      const bytes = Buffer.from(event.data, 'base64');
      this.#output.get(event.host)?.[event.stream].push(bytes);
      await this.#log(event.host, event.stream, bytes);
    }
    if (event.type !== 'end') return;
    this.#ends.set(event.host, event);
    await this.#finish(event);
  }

  results(): HostResult[] {
    return [...this.#ends.values()].map((end) => ({
      host: end.host,
      exit_code: end.exit_code,
      stdout: this.#text(end.host, 'stdout'),
      stderr: this.#text(end.host, 'stderr'),
      ms: Math.round(end.ms),
      ...(end.truncated ? { truncated: true } : {}),
    }));
  }

  /** What went wrong on a host, in words. */
  failure(host: string): {
    code?: string;
    message: string;
    hint?: string | undefined;
    exitCode: number | null;
  } {
    const end = this.#ends.get(host);
    if (end?.error)
      return {
        code: end.error.code,
        message: end.error.message,
        hint: end.error.hint,
        exitCode: null,
      };
    const words = (this.#text(host, 'stderr') || this.#text(host, 'stdout'))
      .trimEnd()
      .split('\n')
      .at(-1)!
      .slice(0, 300);
    const how =
      end?.exit_code === null
        ? `it was ended by SIG${end.signal ?? '?'}`
        : `exit code ${end?.exit_code}`;
    return { message: words ? `${how}: ${words}` : `${how}.`, exitCode: end?.exit_code ?? null };
  }

  #text(host: string, stream: Stream): string {
    return Buffer.concat(this.#output.get(host)?.[stream] ?? []).toString();
  }

  async #log(host: string, stream: Stream, bytes: Buffer): Promise<void> {
    if (!this.#named) return this.#context.log(stream, bytes) ?? undefined;
    const key = `${host}\0${stream}`;
    let state = this.#lines.get(key);
    if (!state) this.#lines.set(key, (state = { decoder: new StringDecoder('utf8'), rest: '' }));
    const lines = (state.rest + state.decoder.write(bytes)).split('\n');
    state.rest = lines.pop()!;
    if (lines.length > 0)
      await this.#context.log(stream, lines.map((line) => `${host} │ ${line}\n`).join(''));
  }

  async #finish(end: End): Promise<void> {
    for (const stream of ['stdout', 'stderr'] as const) {
      const state = this.#lines.get(`${end.host}\0${stream}`);
      if (!state) continue;
      // A letter that was cut off is not the next try's.
      const rest = state.rest + state.decoder.end();
      state.rest = '';
      if (rest) await this.#context.log(stream, `${end.host} │ ${rest}\n`);
    }
    const { message } = end.exit_code === 0 ? { message: 'done' } : this.failure(end.host);
    const text = end.exit_code === 0 ? 'done' : message;
    if (this.#named || end.exit_code !== 0)
      await this.#context.log('system', `${end.host}: ${text} (${Math.round(end.ms)} ms)\n`);
  }
}

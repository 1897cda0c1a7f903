import { constants } from 'node:os';
import { StringDecoder } from 'node:string_decoder';
import { readStream } from '#contract/client.ts';
import type { ExecEvent } from '#contract/hostCommands.ts';
import { durationMs } from '#main/base/duration.ts';
import { NexusError } from '#main/base/errors.ts';
import { pc } from '../colours.ts';
import { onInterrupt } from '../interrupts.ts';
import {
  clean,
  exitCode,
  exitOfError,
  note,
  printJson,
  usageError,
  type GlobalOptions,
} from '../io.ts';
import { drained, onOutputGone } from '../output.ts';
import { answering, attended } from '../prompts.ts';
import { withSession } from '../session.ts';
import { wholeNumber } from '../wholeNumber.ts';

export interface ExecOptions extends GlobalOptions {
  timeout?: string;
  parallel?: string;
  strategy: string;
  retry: string;
  stdin?: boolean;
  maxOutput?: string;
}

/** The exit code of ssh itself for “the command could not be run”. */
export const CANNOT_RUN = 255;
/** What a shell gives for a program that wrote to a reader that is gone (128 and SIGPIPE). */
const NOBODY_READS = 141;

interface Request {
  hosts: string;
  command: string;
  /** One host named: its output is the output, byte for byte. */
  single: boolean;
  host?: string;
}

type End = Extract<ExecEvent, { type: 'end' }>;

/** Runs a command on hosts and shows what comes. Resolves with the exit code. */
export async function execute(request: Request, options: ExecOptions): Promise<number> {
  const stdin = options.stdin ? await readStdin() : undefined;
  const input = {
    hosts: request.hosts,
    command: request.command,
    ...(options.parallel === undefined
      ? {}
      : { parallel: wholeNumber(options.parallel, '--parallel', 1, 200) }),
    retries: wholeNumber(options.retry, '--retry', 0, 10),
    max_bytes: maxBytes(options),
    strategy: strategyOf(options.strategy),
    interactive: attended(),
    ...(options.timeout === undefined ? {} : { timeout_ms: durationMs(options.timeout) }),
    ...(stdin === undefined ? {} : { stdin: stdin.toString('base64') }),
  };
  const stop = new AbortController();
  let stopped: number = exitCode.interrupted;
  const stopListening = onInterrupt(() => stop.abort());
  // What nobody reads is not worth the hosts' work (`| head`).
  const stopWatching = onOutputGone(({ code }) => {
    stopped = code === 'EPIPE' ? NOBODY_READS : CANNOT_RUN;
    stop.abort();
  });
  try {
    return await withSession(options, ({ client }) =>
      answering(client, async () => {
        if (request.host !== undefined) await client.hosts.get({ name: request.host });
        const { signal } = stop;
        const events = readStream(client, client.hosts.exec(input, { signal }), signal);
        const view = options.json ? new Collected() : new Live(request.single);
        for await (const event of events) await view.take(event);
        return stop.signal.aborted ? stopped : view.finish();
      }),
    );
  } catch (error) {
    throw asSsh(error);
  } finally {
    stopListening();
    stopWatching();
  }
}

/** A script must not take it for the command's own code: a host that is not there, a refusal. */
export function asSsh(error: unknown): unknown {
  return error instanceof NexusError && exitOfError(error) !== exitCode.usage
    ? Object.assign(error, { exit: CANNOT_RUN })
    : error;
}

/** Keeps everything and prints `{"results": […]}` at the end. */
class Collected {
  readonly #output = new Map<string, { stdout: Buffer[]; stderr: Buffer[] }>();
  readonly #ends = new Map<string, End>();
  #skipped: string[] = [];

  take(event: ExecEvent): void {
    if (event.type === 'start') this.#output.set(event.host, { stdout: [], stderr: [] });
    if (event.type === 'output')
      this.#output.get(event.host)?.[event.stream].push(Buffer.from(event.data, 'base64'));
    if (event.type === 'end') this.#ends.set(event.host, event);
    if (event.type === 'done') this.#skipped = event.skipped;
  }

  finish(): number {
    const results = [...this.#ends.values()].map((end) => {
      const { stdout, stderr } = this.#output.get(end.host)!;
      return {
        host: end.host,
        exit_code: end.exit_code,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
        ms: Math.round(end.ms * 10) / 10,
        ...(end.signal ? { signal: end.signal } : {}),
        ...(end.truncated ? { truncated: true } : {}),
        ...(end.error ? { error: end.error } : {}),
      };
    });
    printJson({
      results,
      ...(this.#skipped.length > 0 ? { skipped: this.#skipped } : {}),
    });
    return exitOf([...this.#ends.values()]);
  }
}

/** Shows output as it comes: of one host as it is, of several line by line behind their names. */
class Live {
  readonly #single: boolean;
  readonly #ends = new Map<string, End>();
  readonly #lines = new Map<string, { decoder: StringDecoder; rest: string }>();
  #skipped: string[] = [];

  constructor(single: boolean) {
    this.#single = single;
  }

  take(event: ExecEvent): Promise<void> | undefined {
    if (event.type === 'output') return this.#output(event);
    if (event.type === 'end') {
      this.#flush(event.host);
      this.#ends.set(event.host, event);
    }
    if (event.type === 'done') this.#skipped = event.skipped;
    return undefined;
  }

  // Whoever reads slowly slows the hosts down.
  #output(event: Extract<ExecEvent, { type: 'output' }>): Promise<void> | undefined {
    const target = event.stream === 'stdout' ? process.stdout : process.stderr;
    return target.write(this.#shown(event)) ? undefined : drained(target);
  }

  #shown({ host, stream, data }: Extract<ExecEvent, { type: 'output' }>): string | Buffer {
    const bytes = Buffer.from(data, 'base64');
    if (this.#single) return bytes;
    const key = `${host}\0${stream}`;
    let state = this.#lines.get(key);
    if (!state) this.#lines.set(key, (state = { decoder: new StringDecoder('utf8'), rest: '' }));
    const lines = (state.rest + state.decoder.write(bytes)).split('\n');
    state.rest = lines.pop()!;
    return lines.map((line) => `${pc.cyan(host)} │ ${clean(line)}\n`).join('');
  }

  #flush(host: string): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      const state = this.#lines.get(`${host}\0${stream}`);
      if (!state?.rest) continue;
      const target = stream === 'stdout' ? process.stdout : process.stderr;
      target.write(`${pc.cyan(host)} │ ${clean(state.rest)}\n`);
      state.rest = '';
    }
  }

  finish(): number {
    const ends = [...this.#ends.values()];
    const [only] = ends;
    if (this.#single && only?.error) {
      throw Object.assign(new NexusError(only.error), { exit: CANNOT_RUN });
    }
    if (this.#single && only?.signal) note(`The command was ended by ${signalName(only.signal)}.`);
    if (this.#single && only?.truncated)
      note('The output was longer and was cut; see --max-output.');
    if (!this.#single) this.#table(ends);
    return exitOf(ends);
  }

  #table(ends: End[]): void {
    const width = Math.max(4, ...ends.map((end) => end.host.length));
    note('');
    for (const end of ends) {
      const how = end.error
        ? `${end.error.message} [${end.error.code}]`
        : end.exit_code === null
          ? `ended by ${signalName(end.signal ?? '?')}`
          : `exit ${end.exit_code}`;
      const mark = end.exit_code === 0 ? pc.green('✓') : pc.red('✗');
      const more = end.truncated ? ', output cut' : '';
      note(`${mark} ${end.host.padEnd(width)}  ${how}, ${Math.round(end.ms)} ms${more}`);
    }
    const ok = ends.filter((end) => end.exit_code === 0).length;
    const skipped = this.#skipped.length > 0 ? `, ${this.#skipped.length} not begun` : '';
    note(`${ok} of ${ends.length} succeeded${skipped}`);
  }
}

// Of one host its own code; of several 0 where all succeeded, else 1, or 255 where one could not run it.
function exitOf(ends: End[]): number {
  if (ends.length === 1) {
    const [end] = ends;
    if (end!.exit_code !== null) return end!.exit_code;
    return end!.signal ? 128 + signalNumber(end!.signal) : CANNOT_RUN;
  }
  if (ends.some((end) => end.error)) return CANNOT_RUN;
  return ends.length > 0 && ends.every((end) => end.exit_code === 0) ? 0 : 1;
}

/** With SIG before it, as people write it; the protocol leaves it out (RFC 4254, section 6.10), libraries may not. */
const signalName = (signal: string): string => `SIG${signal.replace(/^SIG/, '')}`;

function signalNumber(signal: string): number {
  const numbers: Partial<Record<string, number>> = constants.signals;
  return numbers[signalName(signal)] ?? 0;
}

const MAX_STDIN = 8 * 1024 * 1024;

async function readStdin(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > MAX_STDIN)
      throw usageError(
        'The input is larger than 8 MiB.',
        'Upload it as a file: nexus ssh push HOST FILE TARGET',
      );
  }
  return Buffer.concat(chunks);
}

// What is shown as it comes is shown whole; what is kept for one document has an end.
function maxBytes({ json, maxOutput }: ExecOptions): number | null {
  if (maxOutput !== undefined) return wholeNumber(maxOutput, '--max-output', 0, 256 * 1024 * 1024);
  return json ? 8 * 1024 * 1024 : null;
}

function strategyOf(text: string): 'all' | 'rolling' | 'canary' {
  if (text === 'all' || text === 'rolling' || text === 'canary') return text;
  throw usageError(`--strategy cannot be “${text}”.`, 'It is all, rolling or canary.');
}

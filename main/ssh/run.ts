import { NexusError } from '#main/base/errors.ts';
import type { ExecChannel, Sessions } from './connection/connection.ts';
import { sshError } from './connection/errors.ts';
import type { RunOptions, RunResult } from './door.ts';
import { PidMark } from './pid-mark.ts';
import { withEnvironment, type Wrapped } from './remote-shell.ts';

/** What happens to one piece of output. A promise holds the sender back until it is done. */
export type OnOutput = (stream: 'stdout' | 'stderr', chunk: Buffer) => Promise<void> | void;

/**
 * Runs one command on a connection and hands its output on as it comes.
 * @throws NexusError `ssh.timeout`, `ssh.connection_lost`; the signal's reason
 */
export async function execute(
  connection: Pick<Sessions, 'exec'>,
  host: string,
  command: string,
  options: Pick<RunOptions, 'stdin' | 'timeoutMs' | 'signal' | 'env'>,
  onOutput: OnOutput,
): Promise<{ exitCode: number | null; signal: string | null }> {
  const killable = options.signal !== undefined || options.timeoutMs !== undefined;
  const mark = killable ? new PidMark() : undefined;
  const wrapped = wrap(command, options.env ?? {}, mark);
  const opening = connection.exec(wrapped.command);
  let ender: Ender | undefined;
  let over = false;
  const end = () => {
    over = true;
    if (ender) ender.end();
    // It waits for its program, and never gets it.
    else void opening.then((late) => late.kill()).catch(() => undefined);
  };
  const stop = stopper(end, host, options);
  try {
    const channel = await Promise.race([opening, stop.promise]);
    if (over) return await stop.promise;
    const own = (ender = new Ender(connection, channel, mark));
    channel.stdin.on('error', () => undefined);
    if (wrapped.preamble) channel.stdin.write(wrapped.preamble);
    channel.stdin.end(options.stdin);
    const reading = Promise.all([
      read(channel.stdout, (chunk) => onOutput('stdout', chunk)),
      read(channel.stderr, (chunk) => {
        const rest = own.take(chunk);
        return rest.length > 0 ? onOutput('stderr', rest) : undefined;
      }),
    ]);
    reading.catch(end);
    const [exit] = await Promise.race([Promise.all([channel.exit, reading]), stop.promise]);
    const held = mark?.rest();
    if (held?.length) await onOutput('stderr', held);
    return { exitCode: exit.code, signal: exit.signal };
  } finally {
    stop.dispose();
    // Who closes the connection next must not cut off what ends the command.
    await ender?.ended();
  }
}

/** Ends a command on its host, which takes its number there. */
class Ender {
  readonly #connection: Pick<Sessions, 'exec'>;
  readonly #channel: ExecChannel;
  readonly #mark: PidMark | undefined;
  readonly #marked: Promise<void>;
  #onMark: () => void = () => undefined;
  #ending: Promise<unknown> | undefined;

  constructor(connection: Pick<Sessions, 'exec'>, channel: ExecChannel, mark: PidMark | undefined) {
    this.#connection = connection;
    this.#channel = channel;
    this.#mark = mark;
    this.#marked = new Promise((resolve) => (this.#onMark = resolve));
  }

  /** What of stderr is the command's own. */
  take(chunk: Buffer): Buffer {
    const rest = this.#mark ? this.#mark.take(chunk) : chunk;
    if (this.#mark?.pid !== undefined) this.#onMark();
    return rest;
  }

  end(): void {
    this.#ending ??= this.#say();
  }

  /** Resolves when the word to end has reached the host, or at once where none was given. */
  async ended(): Promise<void> {
    if (this.#ending) await atMost(this.#ending, END_MS);
  }

  async #say(): Promise<void> {
    const mark = this.#mark;
    // Without its number nothing ends it: a program that is on its way would run on, unseen.
    if (mark && mark.pid === undefined)
      await atMost(Promise.race([this.#marked, this.#channel.exit.catch(() => undefined)]), END_MS);
    const gone = mark?.pid === undefined ? undefined : endGroup(this.#connection, mark.pid);
    this.#channel.kill();
    await gone;
  }
}

/** A timer of more milliseconds goes off at once. */
export const MOST_TIMER_MS = 2 ** 31 - 1;

/** For the word to end a command to reach the host. */
const END_MS = 2000;

/** Waits for `work`, but no longer. @param ms milliseconds */
export async function atMost(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work, late]);
  clearTimeout(timer);
}

function wrap(command: string, env: Record<string, string>, mark: PidMark | undefined): Wrapped {
  // A program that reads itself from its input (ours) says its number where it begins.
  return mark ? withEnvironment(command, env, mark.line) : withEnvironment(command, env);
}

// sshd ends nothing when a channel is closed, and signals (RFC 4254, 6.9) are refused to root. The
// command leads a process group of its own: that is ended, politely first.
async function endGroup(connection: Pick<Sessions, 'exec'>, pid: number): Promise<void> {
  const program = `kill -s TERM -- -${pid} 2>/dev/null; sleep 2; kill -s KILL -- -${pid} 2>/dev/null`;
  const command = `exec /bin/sh -c '(${program}) </dev/null >/dev/null 2>&1 &'`;
  for (let pauseMs = 20; pauseMs <= END_MS; pauseMs *= 2) {
    try {
      const channel = await connection.exec(command);
      channel.stdin.end();
      channel.stdout.resume();
      channel.stderr.resume();
      await channel.exit;
      return;
    } catch (error) {
      // The connection is gone, and the session with it.
      if (!(error instanceof NexusError) || error.code !== 'ssh.channel_refused') return;
    }
    // Many are ended at once, and the server has no session left for this: the others make room.
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

function stopper(
  stop: () => void,
  host: string,
  { timeoutMs, signal }: Pick<RunOptions, 'timeoutMs' | 'signal'>,
) {
  let timer: NodeJS.Timeout | undefined;
  let fail: (error: unknown) => void = () => undefined;
  const promise = new Promise<never>((_, reject) => (fail = reject));
  promise.catch(() => undefined);
  const end = (error: unknown) => {
    stop();
    fail(error);
  };
  const onAbort = () => end(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) onAbort();
  if (timeoutMs !== undefined)
    timer = setTimeout(() => end(timedOut(host, timeoutMs)), Math.min(timeoutMs, MOST_TIMER_MS));
  return {
    promise,
    dispose() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    },
  };
}

/** The error for a command that took too long. */
export function timedOut(host: string, timeoutMs: number): NexusError {
  return sshError(
    'timeout',
    `The command on ${host} did not end within ${Math.round(timeoutMs) / 1000} s.`,
    'It was asked to end. Give it more time with a longer timeout.',
    { details: { host } },
  );
}

// A listener and not `for await`: thousands of small results a second go through here.
function read(
  stream: NodeJS.ReadableStream,
  take: (chunk: Buffer) => Promise<void> | void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.on('data', (chunk: Buffer) => {
      try {
        const busy = take(chunk);
        if (!busy) return;
        stream.pause();
        busy.then(() => stream.resume(), reject);
      } catch (error) {
        reject(error as Error);
      }
    });
    stream.once('end', resolve);
    stream.once('close', resolve);
    stream.once('error', reject);
  });
}

/** Collects output up to a limit; what is beyond is dropped. */
export class Collected {
  readonly #limit: number;
  readonly #chunks: Buffer[] = [];
  #held = 0;
  truncated = false;

  /** @param limit bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  add(chunk: Buffer): void {
    const room = this.#limit - this.#held;
    if (chunk.length > room) this.truncated = true;
    if (room <= 0) return;
    const part = chunk.length > room ? chunk.subarray(0, room) : chunk;
    this.#chunks.push(part);
    this.#held += part.length;
  }

  bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}

const DEFAULT_MAX = 1024 * 1024;

/** {@link execute}, collecting the output. */
export async function runOn(
  connection: Pick<Sessions, 'exec'>,
  host: string,
  command: string,
  options: RunOptions,
): Promise<Omit<RunResult, 'ms'>> {
  const stdout = new Collected(options.maxBytes ?? DEFAULT_MAX);
  const stderr = new Collected(options.maxBytes ?? DEFAULT_MAX);
  const exit = await execute(connection, host, command, options, (stream, chunk) =>
    (stream === 'stdout' ? stdout : stderr).add(chunk),
  );
  return {
    ...exit,
    stdout: stdout.bytes(),
    stderr: stderr.bytes(),
    truncated: stdout.truncated || stderr.truncated,
  };
}

import type { NexusError } from '#main/base/errors.ts';
import type { ExecChannel, Sessions } from './connection/connection.ts';
import { sshError } from './connection/errors.ts';
import type { RunOptions, RunResult } from './door.ts';
import { withEnvironment } from './remote-shell.ts';

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
  const wrapped = withEnvironment(command, options.env ?? {});
  const channel = await connection.exec(wrapped.command);
  const stop = stopper(channel, host, options);
  try {
    channel.stdin.on('error', () => undefined);
    if (wrapped.preamble) channel.stdin.write(wrapped.preamble);
    channel.stdin.end(options.stdin);
    const reading = Promise.all([
      read(channel.stdout, (chunk) => onOutput('stdout', chunk)),
      read(channel.stderr, (chunk) => onOutput('stderr', chunk)),
    ]);
    reading.catch(() => channel.kill());
    const [exit] = await Promise.race([Promise.all([channel.exit, reading]), stop.promise]);
    return { exitCode: exit.code, signal: exit.signal };
  } finally {
    stop.dispose();
  }
}

function stopper(
  channel: ExecChannel,
  host: string,
  { timeoutMs, signal }: Pick<RunOptions, 'timeoutMs' | 'signal'>,
) {
  let timer: NodeJS.Timeout | undefined;
  let fail: (error: unknown) => void = () => undefined;
  const promise = new Promise<never>((_, reject) => (fail = reject));
  promise.catch(() => undefined);
  const end = (error: unknown) => {
    channel.kill();
    fail(error);
  };
  const onAbort = () => end(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) onAbort();
  if (timeoutMs !== undefined)
    timer = setTimeout(() => end(timedOut(host, timeoutMs)), Math.min(timeoutMs, 2 ** 31 - 1));
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
    `The command on ${host} did not end within ${timeoutMs / 1000} s.`,
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

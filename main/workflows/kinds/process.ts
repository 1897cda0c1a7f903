import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { NexusError } from '#main/base/errors.ts';

/** A program to run to its end. */
export interface ProcessRequest {
  command: string;
  args: string[];
  cwd: string;
  env: Record<string, string>;
  stdin?: string | undefined;
  signal: AbortSignal;
  /** Milliseconds between asking the process group to end and ending it. */
  graceMs: number;
  /** Takes a piece of output; the pipe is not read on before it resolves. */
  onOutput(stream: 'stdout' | 'stderr', chunk: Buffer): Promise<void> | void;
}

export interface ProcessResult {
  exitCode: number | null;
  /** The signal that ended it, where one did. */
  killedBy: NodeJS.Signals | null;
}

/**
 * How long output may stay open after the program has ended. A child that it left behind and that
 * still writes there is then ended; one that let go of the output lives on.
 */
const LINGER_MS = 2000;

/**
 * Runs a program in a process group of its own and resolves when it has ended and its output is
 * read. An abort ends the whole group: SIGTERM, and SIGKILL after the grace.
 *
 * @throws NexusError `process.not_found`, `process.cwd_missing`, `process.environment_too_large`,
 *   `process.failed_to_start`; the signal's reason when it was aborted.
 */
export async function runProcess(request: ProcessRequest): Promise<ProcessResult> {
  request.signal.throwIfAborted();
  const child = await start(request);
  const group = new ProcessGroup(child);
  const stop = () => group.end(request.graceMs);
  request.signal.addEventListener('abort', stop, { once: true });
  // The abort may have come between the start and the listener.
  if (request.signal.aborted) stop();
  try {
    child.stdin?.on('error', () => undefined); // The program need not read what it is given.
    child.stdin?.end(request.stdin ?? '');
    const reading = Promise.all([
      read(child.stdout!, (chunk) => request.onOutput('stdout', chunk)),
      read(child.stderr!, (chunk) => request.onOutput('stderr', chunk)),
    ]);
    // A failed reader (a log that cannot be written) must end the program, not leave it blocked.
    reading.catch(() => group.end(request.graceMs));
    const result = await exited(child);
    if (!request.signal.aborted) await settle(reading, group, child);
    else await group.ended();
    request.signal.throwIfAborted();
    return result;
  } finally {
    request.signal.removeEventListener('abort', stop);
    child.stdout?.destroy();
    child.stderr?.destroy();
  }
}

async function start(request: ProcessRequest): Promise<ChildProcess> {
  try {
    const child = spawn(request.command, request.args, {
      cwd: request.cwd,
      env: request.env,
      stdio: ['pipe', 'pipe', 'pipe'],
      // A group of its own (setsid), so that one signal reaches every descendant.
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    return child;
  } catch (error) {
    throw startError(error, request);
  }
}

function startError(error: unknown, { command, cwd }: ProcessRequest): NexusError {
  const { code, message, path } = error as NodeJS.ErrnoException;
  const make = (name: string, text: string, hint: string) =>
    new NexusError({
      code: `process.${name}`,
      message: text,
      hint,
      kind: 'operational',
      details: { retryable: false },
      cause: error,
    });
  // The system says the same of a folder that is missing.
  if (code === 'ENOENT' && path === command && existsSync(cwd))
    return make(
      'not_found',
      `The program ${command} was not found.`,
      'Install it on this machine, or check its name and PATH.',
    );
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return make('cwd_missing', `The folder ${cwd} does not exist.`, 'Create it, or change `cwd`.');
  if (code === 'E2BIG')
    return make(
      'environment_too_large',
      'The values handed to the program are larger than the operating system allows.',
      'Pass large values by `stdin` or by a file.',
    );
  return make('failed_to_start', `${command} could not be started: ${message}`, 'See the message.');
}

async function read(stream: Readable, take: (chunk: Buffer) => Promise<void> | void) {
  for await (const chunk of stream) await take(chunk as Buffer);
}

function exited(child: ChildProcess): Promise<ProcessResult> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null)
      resolve({ exitCode: child.exitCode, killedBy: child.signalCode });
    else child.once('exit', (exitCode, killedBy) => resolve({ exitCode, killedBy }));
  });
}

/** Waits until the output is read to its end, ending what holds it open for too long. */
async function settle(reading: Promise<unknown>, group: ProcessGroup, child: ChildProcess) {
  const timer = setTimeout(() => {
    group.end(0);
    // What left the group (setsid) may hold the pipe still: let go of our end.
    setTimeout(() => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, 200).unref();
  }, LINGER_MS);
  try {
    await reading;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** All processes that descend from one child and did not leave its group. */
class ProcessGroup {
  readonly #pid: number;
  readonly #child: ChildProcess;
  #ending: Promise<void> | undefined;

  constructor(child: ChildProcess) {
    this.#child = child;
    this.#pid = child.pid!;
  }

  /** Asks the group to end, and ends it `graceMs` later. */
  end(graceMs: number): void {
    this.#ending ??= this.#end(graceMs);
  }

  /** Resolves when {@link end} has done its work. */
  async ended(): Promise<void> {
    await this.#ending;
  }

  async #end(graceMs: number): Promise<void> {
    if (process.platform === 'win32') return endTree(this.#pid);
    this.#kill('SIGTERM');
    // A stopped process would sleep through SIGTERM.
    this.#kill('SIGCONT');
    const deadline = Date.now() + graceMs;
    while (this.#alive() && Date.now() < deadline) await pause(20);
    this.#kill('SIGKILL');
    await exited(this.#child);
  }

  #alive(): boolean {
    return this.#kill(0);
  }

  #kill(signal: NodeJS.Signals | 0): boolean {
    try {
      return process.kill(-this.#pid, signal);
    } catch {
      return false; // Nobody of the group is left.
    }
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function endTree(pid: number): Promise<void> {
  return new Promise((resolve) => {
    const killer = spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { windowsHide: true });
    killer.once('error', () => resolve());
    killer.once('exit', () => resolve());
  });
}

import type { ExecEvent } from '#contract/hostCommands.ts';
import type { Host } from '#contract/hosts.ts';
import { toNexusError } from '#main/base/errors.ts';
import { BoundedQueue } from './bounded-queue.ts';
import type { RunOptions } from './door.ts';
import type { OnOutput } from './run.ts';

/** A command for many hosts. */
export interface ManyRequest {
  hosts: Host[];
  parallel: number;
  strategy: 'all' | 'rolling' | 'canary';
  /** How often the hosts that failed are tried again. */
  retries: number;
  /** Bytes of each stream that are handed on for each host. */
  maxBytes: number;
  /** Exit codes that count as success; default 0 alone. */
  successCodes?: number[];
  signal: AbortSignal;
}

/** Runs the command on one host. */
export type RunOne = (
  host: Host,
  options: Pick<RunOptions, 'signal'>,
  onOutput: OnOutput,
) => Promise<{ exitCode: number | null; signal: string | null }>;

/** All hosts together may be ahead of the reader by so much; then their programs wait. */
const AHEAD_BYTES = 512 * 1024;

/**
 * Runs a command on many hosts, so many at once, and gives what happens as it happens. A slow
 * reader slows the hosts down; memory stays bounded.
 *
 * `all` goes through every host, and tries those that failed again at the end. `rolling` begins no
 * further host after a failure until it was made good by trying again; `canary` does the same after
 * the first host went well alone. So never more hosts fail than run at once. (Ansible's `serial` with
 * `any_errors_fatal`, except that the next host does not wait for a whole batch to end.)
 */
export async function* runMany(
  request: ManyRequest,
  runOne: RunOne,
): AsyncGenerator<ExecEvent, void, undefined> {
  const queue = new BoundedQueue<ExecEvent>(AHEAD_BYTES);
  const ended = new AbortController();
  const signal = AbortSignal.any([request.signal, ended.signal]);
  const work = new Many(request, runOne, queue, signal).run().then(
    () => queue.end(),
    (error: unknown) => queue.fail(error),
  );
  try {
    yield* queue.read();
    await work;
  } finally {
    ended.abort(new Error('Nobody reads on.'));
    queue.end();
  }
}

class Many {
  readonly #request: ManyRequest;
  readonly #runOne: RunOne;
  readonly #queue: BoundedQueue<ExecEvent>;
  readonly #signal: AbortSignal;
  readonly #succeeded = new Set<string>();
  readonly #failed = new Set<string>();

  constructor(
    request: ManyRequest,
    runOne: RunOne,
    queue: BoundedQueue<ExecEvent>,
    signal: AbortSignal,
  ) {
    this.#request = request;
    this.#runOne = runOne;
    this.#queue = queue;
    this.#signal = signal;
  }

  async run(): Promise<void> {
    const { hosts, strategy } = this.#request;
    const alone = strategy === 'canary' ? 1 : 0;
    await this.#through(hosts.slice(0, alone));
    if (this.#failed.size === 0) await this.#through(hosts.slice(alone));
    await this.#queue.push({
      type: 'done',
      succeeded: [...this.#succeeded],
      failed: [...this.#failed],
      skipped: hosts.filter((host) => !this.#begun(host)).map((host) => host.name),
    });
  }

  #begun({ name }: Host): boolean {
    return this.#succeeded.has(name) || this.#failed.has(name);
  }

  async #through(hosts: Host[]): Promise<void> {
    const { retries, strategy } = this.#request;
    for (let left = hosts; left.length > 0; left = left.filter((host) => !this.#begun(host))) {
      await this.#round(left, 1, strategy !== 'all');
      for (let attempt = 2; attempt <= retries + 1; attempt += 1) {
        const failed = hosts.filter(({ name }) => this.#failed.has(name));
        await this.#round(failed, attempt, false);
      }
      if (this.#failed.size > 0 || this.#signal.aborted) return;
    }
  }

  async #round(hosts: Host[], attempt: number, careful: boolean): Promise<void> {
    const waiting = [...hosts];
    const onFailure = () => {
      if (careful) waiting.length = 0;
    };
    const worker = async () => {
      for (;;) {
        const host = waiting.shift();
        if (!host || this.#signal.aborted) return;
        await this.#one(host, attempt, onFailure);
      }
    };
    const workers = Math.min(this.#request.parallel, hosts.length);
    await Promise.all(Array.from({ length: workers }, worker));
  }

  async #one(host: Host, attempt: number, onFailure: () => void): Promise<void> {
    const begin = performance.now();
    const { name } = host;
    const left = { stdout: this.#request.maxBytes, stderr: this.#request.maxBytes };
    let truncated = false;
    await this.#queue.push({ type: 'start', host: name, attempt });
    const onOutput: OnOutput = (stream, chunk) => {
      const part = chunk.length > left[stream] ? chunk.subarray(0, left[stream]) : chunk;
      if (part.length < chunk.length) truncated = true;
      left[stream] -= part.length;
      if (part.length === 0) return undefined;
      const data = part.toString('base64');
      return this.#queue.push({ type: 'output', host: name, stream, data }, data.length);
    };
    let end: Pick<Extract<ExecEvent, { type: 'end' }>, 'exit_code' | 'signal' | 'error'>;
    try {
      const { exitCode, signal } = await this.#runOne(host, { signal: this.#signal }, onOutput);
      end = { exit_code: exitCode, signal };
    } catch (error) {
      end = { exit_code: null, signal: null, error: toNexusError(error).toShape() };
    }
    const ok = (this.#request.successCodes ?? [0]).includes(end.exit_code ?? -1);
    (ok ? this.#succeeded : this.#failed).add(name);
    if (ok) this.#failed.delete(name);
    // At once: a slow reader may keep us waiting below, and the others go on meanwhile.
    else onFailure();
    const ms = performance.now() - begin;
    await this.#queue.push({ type: 'end', host: name, attempt, ...end, ms, truncated });
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What the worker says of a run that changed; everything in it is committed. */
export interface Told {
  run: string;
  workflow: string;
  status: string;
  steps: { key: string; status: string; attempts: number; ended: string }[];
}

type Line = Partial<Told> & {
  id?: number;
  result?: unknown;
  error?: string;
  code?: string;
  ready?: string;
  broken?: string;
};

const script = join(fileURLToPath(new URL('.', import.meta.url)), 'platformWorker.ts');

/** No wait of any workflow is near this long. */
const STUCK_MS = 40_000;

/** The process died before it answered. */
export class Died extends Error {}

/** A refusal that the platform answered with. */
export class Refused extends Error {
  readonly code: string | undefined;
  constructor(message: string, code: string | undefined) {
    super(message);
    this.code = code;
  }
}

/** A worker process, spoken to over its stdin and stdout. */
export class Child {
  readonly process: ChildProcess;
  /** The address once it is open; undefined when it died before. */
  readonly ready: Promise<string | undefined>;
  /** Resolves with how it ended. */
  readonly ended: Promise<string>;
  alive = true;
  stderr = '';
  #calls = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  #next = 1;
  #changed = false;
  #waiting: (() => void)[] = [];

  constructor(
    home: string,
    options: { env?: NodeJS.ProcessEnv; mode?: 'command'; told: (told: Told) => void },
  ) {
    this.process = spawn(process.execPath, [script, home, ...(options.mode ? ['command'] : [])], {
      env: { ...process.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.process.stderr!.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.process.stdin!.on('error', () => undefined);
    let open: (address: string | undefined) => void = () => undefined;
    this.ready = new Promise((resolve) => (open = resolve));
    createInterface({ input: this.process.stdout! }).on('line', (text) => {
      // A line that the death cut in two says nothing.
      if (!text.endsWith('}')) return;
      const line = JSON.parse(text) as Line;
      if (line.ready !== undefined) open(line.ready);
      else if (line.id !== undefined) return this.#answer(line);
      else if (line.run !== undefined) options.told(line as Told);
      else if (line.broken) this.stderr += line.broken;
      this.stir();
    });
    this.ended = new Promise((resolve) => {
      this.process.on('close', (code, signal) => {
        this.alive = false;
        for (const call of this.#calls.values()) call.reject(new Died('The worker died.'));
        this.#calls.clear();
        open(undefined);
        this.stir();
        resolve(signal ?? `exit ${code}`);
      });
    });
  }

  /** Gives a command. @throws Died, Refused */
  call<T>(command: string, input: unknown = {}): Promise<T> {
    if (!this.alive) return Promise.reject(new Died('The worker died.'));
    const id = this.#next++;
    return new Promise<T>((resolve, reject) => {
      this.#calls.set(id, { resolve, reject });
      this.process.stdin!.write(`${JSON.stringify({ id, command, input })}\n`);
    });
  }

  #answer(line: Line): void {
    const call = this.#calls.get(line.id!);
    this.#calls.delete(line.id!);
    if (line.error === undefined) call?.resolve(line.result as never);
    else call?.reject(new Refused(line.error, line.code));
  }

  /**
   * Resolves with the next change that it tells of or its death, at once if one came since the last
   * call. @throws Error when nothing changes for {@link STUCK_MS}
   */
  async stirred(): Promise<void> {
    let late = false;
    const limit = setTimeout(() => {
      late = true;
      this.stir();
    }, STUCK_MS);
    while (!this.#changed && this.alive)
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    clearTimeout(limit);
    this.#changed = false;
    if (late) throw new Error(`nothing has changed for ${STUCK_MS / 1000} s\n${this.stderr}`);
  }

  /** Wakes whoever waits in {@link stirred}. */
  stir(): void {
    this.#changed = true;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** Ends it as a power switch would; resolves when it is gone. */
  async kill(): Promise<void> {
    if (this.alive) this.process.kill('SIGKILL');
    await this.ended;
  }
}

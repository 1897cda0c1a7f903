import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));

/** Why a command has no answer: the process died first. */
export class Died extends Error {}

/** No wait of any scenario is near this long. */
const STUCK_MS = 20_000;

type Line = Record<string, unknown> & { re?: number };

/** One life of the worker. Everything waits for its lines or for its death, never for a time. */
export class Child {
  readonly #process: ChildProcess;
  readonly #answers = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: Error) => void }
  >();
  readonly dead: Promise<void>;
  readonly ready: Promise<void>;
  readonly warnings: string[] = [];
  alive = true;
  /** It died before anybody here killed it: at its failpoint. */
  diedEarly = false;
  #killed = false;
  lines = 0;
  /** Changes of runs that it has reported. */
  changes = 0;
  #moved: (() => void)[] = [];
  #next = 1;
  #killAt = Number.POSITIVE_INFINITY;
  #stderr = '';

  /** @param failpoint `name:nth` at which it is to die. */
  constructor(home: string, failpoint?: string) {
    const env: NodeJS.ProcessEnv = { ...process.env, NEXUS_HOME: home };
    delete env['NEXUS_FAILPOINT'];
    if (failpoint) env['NEXUS_FAILPOINT'] = failpoint;
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', WORKER], {
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#process = child;
    child.stdin!.on('error', () => undefined);
    child.stderr!.on('data', (chunk: Buffer) => (this.#stderr += chunk.toString()));
    let isReady: () => void;
    let isDead: () => void;
    this.ready = new Promise((resolve) => (isReady = resolve));
    this.dead = new Promise((resolve) => (isDead = resolve));
    createInterface({ input: child.stdout! }).on('line', (text) => {
      this.#hear(JSON.parse(text) as Line, isReady);
    });
    child.on('close', (code, signal) => {
      this.alive = false;
      this.diedEarly = !this.#killed;
      if (code !== 0 && signal !== 'SIGKILL')
        this.warnings.push(`it ended with ${code ?? signal}: ${this.#stderr.slice(-2000)}`);
      for (const { reject } of this.#answers.values()) reject(new Died());
      this.#answers.clear();
      for (const tell of this.#moved.splice(0)) tell();
      isDead();
    });
  }

  #hear(line: Line, isReady: () => void): void {
    this.lines += 1;
    if ('ready' in line) isReady();
    if ('changed' in line) {
      this.changes += 1;
      for (const tell of this.#moved.splice(0)) tell();
    }
    if ('log' in line || 'error' in line) this.warnings.push(JSON.stringify(line));
    const waiting = line.re === undefined ? undefined : this.#answers.get(line.re);
    if (waiting) {
      this.#answers.delete(line.re!);
      waiting.resolve(line);
    }
    if (this.lines >= this.#killAt) this.kill();
  }

  /** Gives a command. @returns its value, or the code with which it was refused. @throws Died */
  async ask(what: Record<string, unknown>): Promise<{ value?: unknown; refused?: string }> {
    if (!this.alive) throw new Died();
    const re = this.#next++;
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#answers.set(re, { resolve, reject });
    });
    this.#process.stdin!.write(`${JSON.stringify({ re, ...what })}\n`);
    return (await answer) as { value?: unknown; refused?: string };
  }

  /**
   * Resolves once it has reported more than `seen` changes. @throws Died @throws Error when nothing
   * changes for {@link STUCK_MS} although something is left to do.
   */
  async moved(seen: number): Promise<void> {
    let stuck = false;
    const limit = setTimeout(() => {
      stuck = true;
      for (const tell of this.#moved.splice(0)) tell();
    }, STUCK_MS);
    while (this.alive && this.changes <= seen && !stuck)
      await new Promise<void>((resolve) => {
        this.#moved.push(resolve);
      });
    clearTimeout(limit);
    if (!this.alive) throw new Died();
    if (stuck) throw new Error('runs are left, and nothing has changed for a long while');
  }

  /** Kills it after so many more lines: a moment that differs each time, and is not a time. */
  killAfter(lines: number): void {
    this.#killAt = this.lines + lines;
  }

  kill(): void {
    if (!this.alive) return;
    this.#killed = true;
    this.#process.kill('SIGKILL');
  }

  /** Ends it in an orderly way. */
  async close(): Promise<void> {
    this.#process.stdin!.end();
    await this.dead;
  }
}

import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { StepContext } from '../kinds/kind.ts';
import type { Core } from './core.ts';
import type { LiveRun } from './live-run.ts';
import { runFolder } from './outputs.ts';
import { WHOLE, type StepRecord } from './records.ts';

/**
 * What a kind may use while it runs. Everything is made on first use: most pure steps look at
 * nothing here, and thousands of them run in a second.
 */
export class Context implements StepContext {
  readonly env: Record<string, string>;
  readonly #core: Core;
  readonly #run: LiveRun;
  readonly #record: StepRecord;
  readonly #attempt: number;
  #controller: AbortController | undefined;
  #writer: ReturnType<Core['book']['writer']> | undefined;

  constructor(core: Core, run: LiveRun, record: StepRecord, env: Record<string, string>) {
    this.#core = core;
    this.#run = run;
    this.#record = record;
    this.#attempt = record.attempts;
    this.env = env;
  }

  get run(): StepContext['run'] {
    return { id: this.#run.record.id, workflow: this.#run.record.workflow };
  }

  get step(): StepContext['step'] {
    const { step: id, index } = this.#record;
    const attempt = this.#attempt;
    return index === WHOLE ? { id, attempt } : { id, index, attempt };
  }

  get controller(): AbortController {
    return (this.#controller ??= new AbortController());
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get log(): StepContext['log'] {
    return (stream, chunk) => {
      this.#writer ??= this.#core.book.writer(
        this.#run.record.id,
        this.#record.step,
        this.#record.index,
        this.#attempt,
        () => this.#core.now(),
      );
      return this.#writer.write(stream, chunk);
    };
  }

  /** Writes the last line of the log, if it has no end. */
  endLog(): void {
    this.#writer?.end();
  }

  get runFolder(): () => string {
    return () => {
      const path = join(runFolder(this.#core.options.outputs, this.#run.record.id), 'files');
      mkdirSync(path, { recursive: true, mode: 0o700 });
      return path;
    };
  }

  get home(): string {
    return this.#core.options.home;
  }

  get fileRoots(): string[] {
    const roots = this.#run.compiled.definition.file_roots;
    return roots
      ? roots.map((root) => resolve(this.home, root))
      : [this.runFolder(), join(this.home, 'files')];
  }

  get allowPrivateAddresses(): boolean {
    return this.#run.compiled.definition.allow_private_addresses === true;
  }

  get notify(): StepContext['notify'] {
    return (note) =>
      this.#core.options.notify?.({
        ...note,
        run: this.#run.record.id,
        step: this.#record.step,
      });
  }

  get approved(): string | undefined {
    return this.#record.approved;
  }

  get clock(): { now(): number } {
    return this.#core.clock;
  }
}

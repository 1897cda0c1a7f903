import { randomUUID } from 'node:crypto';
import type { ShellEvent } from '#contract/hostShells.ts';
import { NexusError } from '#main/base/errors.ts';
import { BoundedQueue } from './bounded-queue.ts';
import type { ShellChannel } from './door.ts';

/** The shells that are open through the table of operations; each lives as long as its stream. */
export class Shells {
  readonly #open = new Map<string, { shell: ShellChannel; owner: string }>();

  /** Gives what the shell says until it ends or nobody listens; then it is closed. */
  async *stream(shell: ShellChannel, owner: string): AsyncGenerator<ShellEvent, void, undefined> {
    const session = randomUUID();
    const queue = new BoundedQueue<ShellEvent>(256 * 1024);
    this.#open.set(session, { shell, owner });
    shell.onData((data) => {
      const text = Buffer.from(data).toString('base64');
      const full = queue.push({ type: 'data', data: text }, text.length);
      if (!full) return;
      shell.pause();
      void full.then(() => shell.resume());
    });
    shell.onExit(({ code, signal, error }) => {
      void queue.push({ type: 'exit', code, signal, ...(error ? { error: error.toShape() } : {}) });
      queue.end();
    });
    try {
      yield { type: 'opened', session };
      yield* queue.read();
    } finally {
      this.#open.delete(session);
      queue.end();
      shell.close();
    }
  }

  /** @param data base64 @throws NexusError `shell.not_found` */
  write(session: string, data: string, owner: string): void {
    this.#get(session, owner).write(Buffer.from(data, 'base64'));
  }

  /** @throws NexusError `shell.not_found` */
  resize(session: string, cols: number, rows: number, owner: string): void {
    this.#get(session, owner).resize(cols, rows);
  }

  #get(session: string, owner: string): ShellChannel {
    const found = this.#open.get(session);
    // Who opened it may type into it, and nobody else.
    if (found?.owner === owner) return found.shell;
    throw new NexusError({
      code: 'shell.not_found',
      message: 'That shell is not open.',
      hint: 'Open a new one.',
      kind: 'operational',
    });
  }
}

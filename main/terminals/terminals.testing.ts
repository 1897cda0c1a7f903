import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Caller } from '#contract/platform.ts';
import type { Terminal } from '#contract/terminals.ts';
import { systemClock } from '#main/base/clock.ts';
import { migrate, openDatabase } from '#main/base/database.ts';
import { silentLogger } from '#main/base/log.ts';
import { createRedactor } from '#main/base/redact.ts';
import type { ShellChannel, ShellExit } from './channel.ts';
import { Screen } from './screen.ts';
import { terminalMigrations, Terminals, type TerminalsOptions } from './index.ts';

export const admin: Caller = { name: 'owner', role: 'admin', face: 'window' };

/** For tests: terminals on a folder of their own, ended with the test. */
export function openTerminals(options: Partial<TerminalsOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'nexus-terminals-'));
  const db = openDatabase(':memory:');
  migrate(db, [terminalMigrations]);
  const redactor = createRedactor();
  const terminals = new Terminals({
    db,
    clock: systemClock,
    log: silentLogger,
    redactor,
    logs: join(folder, 'logs'),
    scrollback: () => 1000,
    ...options,
  });
  onTestFinished(async () => {
    await terminals.close();
    db.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { terminals, redactor, folder, db };
}

/** What one viewer sees: the bytes, and the screen that they make. */
export class Sight {
  text = '';
  bytes = 0;
  snapshots = 0;
  resyncs = 0;
  readonly screen = new Screen({
    cols: 80,
    rows: 24,
    scrollback: 1000,
    onReply: () => undefined,
    onTitle: () => undefined,
  });
  readonly #stop = new AbortController();
  #waiting: (() => void)[] = [];
  readonly done: Promise<void>;

  constructor(terminals: Terminals, id: string, caller: Caller = admin) {
    this.done = this.#read(terminals, id, caller);
    onTestFinished(() => this.leave());
  }

  /** Resolves once `found` is true of everything seen so far. */
  async until(found: (sight: this) => boolean): Promise<void> {
    while (!found(this)) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  leave(): void {
    this.#stop.abort();
  }

  async #read(terminals: Terminals, id: string, caller: Caller): Promise<void> {
    for await (const item of terminals.attach(id, caller, this.#stop.signal)) {
      if (item.type === 'resize') this.screen.resize(item.cols, item.rows);
      else if (item.type === 'snapshot') {
        this.snapshots += 1;
        if (item.resync) this.resyncs += 1;
        this.screen.write(Buffer.from('\x1bc'), () => undefined);
        this.screen.resize(item.cols, item.rows);
        this.screen.write(Buffer.from(item.text), () => undefined);
      } else {
        const data = Buffer.from(item.data, 'base64');
        this.bytes += data.length;
        this.text = (this.text + data.toString('latin1')).slice(-100_000);
        this.screen.write(data, () => undefined);
      }
      for (const wake of this.#waiting.splice(0)) wake();
    }
  }
}

/** Resolves once what the list says of `id` satisfies `found`. */
export async function untilListed(
  terminals: Terminals,
  id: string,
  found: (terminal: Terminal) => boolean,
): Promise<Terminal> {
  const stop = new AbortController();
  try {
    for await (const { terminals: list } of terminals.watch(admin, stop.signal)) {
      const one = list.find((terminal) => terminal.id === id);
      if (one && found(one)) return one;
    }
  } finally {
    stop.abort();
  }
  throw new Error('the list has ended');
}

/** Whether this machine lets a test have a small disk. */
export const mounts = process.platform === 'linux' && process.getuid?.() === 0 && canMount();

function canMount(): boolean {
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'nexus', '/mnt'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    process.stderr.write('\nSKIPPED: a full disk (this needs root and mount).\n\n');
    return false;
  }
}

/** Puts a disk of 64 KiB in the place of `folder`. */
export function smallDisk(folder: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'nexus', folder]);
  onTestFinished(() => void execFileSync('umount', ['-l', folder]));
}

/** A shell that a test plays. */
export class PlayedShell implements ShellChannel {
  written = '';
  unread = 0;
  paused = false;
  closed = false;
  sizes: string[] = [];
  #onData: (data: Uint8Array) => void = () => undefined;
  #onExit: (exit: ShellExit) => void = () => undefined;

  say(text: string | Uint8Array): void {
    this.#onData(Buffer.from(text as string));
  }
  end(exit: ShellExit): void {
    this.#onExit(exit);
  }
  write(data: string | Uint8Array): void {
    this.written += Buffer.from(data as string).toString('utf8');
  }
  resize(cols: number, rows: number): void {
    this.sizes.push(`${cols}x${rows}`);
  }
  onData(listener: (data: Uint8Array) => void): void {
    this.#onData = listener;
  }
  onExit(listener: (exit: ShellExit) => void): void {
    this.#onExit = listener;
  }
  pause(): void {
    this.paused = true;
  }
  resume(): void {
    this.paused = false;
  }
  close(): void {
    this.closed = true;
    this.#onExit({ code: 0, signal: null });
  }
}

/** A session on a host, 80 by 24, whose shell the test plays. */
export async function played(options: Partial<TerminalsOptions> = {}, caller = admin) {
  const shells: PlayedShell[] = [];
  const opened = openTerminals({
    openHostShell: async () => {
      shells.push(new PlayedShell());
      return shells.at(-1)!;
    },
    ...options,
  });
  const { id } = await opened.terminals.openHost({ cols: 80, rows: 24, host: 'web-1' }, caller);
  const terminal = await untilListed(opened.terminals, id, (one) => one.state === 'running');
  return { ...opened, shells, shell: shells[0]!, id, terminal };
}

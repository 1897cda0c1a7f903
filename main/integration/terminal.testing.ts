import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** A program on a terminal of its own. */
export interface OnTerminal {
  /** Everything that the terminal shows. */
  shown(): string;
  /** Waits until the terminal has shown `text` once more, then types. */
  answer(text: string, typed: string): Promise<void>;
  /** Its exit code. */
  ended: Promise<number>;
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * Starts a program on a real terminal, which script(1) makes, with nothing in its environment but
 * what is given.
 */
export function onTerminal(
  program: string,
  args: string[],
  env: Record<string, string> = {},
): OnTerminal {
  let shown = '';
  let from = 0;
  let over = false;
  let stir = () => {};
  const command = `exec ${[program, ...args].map(quoted).join(' ')}`;
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], SHELL: '/bin/sh', LANG: 'C.UTF-8', ...env },
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    stir();
  });
  const ended = once(child, 'close').then(([code]) => {
    over = true;
    stir();
    return code as number;
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return {
    shown: () => shown,
    ended,
    async answer(text, typed) {
      for (let at = -1; at < 0; ) {
        at = shown.indexOf(text, from);
        if (at >= 0) from = at + text.length;
        else if (over) throw new Error(`It ended without asking ${text}: ${shown}`);
        else await new Promise<void>((resolve) => (stir = resolve));
      }
      child.stdin.write(typed);
    },
  };
}

const CLI = fileURLToPath(new URL('../cli.ts', import.meta.url));

/** The command line on a terminal. */
export const nexusOnTerminal = (home: string, args: string[]): OnTerminal =>
  onTerminal(process.execPath, [CLI, ...args], { NEXUS_HOME: home });

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';

/** A started server and how long it took to be ready. */
export interface Server {
  child: ChildProcess;
  readyMs: number;
  line: string;
  stop(): Promise<void>;
}

/** Starts a command and waits for a line on its stdout that matches `ready`. */
export async function startServer(
  command: string,
  args: string[],
  options: { ready: RegExp; env?: NodeJS.ProcessEnv; cwd?: string; timeoutMs?: number },
): Promise<Server> {
  const begun = performance.now();
  const child = spawn(command, args, {
    env: { ...process.env, ...options.env },
    cwd: options.cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const tail: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => tail.push(chunk.toString()));
  const lines = createInterface({ input: child.stdout });
  let timer: NodeJS.Timeout | undefined;
  const ready = new Promise<string>((resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`${command} was not ready in time\n${tail.join('').slice(-2000)}`)),
      options.timeoutMs ?? 60_000,
    );
    lines.on('line', (text) => {
      tail.push(`${text}\n`);
      if (options.ready.test(text)) resolve(text);
    });
    child.on('exit', (code) =>
      reject(new Error(`${command} ended with ${code}\n${tail.join('').slice(-2000)}`)),
    );
    child.on('error', reject);
  });
  const line = await ready
    .catch((error: unknown) => {
      child.kill('SIGKILL');
      throw error;
    })
    .finally(() => clearTimeout(timer));
  return { child, line, readyMs: performance.now() - begun, stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(timer);
}

/** Resident memory of a process in MiB, from /proc; NaN where there is none. */
export async function residentMiB(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+)/.exec(text)?.[1]) / 1024;
}

/** CPU seconds (user and system) that a process has used, from /proc. */
export async function cpuSeconds(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  // Fields 14 and 15 of proc(5), in clock ticks of 10 ms.
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

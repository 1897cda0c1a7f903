import { spawn, type SpawnOptions } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { root } from './project.ts';

const localBin = join(root, 'node_modules', '.bin');
const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The environment of every child: our own tools and our own Node come first on PATH. */
export function toolEnv(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${localBin}${delimiter}${process.env['PATH'] ?? ''}`, ...extra };
}

/**
 * Runs a command to its end and answers its exit code (128 + n after signal n), with input and
 * output inherited unless `options` say otherwise. Signals that ask us to stop are passed on, so
 * that the child ends in its own way before we do.
 */
export function run(command: string, args: string[], options: SpawnOptions = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: toolEnv(), ...options });
    const pass = (signal: NodeJS.Signals) => child.kill(signal);
    for (const signal of stopSignals) process.on(signal, pass);
    const release = () => {
      for (const signal of stopSignals) process.off(signal, pass);
    };
    child.once('error', (error) => {
      release();
      reject(error);
    });
    child.once('exit', (code, signal) => {
      release();
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}

/** What a command printed, and how it ended. */
export interface Captured {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a command and collects its output; a command that does not exist has code 127. */
export function capture(
  command: string,
  args: string[],
  options: SpawnOptions = {},
): Promise<Captured> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: toolEnv(),
      ...options,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', (error) => resolve({ code: 127, stdout, stderr: error.message }));
    child.once('close', (code) => resolve({ code: code ?? 1, stdout, stderr }));
  });
}

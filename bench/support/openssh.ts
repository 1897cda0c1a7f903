import { spawn } from 'node:child_process';
import type { Sshd } from '#main/ssh/testing/sshd.ts';

/** What OpenSSH's programs are told to reach an sshd of ours. @param port the letter of the port's option */
export function sshOptions(sshd: Sshd, port: 'p' | 'P' = 'p'): string[] {
  const set = {
    User: sshd.user,
    IdentitiesOnly: 'yes',
    IdentityAgent: 'none',
    StrictHostKeyChecking: 'no',
    UserKnownHostsFile: '/dev/null',
    LogLevel: 'ERROR',
    BatchMode: 'yes',
  };
  const words = Object.entries(set).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  return ['-F', 'none', `-${port}`, String(sshd.port), '-i', sshd.key, ...words];
}

/** Runs a program to its end. @throws Error when it fails */
export function installed(
  program: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    const stdio = ['ignore', 'ignore', 'pipe'] as const;
    const child = spawn(program, args, { stdio: [...stdio], env: { ...process.env, ...env } });
    let errors = '';
    child.stderr!.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${program} ended with ${code}: ${errors}`)),
    );
  });
}

/** Opens a shared connection of OpenSSH (ControlMaster). */
export function openMaster(sshd: Sshd, socket: string): Promise<void> {
  const words = ['-M', '-S', socket, '-o', 'ControlPersist=yes', '-N', '-f'];
  // In the background it keeps what it was given: nothing of ours.
  return new Promise((resolve, reject) => {
    const child = spawn('ssh', [...words, ...sshOptions(sshd), '127.0.0.1'], { stdio: 'ignore' });
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error('no master'))));
  });
}

export function closeMaster(sshd: Sshd, socket: string): Promise<void> {
  return installed('ssh', ['-S', socket, '-O', 'exit', ...sshOptions(sshd), '127.0.0.1']);
}

/** Milliseconds that something took. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

import { execFileSync } from 'node:child_process';

/**
 * For tests: this process, and what it starts from now on, may leave dumps as large as the system
 * lets them be, as where that is the default. What it returns puts the limit back.
 */
export function allowCoreDumps(): () => void {
  if (process.platform !== 'linux') return () => undefined;
  const prlimit = (...args: string[]) =>
    execFileSync('prlimit', ['--pid', String(process.pid), ...args], { encoding: 'utf8' });
  const shown = prlimit('--core', '--output', 'SOFT,HARD', '--noheadings', '--raw');
  const [soft, hard] = shown.trim().split(/\s+/);
  prlimit(`--core=${hard}:`);
  return () => void prlimit(`--core=${soft}:`);
}

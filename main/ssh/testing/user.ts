import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll } from 'vitest';

/** A user of this machine who logs in with a password, for the tests of a file. */
export function withUser(name: string, password: string): void {
  beforeAll(() => {
    try {
      const words = ['--no-create-home', '--shell', '/bin/sh', name];
      execFileSync('useradd', words, { stdio: 'ignore' });
    } catch {
      // It is there from an earlier run.
    }
    execFileSync('chpasswd', { input: `${name}:${password}` });
  });
  afterAll(() => void execFileSync('userdel', [name], { stdio: 'ignore' }));
}

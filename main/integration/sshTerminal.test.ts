import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, startSshd, stopAll, type Sshd } from '#main/ssh/testing/sshd.ts';
import { newFolder, nexus } from './nexus.testing.ts';
import { nexusOnTerminal } from './terminal.testing.ts';

let sshd: Sshd;
beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(stopAll);

/** A home that knows one host, whose key nobody has seen yet. */
async function homeWith(port = sshd.port): Promise<string> {
  const home = newFolder();
  const where = ['--address', '127.0.0.1', '--port', String(port), '--user', sshd.user];
  const how = ['--identity', sshd.key, '--agent', 'none'];
  await nexus(['host', 'add', 'web', ...where, ...how], { home });
  return home;
}

const known = (home: string): string => {
  try {
    return readFileSync(join(home, 'known_hosts'), 'utf8');
  } catch {
    return '';
  }
};

describe('nexus ssh HOST on a terminal', { timeout: 120_000 }, () => {
  it('asks about a new key, then is the shell: keys reach it, its code is the exit code', async () => {
    const home = await homeWith();
    const shell = nexusOnTerminal(home, ['ssh', 'web']);
    await shell.answer('SHA256:', '');
    await shell.answer('other: refuse > ', '1\r');
    // The prompt of whatever shell it is; what is typed comes back from the host, not from here.
    await shell.answer('#', 'echo $((6*7))\r');
    await shell.answer('42\r', "echo be''gun; sleep 1000\r");
    await shell.answer('begun', '\u0003');
    await shell.answer('#', 'stty size; exit 3\r');
    expect(await shell.ended).toBe(3);
    expect(shell.shown()).toContain('24 80\r');
    expect(known(home)).toContain('ssh-ed25519');
  });

  it('is refused by any other answer, ends as ssh does, and keeps nothing', async () => {
    const home = await homeWith();
    const shell = nexusOnTerminal(home, ['ssh', 'web']);
    await shell.answer('other: refuse > ', 'no\r');
    expect(await shell.ended).toBe(255);
    expect(shell.shown()).toContain('[question.refused]');
    expect(known(home)).toBe('');
  });

  it('is refused by Ctrl-C at the question, and the terminal is as before', async () => {
    const home = await homeWith();
    const test = nexusOnTerminal(home, ['host', 'test', 'web']);
    await test.answer('other: refuse > ', '\u0003');
    expect(await test.ended).toBe(1);
    expect(known(home)).toBe('');
  });

  it('ends with 255 where the host cannot be reached', async () => {
    // Bug caught: it was 1, which a script takes for the shell's own code.
    const home = await homeWith(await freePort());
    const shell = nexusOnTerminal(home, ['ssh', 'web']);
    expect(await shell.ended).toBe(255);
    expect(shell.shown()).toContain('[ssh.unreachable]');
  });
});

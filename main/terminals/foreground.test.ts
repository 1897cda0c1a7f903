import { describe, expect, it } from 'vitest';
import { openLocalShell } from './localShell.ts';
import { admin, openTerminals, PlayedShell, Sight, untilListed } from './terminals.testing.ts';

const size = { cols: 80, rows: 24 };

async function bash() {
  const { terminals } = openTerminals();
  const { id } = await terminals.openLocal({ ...size, shell: '/bin/bash' }, admin);
  const sight = new Sight(terminals, id);
  const type = (line: string) => terminals.input(id, `${line}\r`, 'utf8', admin);
  return { terminals, id, sight, type };
}

describe('what would be ended with a terminal', () => {
  it('is nothing at the prompt, and the program that has the terminal while one has', async () => {
    // Bug caught: an upgrade that runs for an hour is ended by a click beside it.
    const { terminals, id, sight, type } = await bash();
    type('PS1="at-the-""prompt "');
    await sight.until(({ text }) => text.includes('at-the-prompt '));
    expect(await terminals.foreground(id, admin)).toEqual({ busy: false });
    type("cat; PS1='and-''again '");
    // The echo of a line that cat has read: it has the terminal.
    await sight.until(({ text }) => text.includes('and-'));
    type('still-here');
    await sight.until(({ text }) => text.split('still-here').length > 2);
    expect(await terminals.foreground(id, admin)).toEqual({ busy: true, program: 'cat' });
    terminals.input(id, '\x04', 'utf8', admin);
    await sight.until(({ text }) => text.includes('and-again '));
    expect(await terminals.foreground(id, admin)).toEqual({ busy: false });
  });

  it('has a long name in full, without its arguments', async () => {
    // Bug caught: the question names “unattended-upg”, or a password on the command line.
    const { terminals, id, sight, type } = await bash();
    type('bash -c \'exec -a "/opt/a program with a long name" cat\' # read');
    await sight.until(({ text }) => text.includes('# read'));
    type('heard');
    await sight.until(({ text }) => text.split('heard').length > 2);
    const { program } = await terminals.foreground(id, admin);
    expect(program).toBe('a program with a long name');
  });

  it('does not count what was put into the background', async () => {
    const { terminals, id, sight, type } = await bash();
    type('sleep 600 & echo started-$((1+1))');
    await sight.until(({ text }) => text.includes('started-2'));
    type('PS1="read""y "');
    await sight.until(({ text }) => text.includes('ready '));
    expect(await terminals.foreground(id, admin)).toEqual({ busy: false });
  });

  it('is unknown on a host, so that it is asked about; and nothing once the shell is gone', async () => {
    const shell = new PlayedShell();
    const { terminals } = openTerminals({ openHostShell: async () => shell });
    const { id } = await terminals.openHost({ ...size, host: 'web-1' }, admin);
    await untilListed(terminals, id, ({ state }) => state === 'running');
    expect(await terminals.foreground(id, admin)).toEqual({ busy: true });
    shell.end({ code: 0, signal: null });
    await untilListed(terminals, id, ({ state }) => state === 'exited');
    expect(await terminals.foreground(id, admin)).toEqual({ busy: false });
  });

  it('is told to nobody who may not use the terminal', async () => {
    // Bug caught: an operator learns what the administrator runs on the machine.
    const { terminals, id } = await bash();
    const olga = { name: 'olga', role: 'operator', face: 'dashboard' } as const;
    expect(() => terminals.foreground(id, olga)).toThrow(/There is no terminal/);
  });

  it('of a shell that has just ended is no error', async () => {
    const { folder } = openTerminals();
    const env = { PATH: '/usr/bin:/bin' };
    const shell = await openLocalShell({ file: '/bin/sh', args: [], cwd: folder, env, ...size });
    const gone = new Promise((resolve) => shell.onExit(resolve));
    shell.write('exit\r');
    await gone;
    expect(await shell.foreground?.()).toMatchObject({ busy: expect.any(Boolean) });
  });
});

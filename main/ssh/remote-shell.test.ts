import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exports, fromInput, quote, withEnvironment } from './remote-shell.ts';

const SHELLS = ['/bin/sh', '/bin/bash', 'busybox sh'].map((words) => words.split(' '));

/** Runs a command line by a real shell, as sshd does by the login shell. */
function run([program, ...words]: string[], command: string, input: Buffer | string = '') {
  const done = spawnSync(program!, [...words, '-c', command], { input });
  expect(done.error).toBeUndefined();
  return done;
}

/** Anything that a process can be given: no NUL. */
const text = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({
      unit: fc.constantFrom("'", '"', '\\', '$', '`', '!', '\n', ' ', '*', '-', 'é', '~', '#'),
      maxLength: 30,
    }),
  )
  .map((value) => value.replaceAll('\0', ''));

describe('a quoted word', () => {
  it.each(SHELLS.map((words) => [words.join(' '), words] as const))(
    'is read by %s byte for byte',
    (_, shell) => {
      // Bug caught: any text that a shell runs, splits, expands or cuts.
      fc.assert(
        fc.property(fc.array(text, { minLength: 1, maxLength: 12 }), (values) => {
          const done = run(shell, `printf '%s\\0' ${values.map(quote).join(' ')}`);
          expect(done.stdout.toString()).toBe(values.map((value) => `${value}\0`).join(''));
          expect(done.stderr.toString()).toBe('');
        }),
        { numRuns: 40 },
      );
    },
  );

  it('cannot hold a NUL byte: that is refused, not cut', () => {
    expect(() => quote('a\0b')).toThrow(expect.objectContaining({ code: 'shell.nul' }));
  });
});

describe('a program from standard input', () => {
  it.each(SHELLS.map((words) => [words.join(' '), words] as const))(
    'is read by %s, and not one byte of what follows it',
    (_, shell) => {
      fc.assert(
        fc.property(text, fc.uint8Array({ maxLength: 200 }), (value, rest) => {
          const program = `printf '%s' ${quote(value)}; printf '\\0'; cat\n`;
          const { command, preamble } = fromInput(program);
          const done = run(shell, command, Buffer.concat([preamble!, Buffer.from(rest)]));
          const expected = Buffer.concat([Buffer.from(`${value}\0`), Buffer.from(rest)]);
          expect(done.stdout.equals(expected)).toBe(true);
        }),
        { numRuns: 25 },
      );
    },
  );

  it('stands on no command line: that reads the same in every login shell', () => {
    // Bug caught: fish and csh read backslashes, quotes and “!” within single quotes in their own way.
    const { command } = fromInput("echo 'secret' \\ !");
    expect(command).not.toContain('secret');
    const inside = /^exec \/bin\/sh -c '([^']*)'$/.exec(command)?.[1];
    expect(inside).toMatch(/^[^'\\!]+$/);
  });

  it('counts bytes, not characters', () => {
    const { command, preamble } = fromInput('echo é漢');
    expect(command).toContain(`count=${preamble!.length} `);
    expect(run(['/bin/sh'], command, preamble!).stdout.toString()).toBe('é漢\n');
  });

  it('that comes by half runs not at all, wherever it was cut off, and ends with an error', () => {
    // Bug caught: the connection is lost after `rm -r /srv` of `rm -r /srv/old`, and that is run.
    const { command, preamble } = fromInput('echo one; echo two /srv/old\necho three\n');
    for (let length = 0; length < preamble!.length; length += 1) {
      const done = run(['/bin/sh'], command, preamble!.subarray(0, length));
      expect([done.status, done.stdout.toString()]).toEqual([75, '']);
    }
    expect(run(['/bin/sh'], command, preamble!).stdout.toString()).toBe(
      'one\ntwo /srv/old\nthree\n',
    );
  });

  it.each([
    ['ends within a text', "cat <<'END'\nin"],
    ['ends with a backslash', 'echo a \\'],
    ['ends with newlines', 'printf x\n\n\n'],
    ['ends with a comment', 'echo a # b'],
    ['ends with an error', 'echo a; (exit 9)\n'],
    ['is empty', ''],
  ])('that %s is run as it is', (_, program) => {
    // Bug caught: what marks the end of the program becomes a part of it.
    const { command, preamble } = fromInput(program);
    for (const shell of SHELLS) {
      const plain = run(['/bin/sh'], `eval ${quote(program)}`);
      const done = run(shell, command, preamble!);
      expect([done.status, done.stdout.toString()]).toEqual([
        plain.status,
        plain.stdout.toString(),
      ]);
    }
  });
});

describe('variables', () => {
  it('reach the command with any value, and only with a name that is one', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const wrapped = withEnvironment('printf "%s\\0%s" "$A" "$B_2"', { A: a, B_2: b });
        const done = run(['/bin/sh'], wrapped.command, wrapped.preamble);
        expect(done.stdout.toString()).toBe(`${a}\0${b}`);
      }),
      { numRuns: 40 },
    );
    for (const name of ['', '1A', 'A B', 'A;id', 'A=B', '$(id)', 'Ä'])
      expect(() => exports({ [name]: 'x' })).toThrow(
        expect.objectContaining({ code: 'ssh.env_invalid' }),
      );
  });

  it('are not there, and the command goes as it is, where there are none', () => {
    expect(withEnvironment('uptime', {})).toEqual({ command: 'uptime' });
    expect(exports({})).toBe('');
  });

  it('leave the command to the user’s own shell', () => {
    const wrapped = withEnvironment('echo "$0"', { A: '1' });
    const done = spawnSync('/bin/sh', ['-c', wrapped.command], {
      input: wrapped.preamble,
      env: { PATH: process.env['PATH'], SHELL: '/bin/bash' },
    });
    expect(done.stdout.toString()).toBe('/bin/bash\n');
  });

  it('do not change the exit code, and lines before them run first', () => {
    const wrapped = withEnvironment('exit 7', { A: '1' }, 'echo first\n');
    const done = run(['/bin/sh'], wrapped.command, wrapped.preamble);
    expect(done.status).toBe(7);
    expect(done.stdout.toString()).toBe('first\n');
  });
});

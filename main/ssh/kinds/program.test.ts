import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isShell, remoteProgram } from './program.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'nexus-program-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

/** Runs it as sshd does: the command by the login shell, the program on its input, and `stdin` after that. */
function run(
  program: ReturnType<typeof remoteProgram>,
  stdin = '',
  { login = '/bin/sh', env = {} }: { login?: string; env?: Record<string, string> } = {},
) {
  const done = spawnSync(login, ['-c', program.command], {
    input: Buffer.concat([program.input, Buffer.from(stdin)]),
    env: { PATH: process.env['PATH'], HOME: dir, ...env },
    cwd: dir,
  });
  return {
    code: done.status,
    stdout: done.stdout.toString(),
    stderr: done.stderr.toString(),
  };
}

const text = fc
  .string({
    unit: fc.constantFrom('a', "'", '"', '\\', '$', '`', '!', '\n', ' ', '*', 'é', '{', '}', '#'),
    maxLength: 30,
  })
  .filter((value) => !value.includes('\0'));

describe('a script for a host', () => {
  it.each([undefined, 'bash', 'sh', 'dash -u'])(
    'gets its values, its variables and its input byte for byte: %s',
    (interpreter) => {
      // Bug caught: a value is read as a part of the script.
      fc.assert(
        fc.property(text, text, text, (value, variable, stdin) => {
          const program = remoteProgram(
            { literals: ['printf "%s\\0%s\\0" "', '" "$V"; cat'], values: [value] },
            { V: variable },
            interpreter,
          );
          expect(run(program, stdin)).toEqual({
            code: 0,
            stdout: `${value}\0${variable}\0${stdin}`,
            stderr: '',
          });
        }),
        { numRuns: 25 },
      );
    },
  );

  it('says nothing of itself on the command line', () => {
    const program = remoteProgram('echo topsecret', { V: 'variable' }, undefined);
    expect(program.command).not.toMatch(/topsecret|variable/);
    expect(program.input.toString()).toContain('topsecret');
  });

  it('stops at the first command that fails, and gives its code', () => {
    expect(run(remoteProgram('echo a; (exit 9); echo b', {}, undefined))).toMatchObject({
      code: 9,
      stdout: 'a\n',
    });
    expect(run(remoteProgram('false || echo handled', {}, 'sh')).stdout).toBe('handled\n');
  });

  it('is read by bash where there is one, else by sh, without anybody’s start-up files', () => {
    const which = 'if [ -n "${BASH_VERSION:-}" ]; then echo bash; else echo sh; fi';
    writeFileSync(join(dir, '.bashrc'), 'echo from bashrc\n');
    writeFileSync(join(dir, '.profile'), 'echo from profile\n');
    expect(run(remoteProgram(which, {}, undefined)).stdout).toBe('bash\n');
    const bin = mkdtempSync(join(dir, 'bin-'));
    for (const tool of ['dd', 'cat', 'sh'])
      symlinkSync(spawnSync('which', [tool]).stdout.toString().trim(), join(bin, tool));
    expect(run(remoteProgram(which, {}, undefined), '', { env: { PATH: bin } }).stdout).toBe(
      'sh\n',
    );
    expect(run(remoteProgram(which, {}, 'sh')).stdout).toBe('sh\n');
  });

  it('of any length comes whole: no limit of a command line counts', () => {
    const long = `: ${'x'.repeat(300_000)}\necho end`;
    const program = remoteProgram(long, {}, undefined);
    expect(program.command.length).toBeLessThan(1000);
    expect(run(program, 'rest')).toMatchObject({ code: 0, stdout: 'end\n' });
  });

  it('that came by half is not run: neither it nor what starts it', () => {
    const { command, input } = remoteProgram('echo one\necho two\n', {}, undefined);
    for (const length of [0, 10, input.length - 30, input.length - 1])
      expect(run({ command, input: input.subarray(0, length) }).stdout).toBe('');
  });

  it('of another language is handed over as it is, with its input', () => {
    const script = `import sys, os\nprint("it's $HOME", os.environ["V"], sys.stdin.read())\n`;
    const python = spawnSync('which', ['python3']).status === 0;
    if (!python) return;
    const program = remoteProgram(script, { V: '"quoted"' }, 'python3 -u');
    expect(run(program, 'in')).toEqual({ code: 0, stdout: `it's $HOME "quoted" in\n`, stderr: '' });
  });

  it('of another language may hold the very word that ends it', () => {
    const script = 'NEXUS_SCRIPT\nNEXUS_SCRIPT_\n';
    expect(run(remoteProgram(script, {}, 'cat')).stdout).toBe(`${script}\n`);
  });

  it('of another language takes no expressions, and no interpreter that is a command line', () => {
    expect(() => remoteProgram({ literals: ['a', 'b'], values: [1] }, {}, 'python3')).toThrow(
      expect.objectContaining({ code: 'shell.expression_in_script' }),
    );
    for (const interpreter of ['python3; id', 'python3 $(id)', 'a|b', "python3 'x y'", ''])
      expect(() => remoteProgram('x', {}, interpreter)).toThrow(
        expect.objectContaining({ code: 'ssh.interpreter_invalid' }),
      );
  });

  it('refuses a value that is too large to be a variable', () => {
    const values = ['x'.repeat(600 * 1024)];
    expect(() => remoteProgram({ literals: ['echo "', '"'], values }, {}, undefined)).toThrow(
      expect.objectContaining({ code: 'ssh.value_too_large' }),
    );
  });
});

it.each([
  [undefined, true],
  ['bash', true],
  ['/usr/bin/env-less/bash -x', true],
  ['  sh ', true],
  ['zsh', true],
  ['python3', false],
  ['bashful', false],
  ['node /bin/sh', false],
  ['', false],
])('the interpreter %j reads the language of sh: %s', (interpreter, is) => {
  expect(isShell(interpreter)).toBe(is);
});

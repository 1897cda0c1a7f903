import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NexusError } from '#main/base/errors.ts';
import { failureOf, harness, outputsOf, type Harness } from './harness.testing.ts';
import { shell } from './shell.ts';

let h: Harness;
beforeEach(() => {
  h = harness();
});
afterEach(() => h.remove());

const sh = (input: Record<string, unknown>) => outputsOf(shell, input, h.context);
const failure = (input: Record<string, unknown>) => failureOf(shell, input, h.context);

/** Whether a process runs (a zombie does not). */
function runs(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('shell outputs', () => {
  it('keeps stdout without its last newline, exit code and stderr apart', async () => {
    expect(await sh({ run: 'echo out; echo err >&2' })).toEqual({
      stdout: 'out',
      stderr: 'err',
      exit_code: 0,
    });
  });

  it('reads lines and blocks from $NEXUS_OUTPUT, values with = included', async () => {
    const outputs = await sh({
      run: `echo "a=1=2" >> "$NEXUS_OUTPUT"
cat >> "$NEXUS_OUTPUT" <<'X'
text<<END
two
lines
END
X`,
    });
    expect(outputs).toMatchObject({ a: '1=2', text: 'two\nlines' });
  });

  it('offers a JSON object on stdout as outputs, without an option', async () => {
    const outputs = await sh({ run: `echo '{"version": "1.2", "n": 3}'` });
    expect(outputs).toMatchObject({ version: '1.2', n: 3, json: { version: '1.2', n: 3 } });
  });

  it('does not let printed JSON forge the exit code', async () => {
    expect(await sh({ run: `echo '{"exit_code": 9}'` })).toMatchObject({ exit_code: 0 });
  });

  it('fails in json mode when stdout is not JSON, instead of passing nothing on', async () => {
    expect((await failure({ run: 'echo nope', output: 'json' })).code).toBe('shell.output_invalid');
  });

  it('cuts stdout at the limit and says so, instead of filling the memory', async () => {
    const outputs = await sh({ run: 'head -c 3000000 /dev/zero | tr "\\0" x', max_output: 1000 });
    expect(outputs['stdout']).toHaveLength(1000);
    expect(outputs['truncated']).toBe(true);
    expect(h.text('stdout')).toHaveLength(3_000_000);
  });

  it('leaves no temporary files in the run folder', async () => {
    await sh({ run: 'true' });
    expect(readdirSync(h.context.runFolder())).toEqual([]);
  });
});

describe('shell environment', () => {
  it('never hands platform secrets or unknown variables to a script', async () => {
    process.env['NEXUS_SECRET_TEST_KIND'] = 'do-not-leak';
    process.env['OTHER_TEST_KIND'] = 'nor-this';
    try {
      const { stdout } = await sh({ run: 'env', inherit_env: ['NEXUS_SECRET_TEST_KIND'] });
      expect(stdout).not.toContain('do-not-leak');
      expect(stdout).not.toContain('nor-this');
      expect(stdout).toContain('PATH=');
      const inherited = await sh({
        run: 'echo $OTHER_TEST_KIND',
        inherit_env: ['OTHER_TEST_KIND'],
      });
      expect(inherited['stdout']).toBe('nor-this');
    } finally {
      delete process.env['NEXUS_SECRET_TEST_KIND'];
      delete process.env['OTHER_TEST_KIND'];
    }
  });

  it('puts the step’s env above the workflow’s', async () => {
    h.context.env = { A: 'workflow', B: 'workflow' };
    expect((await sh({ run: 'echo $A $B', env: { B: 2 } }))['stdout']).toBe('workflow 2');
  });

  it('starts in the run folder; a relative cwd is below it', async () => {
    expect((await sh({ run: 'pwd' }))['stdout']).toBe(h.context.runFolder());
    mkdirSync(join(h.context.runFolder(), 'sub'));
    expect((await sh({ run: 'pwd', cwd: 'sub' }))['stdout']).toBe(
      join(h.context.runFolder(), 'sub'),
    );
  });

  it('names a missing folder and a missing program, and does not retry them', async () => {
    const folder = await failure({ run: 'true', cwd: '/no/such/folder' });
    expect(folder.message).toContain('/no/such/folder');
    expect(folder.details).toMatchObject({ retryable: false });
    const program = await failure({ run: 'true', interpreter: 'no-such-program-1' });
    expect(program.code).toBe('process.not_found');
    expect(program.message).toContain('no-such-program-1');
  });

  it('refuses a zero byte, which would cut the value in silence', async () => {
    expect((await failure({ run: 'true', env: { A: 'x\0y' } })).code).toBe('shell.nul_byte');
  });
});

describe('shell script', () => {
  it('stops at the first failing command and shows the last error line', async () => {
    const error = await failure({ run: 'echo gone wrong >&2\nfalse\necho never' });
    expect(error.code).toBe('shell.failed');
    expect(error.message).toContain('gone wrong');
    expect(error.details).toMatchObject({ exit_code: 1 });
    expect(h.text()).not.toContain('never');
  });

  it('carries the last lines it wrote: the cause often stands above the last line', async () => {
    const error = await failure({
      run: 'for n in $(seq 1 30); do echo "line $n" >&2; done; exit 3',
    });
    const lines = String(error.details?.['tail']).split('\n');
    expect(lines).toHaveLength(10);
    expect(lines.at(0)).toBe('line 21');
    expect(lines.at(-1)).toBe('line 30');
    const wide = await failure({
      run: 'head -c 9000 /dev/zero | tr "\\0" x >&2; echo >&2; echo y >&2; exit 3',
    });
    expect(String(wide.details?.['tail'])).toHaveLength(2000);
  });

  it('takes further exit codes for success', async () => {
    expect(await sh({ run: 'exit 3', success_codes: [0, 3] })).toMatchObject({ exit_code: 3 });
  });

  it('passes stdin of any size, byte for byte, also to a program that does not read it', async () => {
    const text = `${'ä"$(x)`\n'.repeat(50_000)}end`;
    const { stdout } = await sh({ run: 'wc -c', stdin: text });
    expect(Number(stdout)).toBe(Buffer.byteLength(text));
    expect(await sh({ run: 'true', stdin: text })).toMatchObject({ exit_code: 0 });
  });

  it('runs another interpreter, with arguments', async () => {
    const run = 'import sys; print(sys.flags.dont_write_bytecode, "from python")';
    expect((await sh({ run, interpreter: 'python3 -B' }))['stdout']).toBe('1 from python');
  });

  it('refuses expressions in a script that is not read by a shell', () => {
    const run = 'print("${{ inputs.a }}")';
    expect(shell.check?.({ run, interpreter: 'python3' })[0]?.code).toBe(
      'shell.expression_in_script',
    );
    expect(shell.check?.({ run, interpreter: '/usr/bin/zsh -f' })).toEqual([]);
    expect(shell.check?.({ run })).toEqual([]);
  });
});

describe('shell end', () => {
  it('cancel ends grandchildren that ignore SIGTERM too', async () => {
    const pids = join(h.folder, 'pids');
    const running = failure({
      run: `(trap '' TERM; sleep 600 & echo $! >> ${pids}; wait) & echo $! >> ${pids}; wait`,
      kill_grace: '100ms',
    });
    await until(
      () => existsSync(pids) && readFileSync(pids, 'utf8').trim().split('\n').length === 2,
    );
    const children = readFileSync(pids, 'utf8').trim().split('\n').map(Number);
    expect(children.every(runs)).toBe(true);
    h.controller.abort(new NexusError({ code: 'run.cancelled', message: 'Cancelled.' }));
    expect((await running).code).toBe('run.cancelled');
    await until(() => !children.some(runs));
  });

  it('lets a script clean up within the grace', async () => {
    const file = join(h.folder, 'cleaned');
    const ready = join(h.folder, 'ready');
    const running = failure({
      run: `trap 'echo bye > ${file}; exit 1' TERM; touch ${ready}; while :; do sleep 0.05; done`,
    });
    await until(() => existsSync(ready));
    h.controller.abort(new NexusError({ code: 'step.timeout', message: 'Too late.' }));
    expect((await running).code).toBe('step.timeout');
    expect(readFileSync(file, 'utf8')).toBe('bye\n');
  });

  it('does not start anything after an abort', async () => {
    const file = join(h.folder, 'started');
    h.controller.abort(new NexusError({ code: 'run.cancelled', message: 'Cancelled.' }));
    expect((await failure({ run: `touch ${file}` })).code).toBe('run.cancelled');
    expect(existsSync(file)).toBe(false);
  });

  it('does not hang on a background child that keeps the output open, and ends it', async () => {
    const { stdout } = await sh({ run: 'sleep 600 & echo $!' });
    expect(Number(stdout)).toBeGreaterThan(1);
    await until(() => !runs(Number(stdout)));
  });

  it('leaves a background child alone that let go of the output', async () => {
    const { stdout } = await sh({ run: 'sleep 600 >/dev/null 2>&1 & echo $!' });
    expect(runs(Number(stdout))).toBe(true);
    process.kill(Number(stdout), 'SIGKILL');
  });

  it('reads no faster than the log takes it', async () => {
    // 64 KiB pipe + 64 KiB stream buffer: a writer of 1 MB cannot end while the log holds the first piece.
    const done = join(h.folder, 'done');
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    let first = () => {};
    const arrived = new Promise<void>((resolve) => {
      first = resolve;
    });
    h.context.log = () => {
      first();
      return gate;
    };
    const running = sh({ run: `head -c 1000000 /dev/zero; touch ${done}`, output: 'none' });
    await arrived;
    expect(existsSync(done)).toBe(false);
    release();
    await running;
    expect(existsSync(done)).toBe(true);
  });

  it('says which signal ended a script', async () => {
    const error = await failure({ run: 'kill -9 $$' });
    expect(error.code).toBe('shell.killed');
    expect(error.details).toMatchObject({ signal: 'SIGKILL' });
  });

  it('fails the step and ends the script when the log cannot be written', async () => {
    h.context.log = () => Promise.reject(new Error('disk full'));
    expect((await failure({ run: 'echo x; sleep 600', kill_grace: 1 })).message).toBe('disk full');
  });
});

it('shell says once unless the author says that it is safe to repeat', () => {
  const effects = shell.effects as (w: Record<string, unknown>) => string;
  expect(effects({ run: 'x' })).toBe('once');
  expect(effects({ run: 'x', idempotent: true })).toBe('idempotent');
  expect(effects({ run: 'x', idempotent: '${{ true }}' })).toBe('once');
});

it('a script larger than one argument may be still runs', async () => {
  writeFileSync(join(h.folder, 'x'), '');
  expect(await sh({ run: `: '${'x'.repeat(300_000)}'\necho ok` })).toMatchObject({ stdout: 'ok' });
});

describe('shell expressions', () => {
  const hostile = `a'b"c$(touch /tmp/nexus-owned)\`id\`\\ *\n\nü😀 `;

  it('arrive byte for byte, whatever quotes are around them', async () => {
    const literals = ["printf '[%s]' ", ' "', '" \'', "'; cat <<EOF\n", '\nEOF\n'];
    const { stdout } = await sh({
      run: { literals, values: [hostile, hostile, hostile, hostile] },
    });
    expect(stdout).toBe(`[${hostile}][${hostile}][${hostile}]${hostile}`);
  });

  it('arrive whole when they are larger than a variable may be', async () => {
    const large = `${hostile.repeat(20_000)}end\n\n`;
    const { stdout } = await sh({
      run: { literals: ["printf %s '", "' | wc -c"], values: [large] },
    });
    expect(Number(stdout)).toBe(Buffer.byteLength(large));
  });

  it('never reach an interpreter that would compute with them', async () => {
    const run = { literals: ['print("', '")'], values: ['x'] };
    expect((await failure({ run, interpreter: 'python3' })).code).toBe(
      'shell.expression_in_script',
    );
  });
});

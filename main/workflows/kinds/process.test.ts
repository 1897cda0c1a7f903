import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '#contract/common.ts';
import { NexusError } from '#main/base/errors.ts';
import { code, sandbox } from './code.ts';
import { harness, outputsOf, runKind } from './harness.testing.ts';
import { interpreterOf } from './interpreter.ts';
import { type ProcessRequest, runProcess } from './process.ts';

let folder: string;
let controller: AbortController;
let heard: { stream: string; text: string }[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nexus-process-'));
  controller = new AbortController();
  heard = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
afterAll(() => sandbox.close());

const run = (script: string, more: Partial<ProcessRequest> = {}) =>
  runProcess({
    command: '/bin/bash',
    // Its standard input is a socket, for which bash would read somebody's .bashrc.
    args: ['--norc', '-c', script],
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
    signal: controller.signal,
    graceMs: 200,
    onOutput: (stream, chunk) => void heard.push({ stream, text: chunk.toString() }),
    ...more,
  });
const said = (stream: string) =>
  heard
    .filter((one) => one.stream === stream)
    .map((one) => one.text)
    .join('');
const alive = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

describe('a program', () => {
  it('ends with its code, or with the signal that ended it', async () => {
    expect(await run('exit 0')).toEqual({ exitCode: 0, killedBy: null });
    expect(await run('exit 77')).toEqual({ exitCode: 77, killedBy: null });
    expect(await run('kill -9 $$')).toEqual({ exitCode: null, killedBy: 'SIGKILL' });
  });

  it('gets its standard input whole, and the pipe’s end', async () => {
    const stdin = `${'é'.repeat(200_000)}\nend`;
    await run('cat | wc -c; cat', { stdin });
    expect(Number(said('stdout'))).toBe(Buffer.byteLength(stdin));
  });

  it('need not read what it is given', async () => {
    expect(await run('exec <&-; exit 3', { stdin: 'x'.repeat(1_000_000) })).toMatchObject({
      exitCode: 3,
    });
  });

  it('has all of its output read before it counts as ended, in the order of each stream', async () => {
    await run('for i in $(seq 3000); do echo out$i; echo err$i >&2; done');
    expect(said('stdout')).toBe(Array.from({ length: 3000 }, (_, i) => `out${i + 1}\n`).join(''));
    expect(said('stderr')).toBe(Array.from({ length: 3000 }, (_, i) => `err${i + 1}\n`).join(''));
  });

  it('is held up while its reader is busy, and not killed or cut for it', async () => {
    // Bug caught: an endless log that fills the memory because nobody waits for who writes it down.
    let most = 0;
    let open = 0;
    await run('head -c 3000000 /dev/zero', {
      async onOutput() {
        open += 1;
        most = Math.max(most, open);
        await new Promise((resolve) => setImmediate(resolve));
        open -= 1;
      },
    });
    expect(most).toBe(1);
  });

  it('whose reader fails is ended, and the failure told', async () => {
    const failing = run('echo $$ > pid; yes', {
      onOutput: () => {
        throw new NexusError({ code: 'test.full', message: 'Full.' });
      },
    });
    await expect(failing).rejects.toMatchObject({ code: 'test.full' });
    expect(alive(Number(readFileSync(join(folder, 'pid'), 'utf8')))).toBe(false);
  });

  it.each([
    ['process.not_found', { command: '/no/such/program' }],
    ['process.cwd_missing', { cwd: '/no/such/folder' }],
    ['process.environment_too_large', { env: { X: 'x'.repeat(3_000_000) } }],
  ])('that cannot be started is %s, at once', async (code, more) => {
    await expect(run('true', more)).rejects.toMatchObject({
      kind: 'operational',
      details: { retryable: false },
      code,
    });
  });
});

describe('an abort', () => {
  const reason = new NexusError({ code: 'run.cancelled', message: 'Cancelled.' });

  it('before the start starts nothing', async () => {
    controller.abort(reason);
    await expect(run('touch begun')).rejects.toBe(reason);
    expect(existsSync(join(folder, 'begun'))).toBe(false);
  });

  it('ends the whole family, also who ignores the polite way and who was stopped', async () => {
    const script = `
      trap '' TERM
      bash -c 'echo $$ > child; trap "" TERM; while :; do sleep 0.1; done' &
      bash -c 'echo $$ > stopped; kill -STOP $$; sleep 60' &
      echo $$ > parent
      while [ ! -s child ] || [ ! -s stopped ]; do sleep 0.01; done
      echo ready
      while :; do sleep 0.1; done
    `;
    const ended = run(script, {
      onOutput: (_, chunk) => {
        if (chunk.toString().includes('ready')) controller.abort(reason);
      },
    });
    await expect(ended).rejects.toBe(reason);
    // A killed process needs a moment to be gone; one that was not killed would be there for ever.
    for (const name of ['parent', 'child', 'stopped'])
      while (alive(Number(readFileSync(join(folder, name), 'utf8'))))
        await new Promise((resolve) => setImmediate(resolve));
  });

  it('lets a program that listens tidy up within its grace', async () => {
    const ended = run(
      'trap "echo tidy > done; exit" TERM; echo ready; while :; do sleep 0.02; done',
      {
        graceMs: 10_000,
        onOutput: (_, chunk) => {
          if (chunk.toString().includes('ready')) controller.abort(reason);
        },
      },
    );
    await expect(ended).rejects.toBe(reason);
    expect(readFileSync(join(folder, 'done'), 'utf8')).toBe('tidy\n');
  });
});

describe('an interpreter', () => {
  it.each([
    ['bash', true, ['--noprofile', '--norc', '-e']],
    ['/usr/local/bin/bash', true, ['--noprofile', '--norc', '-e']],
    ['bash -u', true, ['-u']],
    ['sh', true, ['-e']],
    ['dash', true, ['-e']],
    ['busybox sh', true, ['sh']],
    ['python3 -u', false, ['-u']],
    ['  node  ', false, []],
    ['pwsh', false, ['-NoProfile', '-NonInteractive', '-File']],
    ['bashful', false, []],
  ])('%j is read', (text, shell, args) => {
    expect(interpreterOf(text)).toMatchObject({ shell, args });
  });
});

describe('any data', () => {
  it('goes through the sandbox of code as it is, in and out', async () => {
    const h = harness();
    const json = fc.jsonValue({ maxDepth: 3 }).map((v) => JSON.parse(JSON.stringify(v)) as Json);
    await fc.assert(
      fc.asyncProperty(json, async (input) => {
        const { result } = await outputsOf(code, { code: 'return input', input }, h.context);
        expect(result).toEqual(input);
        const text = JSON.stringify(input);
        const made = await outputsOf(
          code,
          { code: `return ${text.replaceAll('"__proto__"', '"p"')}` },
          h.context,
        );
        expect(JSON.stringify(made['result'])).toBe(text.replaceAll('"__proto__"', '"p"'));
      }),
      { numRuns: 60 },
    );
    h.remove();
  });

  it('as code is run, or fails as code: the sandbox and this process live on', async () => {
    const h = harness();
    const piece = fc.constantFrom(
      'return ',
      '{',
      '}',
      '(',
      ')',
      '`',
      '"',
      'a',
      '1',
      ';',
      '\n',
      '//',
      '/*',
      '=>',
      'await ',
      'throw ',
      'input',
      '.',
      '[',
      ']',
      '${',
      '\\',
      '\u2028',
      'async ',
      'class ',
      '#!',
      '-->',
      'import(',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
        const outcome = await runKind(
          code,
          { code: pieces.join('') || ';', timeout: '1s' },
          h.context,
        ).then(
          () => 'done',
          (error: NexusError) => error.code,
        );
        expect(outcome).toMatch(
          /^(done|code\.(threw|never_settled|output_limit|time_limit|memory_limit))$/,
        );
        expect(await outputsOf(code, { code: 'return 6 * 7' }, h.context)).toEqual({ result: 42 });
      }),
      { numRuns: 100 },
    );
    h.remove();
  });
});

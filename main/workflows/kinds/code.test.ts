import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NexusError } from '#main/base/errors.ts';
import { code, sandbox } from './code.ts';
import { failureOf, harness, outputsOf, type Harness } from './harness.testing.ts';

let h: Harness;
beforeEach(() => {
  h = harness();
});
afterEach(() => h.remove());
afterAll(() => sandbox.close());

const run = (source: string, input: unknown = null, more: object = {}) =>
  outputsOf(code, { code: source, input, ...more }, h.context);
const failure = (source: string, more: object = {}) =>
  failureOf(code, { code: source, ...more }, h.context);

describe('code result', () => {
  it('gives what is returned, and the fields of an object as outputs', async () => {
    expect(await run('return input.a + 1', { a: 41 })).toEqual({ result: 42 });
    expect(await run('return { sum: input[0] + input[1] }', [1, 2])).toEqual({
      sum: 3,
      result: { sum: 3 },
    });
    expect(await run('1')).toEqual({ result: null });
  });

  it('awaits promises that the code resolves itself, and says when one never settles', async () => {
    expect(await run('const x = await Promise.resolve(2); return x * 2;')).toEqual({ result: 4 });
    expect((await failure('await new Promise(() => {})')).code).toBe('code.never_settled');
  });

  it('bears a comment at the end and text of any script', async () => {
    expect(await run('return input // done', 'ünï😀\u2028')).toEqual({ result: 'ünï😀\u2028' });
  });

  it('logs console in order, objects as JSON', async () => {
    await run('console.log("a", { b: 1 }); console.error(new Error("oops")); return 1');
    expect(h.text('stdout')).toBe('a {"b":1}\n');
    expect(h.text('stderr')).toContain('Error: oops');
  });

  it('names the error and its line', async () => {
    const error = await failure('const a = 1;\nnull.x;');
    expect(error.code).toBe('code.threw');
    expect(error.message).toContain('TypeError');
    expect(error.hint).toContain('line 2');
    expect((await failure('return (')).message).toContain('SyntaxError');
    expect((await failure('throw "plain"')).message).toBe('plain');
  });
});

describe('code sandbox', () => {
  it('offers nothing of the host', async () => {
    const names = `process require module Buffer fetch setTimeout XMLHttpRequest WebAssembly
      global window self postMessage parentPort importScripts Deno std os`.split(/\s+/);
    const source = `return ${JSON.stringify(names)}.filter((n) => typeof globalThis[n] !== 'undefined')`;
    expect(await run(source)).toEqual({ result: [] });
  });

  it('cannot be escaped by constructors, imports or a changed JSON', async () => {
    const source = `
      const f = console.log.constructor.constructor ?? Function;
      const reached = f('return typeof process + typeof require')();
      JSON.stringify = () => 'not json'; JSON.parse = () => ({ evil: true });
      Object.prototype.toJSON = undefined;
      let imported = 'no'; try { await import('fs'); imported = 'yes'; } catch {}
      return { reached, imported, input };`;
    expect((await run(source, { ok: 1 }))['result']).toEqual({
      reached: 'undefinedundefined',
      imported: 'no',
      input: { ok: 1 },
    });
  });

  it('does not remember anything from one script to the next', async () => {
    await run('globalThis.left = 1; Array.prototype.left = 1; return 1');
    expect(await run('return typeof left + typeof [].left')).toEqual({
      result: 'undefinedundefined',
    });
  });

  it('ends an endless loop, also inside a promise and a regular expression', async () => {
    const limit = { timeout: '200ms' };
    expect((await failure('for (;;) {}', limit)).code).toBe('code.time_limit');
    expect((await failure('await null; for (;;) {}', limit)).code).toBe('code.time_limit');
    expect((await failure('try { for (;;) {} } catch {} return 1', limit)).code).toBe(
      'code.time_limit',
    );
    const regex = 'return /^(a+)+$/.test("a".repeat(50) + "!")';
    expect((await failure(regex, limit)).code).toBe('code.time_limit');
  });

  it('bounds memory, stack and result', async () => {
    const hog = 'const a = []; for (;;) a.push({})';
    expect((await failure(hog, { memory: 16 })).code).toBe('code.memory_limit');
    expect((await failure('const f = () => f(); f()')).message).toMatch(/stack|InternalError/);
    expect((await failure('return "x".repeat(5000)', { max_output: 1000 })).code).toBe(
      'code.output_limit',
    );
    expect(await run('return 1')).toEqual({ result: 1 });
  });

  it('ends at once on cancel, in the middle of a loop', async () => {
    const running = failure('console.log("on"); for (;;) {}', { timeout: '5m' });
    while (h.logged.length === 0) await new Promise((resolve) => setImmediate(resolve));
    h.controller.abort(new NexusError({ code: 'run.cancelled', message: 'Cancelled.' }));
    expect((await running).code).toBe('run.cancelled');
  });

  it('runs scripts side by side without mixing their logs and results', async () => {
    const results = await Promise.all([1, 2, 3, 4].map((n) => run('return input * 10', n)));
    expect(results.map((r) => r['result'])).toEqual([10, 20, 30, 40]);
  });

  it('refuses an expression inside the code, which would be spliced text', () => {
    expect(code.check?.({ code: 'return ${{ inputs.a }}' })[0]?.code).toBe(
      'code.expression_in_code',
    );
    expect(code.check?.({ code: 'return `${input}`' })).toEqual([]);
  });
});

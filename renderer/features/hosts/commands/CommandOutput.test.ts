import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExecEvent } from '#contract/hostCommands.ts';
import { CommandOutput } from './CommandOutput.ts';

const base64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));
const start = (host: string): ExecEvent => ({ type: 'start', host, attempt: 1 });
const out = (
  host: string,
  text: string | Uint8Array,
  stream: 'stdout' | 'stderr' = 'stdout',
): ExecEvent => ({
  type: 'output',
  host,
  stream,
  data: base64(typeof text === 'string' ? new TextEncoder().encode(text) : text),
});
const end = (
  host: string,
  exit_code: number | null,
  more: Partial<Extract<ExecEvent, { type: 'end' }>> = {},
): ExecEvent => ({
  type: 'end',
  host,
  attempt: 1,
  exit_code,
  signal: null,
  ms: 12,
  truncated: false,
  ...more,
});
const texts = (output: CommandOutput, host?: string) => output.lines(host).map(({ text }) => text);

describe('output of a command on many hosts', () => {
  it('never mixes the lines of two hosts, and says whose each is', () => {
    const output = new CommandOutput();
    output.apply([start('a'), start('b'), out('a', 'one '), out('b', 'two\n'), out('a', 'half\n')]);
    expect(output.lines().map(({ prefix, text }) => [prefix, text])).toEqual([
      ['a', 'one half'],
      ['b', 'two'],
    ]);
    expect(texts(output, 'b')).toEqual(['two']);
  });

  it('shows a line before it ends, once', () => {
    // Bug caught: a prompt without a line break is invisible, or stands there twice.
    const output = new CommandOutput();
    output.apply([start('a'), out('a', 'Continue? ')]);
    expect(texts(output)).toEqual(['Continue? ']);
    output.apply([out('a', 'yes'), end('a', 0)]);
    expect(texts(output)).toEqual(['Continue? yes']);
  });

  it('keeps the two streams apart and marks errors', () => {
    const output = new CommandOutput();
    output.apply([start('a'), out('a', 'ou'), out('a', 'err\n', 'stderr'), out('a', 't\n')]);
    expect(output.lines('a').map(({ text, tone }) => [text, tone])).toEqual([
      ['out', undefined],
      ['err', 'warn'],
    ]);
  });

  it('shows what a carriage return leaves', () => {
    const output = new CommandOutput();
    output.apply([start('a'), out('a', '10 %\r50 %\r100 %\nwindows\r\n')]);
    expect(texts(output)).toEqual(['100 %', 'windows']);
  });

  it('is the same however it is cut into chunks, in the middle of characters too', () => {
    const text = fc.stringMatching(/^[a-zäß€😀\n]{0,60}$/u);
    fc.assert(
      fc.property(text, fc.array(fc.nat(200), { maxLength: 8 }), (whole, cuts) => {
        const bytes = new TextEncoder().encode(whole);
        const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort(
          (a, b) => a - b,
        );
        const output = new CommandOutput();
        output.apply([start('a')]);
        let from = 0;
        for (const to of [...places, bytes.length]) {
          output.apply([out('a', bytes.subarray(from, to))]);
          from = to;
        }
        output.apply([end('a', 0)]);
        const lines = whole.split('\n');
        if (lines.at(-1) === '') lines.pop();
        expect(texts(output, 'a')).toEqual(lines);
        expect(output.results[0]?.lines).toBe(lines.length);
      }),
    );
  });

  it('shows a character that never came whole', () => {
    const output = new CommandOutput();
    output.apply([start('a'), out('a', new Uint8Array([0x61, 0xe2, 0x82])), end('a', 0)]);
    expect(texts(output)).toEqual(['a\uFFFD']);
  });
});

describe('how it went on each host', () => {
  it('is the exit code, the error where there is none, and what was never begun', () => {
    const output = new CommandOutput(['a', 'b', 'c', 'd']);
    const error = { code: 'ssh.timeout', message: 'too long', kind: 'operational' as const };
    output.apply([
      ...[start('a'), end('a', 0)],
      ...[start('b'), out('b', 'no\n'), end('b', 3, { truncated: true })],
      ...[start('c'), end('c', null, { error })],
      { type: 'done', succeeded: ['a'], failed: ['b', 'c'], skipped: ['d'] },
    ]);
    expect(output.results).toMatchObject([
      { host: 'a', state: 'succeeded', exitCode: 0, ms: 12 },
      { host: 'b', state: 'failed', exitCode: 3, truncated: true, last: 'no' },
      { host: 'c', state: 'failed', exitCode: null, error: { code: 'ssh.timeout' } },
      { host: 'd', state: 'skipped' },
    ]);
  });

  it('counts attempts over a retry, and keeps the output of the first', () => {
    const output = new CommandOutput(['a', 'b']);
    output.apply([start('a'), end('a', 0), start('b'), out('b', 'first\n'), end('b', 1)]);
    output.again(['b']);
    expect(output.results.map(({ state }) => state)).toEqual(['succeeded', 'waiting']);
    output.apply([start('b'), out('b', 'second\n'), end('b', 0)]);
    expect(output.results[1]).toMatchObject({ state: 'succeeded', attempt: 2, exitCode: 0 });
    expect(texts(output, 'b')).toEqual(['first', 'second']);
  });

  it('does not go on for ever where the stream broke', () => {
    // Bug caught: after a lost connection a host runs on in the table for ever.
    const output = new CommandOutput(['a', 'b', 'c']);
    output.apply([start('a'), end('a', 0), start('b')]);
    output.stop(undefined);
    expect(output.results.map(({ state }) => state)).toEqual(['succeeded', 'failed', 'skipped']);
  });

  it('takes in 10,000 lines of 100 hosts without losing one', () => {
    const hosts = Array.from({ length: 100 }, (_, index) => `host-${index}`);
    const output = new CommandOutput(hosts);
    output.apply(hosts.map(start));
    for (let line = 0; line < 100; line += 1)
      output.apply(hosts.map((host) => out(host, `${host} line ${line}\n`)));
    output.apply(hosts.map((host) => end(host, 0)));
    expect(output.lines()).toHaveLength(10_000);
    expect(new Set(output.lines().map(({ key }) => key)).size).toBe(10_000);
    expect(output.lines('host-42').at(-1)?.text).toBe('host-42 line 99');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExecEvent } from '#contract/hostCommands.ts';
import { ResultBook } from './results.ts';

type End = Extract<ExecEvent, { type: 'end' }>;
const start = (host: string, attempt = 1): ExecEvent => ({ type: 'start', host, attempt });
const output = (host: string, data: Buffer | string, stream: 'stdout' | 'stderr' = 'stdout') =>
  ({ type: 'output', host, stream, data: Buffer.from(data as string).toString('base64') }) as const;
const end = (host: string, more: Partial<End> = {}): End => ({
  type: 'end',
  host,
  attempt: 1,
  exit_code: 0,
  signal: null,
  ms: 12.4,
  truncated: false,
  ...more,
});

async function book(named: boolean, events: ExecEvent[]) {
  const log: [string, string][] = [];
  const made = new ResultBook(named, {
    log: (stream, chunk) => void log.push([stream, chunk.toString()]),
  });
  for (const event of events) await made.take(event);
  const text = (stream: string) =>
    log
      .filter(([of]) => of === stream)
      .map(([, chunk]) => chunk)
      .join('');
  return { made, text };
}

describe('the outputs of a step on hosts', () => {
  it('are each host’s own, whoever spoke between', async () => {
    const { made } = await book(true, [
      start('a'),
      start('b'),
      output('a', 'one '),
      output('b', 'other'),
      output('a', 'two'),
      output('a', 'oops', 'stderr'),
      end('b', { ms: 99.6 }),
      end('a', { exit_code: 3, truncated: true }),
    ]);
    expect(made.results()).toEqual([
      { host: 'b', exit_code: 0, stdout: 'other', stderr: '', ms: 100 },
      { host: 'a', exit_code: 3, stdout: 'one two', stderr: 'oops', ms: 12, truncated: true },
    ]);
  });

  it('are those of the last try', async () => {
    // Bug caught: what a failed try said stands before the output of the one that went well.
    const { made, text } = await book(true, [
      start('a'),
      output('a', 'half'),
      end('a', { exit_code: 1 }),
      start('a', 2),
      output('a', 'whole'),
      end('a', { attempt: 2 }),
    ]);
    expect(made.results()).toMatchObject([{ stdout: 'whole', exit_code: 0 }]);
    expect(text('system')).toContain('a: trying again\n');
  });
});

describe('the log of a step on hosts', () => {
  it('begins each line with its host, wherever the pieces end, and loses no byte', async () => {
    // Bug caught: a letter of two bytes that comes in two pieces is written as two question marks.
    const line = fc.string({
      unit: fc.constantFrom('a', 'é', '漢', '🦊', '│', ' '),
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        async (lines, sizes, closed) => {
          const all = Buffer.from(lines.join('\n') + (closed ? '\n' : ''));
          const events: ExecEvent[] = [start('a'), start('b')];
          for (let at = 0, turn = 0; at < all.length; turn += 1) {
            const size = sizes[turn % sizes.length]!;
            events.push(output('a', all.subarray(at, at + size)), output('b', 'x\n'));
            at += size;
          }
          const { text } = await book(true, [...events, end('a'), end('b')]);
          const own = text('stdout')
            .split('\n')
            .filter((one) => one.startsWith('a │ '))
            .map((one) => one.slice(4));
          const expected =
            closed || lines.at(-1) === '' ? lines.slice(0, closed ? undefined : -1) : lines;
          expect(own).toEqual(expected);
        },
      ),
    );
  });

  it('of a single host is its output, byte for byte, and one line more only where it failed', async () => {
    const well = await book(false, [start('a'), output('a', 'no newline'), end('a')]);
    expect(well.text('stdout')).toBe('no newline');
    expect(well.text('system')).toBe('');
    const badly = await book(false, [start('a'), end('a', { exit_code: 2 })]);
    expect(badly.text('system')).toBe('a: exit code 2. (12 ms)\n');
  });

  it('does not mix a letter that was cut off with the next try', async () => {
    // Bug caught: half a letter of the first try spoils the first letter of the second.
    const half = Buffer.from('é').subarray(0, 1);
    const { text } = await book(true, [
      start('a'),
      output('a', half),
      end('a', { exit_code: 1 }),
      start('a', 2),
      output('a', 'è\n'),
      end('a', { attempt: 2 }),
    ]);
    expect(text('stdout').split('\n')).toEqual(['a │ \uFFFD', 'a │ è', '']);
  });
});

describe('what went wrong on a host', () => {
  const failure = async (...events: ExecEvent[]) =>
    (await book(true, [start('a'), ...events])).made.failure('a');

  it.each([
    [
      'the last line of its errors',
      [output('a', 'x\n'), output('a', 'one\ntwo\n', 'stderr')],
      'exit code 2: two',
    ],
    ['else of its output', [output('a', 'said\n\n')], 'exit code 2: said'],
    ['else its code alone', [], 'exit code 2.'],
  ])('is told by %s', async (_, events: ExecEvent[], message) => {
    expect(await failure(...events, end('a', { exit_code: 2 }))).toEqual({ message, exitCode: 2 });
  });

  it('names the signal that ended it', async () => {
    const ended = await failure(end('a', { exit_code: null, signal: 'KILL' }));
    expect(ended).toEqual({ message: 'it was ended by SIGKILL.', exitCode: null });
  });

  it('is the error itself where the host could not be reached', async () => {
    const error = {
      code: 'ssh.unreachable',
      message: 'no way',
      hint: 'look',
      kind: 'operational' as const,
    };
    expect(await failure(end('a', { exit_code: null, error }))).toEqual({
      code: 'ssh.unreachable',
      message: 'no way',
      hint: 'look',
      exitCode: null,
    });
  });

  it('cuts what is endless', async () => {
    const { message } = await failure(output('a', 'x'.repeat(5000)), end('a', { exit_code: 1 }));
    expect(message.length).toBeLessThan(400);
  });
});

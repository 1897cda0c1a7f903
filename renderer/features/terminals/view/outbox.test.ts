import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Input, Outbox } from './outbox.ts';

/** An outbox whose calls the test lets through one by one. */
function held() {
  const calls: { input: Input; done: () => void; fail: (error: Error) => void }[] = [];
  const errors: unknown[] = [];
  const outbox = new Outbox(
    (input) => new Promise<void>((done, fail) => calls.push({ input, done, fail })),
    (error) => errors.push(error),
  );
  const type = (data: string, encoding: Input['encoding'] = 'utf8') =>
    outbox.push({ data, encoding });
  return { calls, errors, type };
}

const turn = () => new Promise((go) => setTimeout(go));

describe('what is typed', () => {
  it('goes at once, and what follows goes together behind it', async () => {
    // Bug caught: two calls under way at the same time overtake each other.
    const { calls, type } = held();
    type('l');
    expect(calls.map(({ input }) => input.data)).toEqual(['l']);
    type('s');
    type('\r');
    expect(calls).toHaveLength(1);
    calls[0]!.done();
    await turn();
    expect(calls.map(({ input }) => input.data)).toEqual(['l', 's\r']);
  });

  it('keeps bytes and text apart, in order', async () => {
    const { calls, type } = held();
    type('a');
    type('b');
    type('\xff', 'binary');
    type('c');
    for (let i = 0; i < 4; i += 1) {
      calls[i]?.done();
      await turn();
    }
    expect(calls.map(({ input }) => `${input.encoding} ${input.data}`)).toEqual([
      'utf8 a',
      'utf8 b',
      'binary \xff',
      'utf8 c',
    ]);
  });

  it('is cut into calls without a character being cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 65_530, max: 65_540 }), async (before) => {
        const sent: string[] = [];
        const outbox = new Outbox(
          async ({ data }) => void sent.push(data),
          () => undefined,
        );
        const text = `${'x'.repeat(before)}🦊${'y'.repeat(70_000)}`;
        outbox.push({ data: text, encoding: 'utf8' });
        await turn();
        expect(sent.join('')).toBe(text);
        for (const data of sent) expect(() => encodeURI(data)).not.toThrow();
      }),
      { numRuns: 12 },
    );
  });

  it('is dropped when what came before it was lost', async () => {
    // Bug caught: the second half of a command runs without its first.
    const { calls, errors, type } = held();
    type('rm -r old');
    type('/backup\r');
    calls[0]!.fail(new Error('gone'));
    await turn();
    expect(errors).toHaveLength(1);
    expect(calls).toHaveLength(1);
    type('ls');
    await turn();
    expect(calls[1]?.input.data).toBe('ls');
  });
});

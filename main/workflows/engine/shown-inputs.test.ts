import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '#contract/common.ts';
import type { CompiledStep } from '../language/compiled.ts';
import { shownInputs } from './shown-inputs.ts';

const step = (unresolved?: readonly string[]) =>
  ({ kind: unresolved ? { unresolved } : {} }) as unknown as CompiledStep;

describe('shownInputs', () => {
  it('shows a script as it was written, with the values in their places', () => {
    // Bug caught: a person who must decide about a cut-off script sees the parser's own pieces.
    const raw = {
      run: { literals: ['cp ', ' /backup # ', '\n'], values: ['/srv', { a: 1 }] },
      cwd: '/',
    };
    expect(shownInputs(step(['run']), raw)).toEqual({
      run: 'cp /srv /backup # {"a":1}\n',
      cwd: '/',
    });
  });

  it('leaves the inputs of other kinds alone, whatever they look like', () => {
    const raw = { run: { literals: ['a'], values: [] } };
    expect(shownInputs(step(), raw)).toBe(raw);
    expect(shownInputs(step(['stdin']), raw)).toEqual(raw);
  });

  it('never changes what it was given', () => {
    // Bug caught: the step runs with the text that was only meant to be shown.
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), fc.jsonValue(), (literals, value) => {
        const raw = { run: { literals, values: literals.slice(1).map(() => value as Json) } };
        const before = JSON.stringify(raw);
        const shown = shownInputs(step(['run']), raw);
        expect(typeof (shown as { run: unknown }).run).toBe('string');
        expect(JSON.stringify(raw)).toBe(before);
      }),
    );
  });
});

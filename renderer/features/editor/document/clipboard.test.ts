import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readClipboard } from './clipboard.ts';

const step = (more: object) =>
  JSON.stringify({
    'nexus-clipboard': 1,
    steps: [{ id: 'a', yaml: 'id: a\n  uses: x', after: [], ...more }],
    notes: [],
  });

describe('what comes from the clipboard', () => {
  it.each([
    ['another id inside than outside', { yaml: 'id: b' }],
    ['two steps in the place of one', { yaml: 'id: a\n- id: b' }],
    ['text that leaves the step', { yaml: 'id: a\nname: taken' }],
    ['a second document', { yaml: 'id: a\n---\nid: b' }],
    ['a key that is not ours', { run: 'rm' }],
    ['an id that is none', { id: '../a', yaml: 'id: ../a' }],
    ['a place beyond numbers', { position: [Infinity, 0] }],
  ])('%s is refused', (_what, more) => {
    expect(readClipboard(step(more))).toBeUndefined();
  });

  it('a step as it was copied is taken', () => {
    expect(readClipboard(step({}))?.steps).toHaveLength(1);
  });

  it('whatever stands there, reading it throws nothing', () => {
    fc.assert(
      fc.property(fc.json(), fc.string(), (json, yaml) => {
        expect(
          readClipboard(`{"nexus-clipboard":1,"steps":${json},"notes":[]}`)?.notes ?? [],
        ).toEqual([]);
        readClipboard(step({ yaml: `id: a\n  x: ${yaml}` }));
      }),
    );
  });
});

import { expect, test } from 'vitest';
import type { Json } from '#contract/common.ts';
import { targetOf } from './target.ts';

test('the most telling field names the target, whatever order they came in', () => {
  // Bug caught: "runs.start" shows a dedupe id, and nobody sees which workflow was started.
  expect(targetOf({ details: { id: 'abc', workflow: 'nightly-backup' } })).toBe('nightly-backup');
  expect(targetOf({ details: { run: 'run_1' } })).toBe('run_1');
});

test('details of any shape are no target, and no crash', () => {
  // Bug caught: one entry whose details were cut to a text takes the whole page down.
  const shapes: Json[] = [null, 'cut…', 7, ['workflow'], {}, { workflow: '' }, { id: 5 }];
  for (const details of shapes) expect(targetOf({ details })).toBeUndefined();
  expect(targetOf({})).toBeUndefined();
});

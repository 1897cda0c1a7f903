import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunSummary } from '#contract/runs.ts';
import { mergeRuns } from './mergeRuns.ts';

const run = (id: number, status: RunSummary['status'] = 'running'): RunSummary => ({
  id: `run_${id}`,
  workflow: 'w',
  status,
  trigger: { kind: 'manual' },
  created_at: new Date(id * 1000).toISOString(),
  steps_total: 1,
  steps_done: 0,
  definition_hash: 'h',
});
const pages = (...items: RunSummary[][]) => ({
  pages: items.map((list) => ({ items: list })),
  pageParams: items.map(() => undefined),
});

describe('mergeRuns', () => {
  it('changes a known run where it stands, on any page', () => {
    const merged = mergeRuns(pages([run(3), run(2)], [run(1)]), [run(1, 'failed')]);
    expect(merged?.pages[1]?.items[0]?.status).toBe('failed');
    expect(merged?.pages[0]?.items).toHaveLength(2);
  });

  it('puts new runs on top, the newest first', () => {
    const merged = mergeRuns(pages([run(1)]), [run(2), run(3)]);
    expect(merged?.pages[0]?.items.map((one) => one.id)).toEqual(['run_3', 'run_2', 'run_1']);
  });

  it('never shows a run twice and never loses one', () => {
    const ids = fc.uniqueArray(fc.nat(30), { maxLength: 20 });
    fc.assert(
      fc.property(ids, fc.array(fc.nat(30), { maxLength: 20 }), (have, changed) => {
        const merged = mergeRuns(
          pages(have.map((id) => run(id))),
          changed.map((id) => run(id)),
        );
        const shown = merged?.pages.flatMap((page) => page.items.map((one) => one.id)) ?? [];
        expect(new Set(shown).size).toBe(shown.length);
        expect(new Set(shown)).toEqual(new Set([...have, ...changed].map((id) => `run_${id}`)));
      }),
    );
  });

  it('leaves a list that was never loaded alone', () => {
    expect(mergeRuns(undefined, [run(1)])).toBeUndefined();
  });
});

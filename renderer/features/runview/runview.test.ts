import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunDetail, RunStep } from '#contract/runs.ts';
import { applyEvents, runStore, travel } from '#renderer/features/editor/store/runStore.ts';
import { pairSteps } from './compareRuns.ts';
import { itemProgress, moments, runSpan, stateAt } from './replay.ts';
import { ticks, timelineBars } from './timeline.ts';

const T0 = Date.parse('2026-03-01T10:00:00.000Z');
const iso = (second: number) => new Date(T0 + second * 1000).toISOString();

function step(id: string, from?: number, to?: number, more: Partial<RunStep> = {}): RunStep {
  return {
    id,
    uses: 'shell',
    status: to !== undefined ? 'succeeded' : from !== undefined ? 'running' : 'pending',
    attempts: from === undefined ? 0 : 1,
    ...(from === undefined ? {} : { started_at: iso(from) }),
    ...(to === undefined ? {} : { ended_at: iso(to), outputs: { id } }),
    ...more,
  };
}

function run(steps: RunStep[], more: Partial<RunDetail> = {}): RunDetail {
  return {
    id: 'run_1',
    workflow: 'w',
    status: 'succeeded',
    trigger: { kind: 'manual' },
    created_at: iso(0),
    started_at: iso(0),
    ended_at: iso(10),
    steps_total: steps.length,
    steps_done: 0,
    definition_hash: 'h',
    source: 'name: w\n',
    steps,
    ...more,
  };
}

describe('replay', () => {
  const past = run([
    step('a', 0, 4),
    step('b', 4, 10, { status: 'failed', error: { code: 'x', message: 'm', kind: 'user' } }),
    step('c', undefined, undefined, { status: 'skipped' }),
  ]);

  it('shows nothing of what came later: outputs and errors before their time', () => {
    const at = (second: number) => stateAt(past, T0 + second * 1000).map((each) => each.status);
    expect(at(-1)).toEqual(['pending', 'pending', 'pending']);
    expect(at(2)).toEqual(['running', 'pending', 'pending']);
    expect(at(5)).toEqual(['succeeded', 'running', 'pending']);
    expect(at(10)).toEqual(['succeeded', 'failed', 'skipped']);
    expect(stateAt(past, T0 + 5_000)[1]?.error).toBeUndefined();
    expect(moments(past).map((moment) => (moment - T0) / 1000)).toEqual([0, 4, 10]);
  });

  const item = (index: number, from?: number, to?: number) => ({
    index,
    status: to !== undefined ? ('succeeded' as const) : ('pending' as const),
    attempts: from === undefined ? 0 : 1,
    ...(from === undefined ? {} : { started_at: iso(from) }),
    ...(to === undefined ? {} : { ended_at: iso(to), outputs: index }),
  });

  it('shows the items of a foreach step as they were: done, running, not begun', () => {
    // Bug caught: while a foreach step is replayed its items are gone, or all of them are done
    // from the first instant.
    const each = run([
      step('each', 0, 9, {
        inputs: ['a', 'b', 'c'],
        items: [item(0, 0, 3), item(1, 2, 6), item(2, 6, 9)],
      }),
    ]);
    const at = (second: number) => stateAt(each, T0 + second * 1000)[0];
    expect(at(-1)?.items).toBeUndefined();
    const seen = (second: number) => at(second)?.items?.map((one) => one.status);
    expect(seen(1)).toEqual(['running', 'pending', 'pending']);
    expect(seen(4)).toEqual(['succeeded', 'running', 'pending']);
    expect(at(4)?.items?.[1]).not.toHaveProperty('outputs');
    expect(at(4)?.items?.[1]).not.toHaveProperty('ended_at');
    expect(at(4)?.items?.[2]).toEqual({ index: 2, status: 'pending', attempts: 0 });
    expect([1, 4, 7, 9].map((second) => itemProgress(at(second)!)?.done)).toEqual([0, 1, 2, 3]);
    expect(at(9)).toBe(each.steps[0]);
  });

  it('stops at what its items did as well, not only at what its steps did', () => {
    const each = run([step('each', 0, 9, { items: [item(0, 0, 3), item(1, 2, 6)] })]);
    expect(moments(each).map((moment) => (moment - T0) / 1000)).toEqual([0, 2, 3, 6, 9]);
  });

  it('an item never shows more than it will be in the end, at any time', () => {
    const times = fc.tuple(fc.nat(9), fc.nat(9));
    fc.assert(
      fc.property(fc.array(times, { minLength: 1, maxLength: 6 }), fc.nat(12), (raw, now) => {
        const items = raw.map(([from, length], index) =>
          item(index, from, Math.min(10, from + length)),
        );
        const shown = stateAt(run([step('each', 0, 10, { items })]), T0 + now * 1000)[0]?.items;
        for (const [index, one] of (shown ?? []).entries()) {
          const [from, length] = raw[index]!;
          const to = Math.min(10, from + length);
          const word = now >= to ? 'succeeded' : now >= from ? 'running' : 'pending';
          expect(one.status).toBe(now >= 10 ? 'succeeded' : word);
          expect(one.outputs).toBe(word === 'succeeded' || now >= 10 ? index : undefined);
        }
      }),
    );
  });

  it('progress counts what failed, and what has not even a row yet', () => {
    const failed = { ...item(1, 0, 1), status: 'failed' as const };
    const items = [item(0, 0, 1), failed, item(2, 1)];
    expect(itemProgress({ items, inputs: ['a', 'b', 'c', 'd'] })).toEqual({
      done: 2,
      failed: 1,
      total: 4,
    });
    expect(itemProgress({ items })?.total).toBe(3);
    expect(itemProgress({ inputs: [1] })).toBeUndefined();
  });

  it('at its end it is the run as it is', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 6 }), (times) => {
        const some = run(
          times.map(([from, length], index) =>
            step(`s${index}`, from, Math.min(10, from + length)),
          ),
        );
        expect(stateAt(some, runSpan(some, 0)[1])).toEqual(some.steps);
      }),
    );
  });
});

describe('a run that kept steps of another', () => {
  const kept = run([step('a', -9000, -8000, { pinned: true }), step('b', 0, 10)]);

  it('does not last from the day on which they were executed', () => {
    expect(runSpan(kept, 0)).toEqual([T0, T0 + 10_000]);
    expect(moments(kept).map((moment) => (moment - T0) / 1000)).toEqual([0, 10]);
    expect(timelineBars(kept, 0).map((bar) => bar.duration)).toEqual([undefined, 10_000]);
  });

  it('has them from its beginning on', () => {
    expect(stateAt(kept, T0).map((each) => each.status)).toEqual(['succeeded', 'running']);
  });
});

describe('the store of a run', () => {
  it('a change of one step leaves the others as they are, so that their nodes sleep', () => {
    const store = runStore();
    applyEvents(store, [{ type: 'step', id: 'run_1', step: step('a', 0) }]);
    expect(store.getState().run).toBeUndefined();
    applyEvents(store, [{ type: 'run', run: run([step('a', 0), step('b')]) }]);
    const before = store.getState().steps;
    applyEvents(store, [
      { type: 'step', id: 'run_1', step: step('b', 1) },
      { type: 'run', run: run([step('a', 0), step('b', 1)]) },
    ]);
    expect(store.getState().steps.a).toBe(before.a);
    expect(store.getState().steps.b?.status).toBe('running');
  });

  it('a status closes the run with its error', () => {
    const store = runStore(run([step('a', 0)], { status: 'running', ended_at: undefined }));
    applyEvents(store, [
      {
        type: 'status',
        id: 'run_1',
        status: 'failed',
        at: iso(3),
        error: { code: 'x', message: 'm', kind: 'user' },
      },
    ]);
    expect(store.getState().run).toMatchObject({
      status: 'failed',
      ended_at: iso(3),
      error: { code: 'x' },
    });
  });

  it('while the past is looked at, news do not disturb it', () => {
    const store = runStore(run([step('a', 0, 4)]));
    travel(store, T0 + 1_000);
    expect(store.getState().steps.a?.status).toBe('running');
    applyEvents(store, [{ type: 'end', id: 'run_1' }]);
    expect(store.getState().steps.a?.status).toBe('running');
    travel(store, undefined);
    expect(store.getState().steps.a?.status).toBe('succeeded');
  });
});

describe('the timeline', () => {
  it('bars lie within the run, in order, and a running one reaches now', () => {
    const bars = timelineBars(
      run([step('a', 0, 5), step('b', 5), step('c')], { ended_at: undefined }),
      T0 + 20_000,
    );
    expect(bars.map((bar) => [bar.from, bar.to, bar.duration])).toEqual([
      [0, 0.25, 5_000],
      [0.25, 1, 15_000],
      [0, 0, undefined],
    ]);
  });

  it('items of a foreach step stand below it', () => {
    const items = [
      { index: 0, status: 'succeeded' as const, attempts: 1, started_at: iso(1), ended_at: iso(2) },
    ];
    expect(timelineBars(run([step('a', 0, 5, { items })]), 0).map((bar) => bar.label)).toEqual([
      'a',
      '[0]',
    ]);
  });

  it('the axis never has more than a handful of marks, from 1 ms to a month', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_700_000_000 }), (duration) => {
        const all = ticks(duration);
        expect(all.length).toBeLessThanOrEqual(8);
        expect(all.at(-1)).toBeLessThanOrEqual(duration);
      }),
    );
    expect(ticks(0)).toEqual([0]);
  });
});

describe('comparing runs', () => {
  it('pairs steps by id and names what differs, whatever the order of keys', () => {
    const a = run([
      step('a', 0, 1, { inputs: { x: 1, y: 2 } }),
      step('b', 1, 2),
      step('gone', 2, 3),
    ]);
    const b = run([
      step('a', 0, 9, { inputs: { y: 2, x: 1 } }),
      step('b', 1, 2, { status: 'failed', outputs: { id: 'z' } }),
      step('new', 2, 3),
    ]);
    expect(pairSteps(a, b).map((pair) => [pair.id, pair.differs])).toEqual([
      ['a', []],
      ['b', ['status', 'outputs']],
      ['gone', ['missing']],
      ['new', ['missing']],
    ]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunDetail, RunEvent, RunStep } from '#contract/runs.ts';
import { sampleRun, sampleStep, second } from '#renderer/testing/editorHarness.tsx';
import { displacedPins, pinsBack, pinsForth } from './pins.ts';
import { applyEvents, runStore, travel } from './runStore.ts';

const ids = ['a', 'b', 'c', 'constructor'];
const step = fc
  .record({
    id: fc.constantFrom(...ids),
    from: fc.nat(20),
    took: fc.option(fc.nat(20), { nil: undefined }),
    attempts: fc.integer({ min: 1, max: 4 }),
  })
  .map(
    ({ id, from, took, attempts }): RunStep =>
      sampleStep(id, from, took === undefined ? undefined : from + took, { attempts }),
  );
const event: fc.Arbitrary<RunEvent> = fc.oneof(
  step.map((one): RunEvent => ({ type: 'step', id: 'run_1', step: one })),
  fc
    .tuple(fc.constantFrom('running' as const, 'waiting' as const), fc.nat(40))
    .map(([status, at]): RunEvent => ({ type: 'status', id: 'run_1', status, at: second(at) })),
);
const fresh = (): RunDetail =>
  sampleRun([sampleStep('a'), sampleStep('b')], {
    status: 'queued',
    started_at: undefined,
    ended_at: undefined,
    steps_done: 0,
    steps_total: 4,
  });

describe('a run as the canvas shows it', () => {
  it('holds the last word about every step, one at a time or all at once', () => {
    // Bug caught: of two events in one frame the first is lost, and a node stays blue for ever.
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        const singly = runStore(fresh());
        for (const one of events) applyEvents(singly, [one]);
        const together = runStore(fresh());
        applyEvents(together, events);
        expect(together.getState().run).toEqual(singly.getState().run);
        for (const id of ids) {
          const last = events.findLast((one) => one.type === 'step' && one.step.id === id);
          const shown = Object.entries(together.getState().steps).find(([key]) => key === id)?.[1];
          if (last?.type === 'step') expect(shown).toEqual(last.step);
        }
      }),
    );
  });

  it('a step of which nothing was said is the same object as before, so that nothing draws again', () => {
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 6 }), event, (events, next) => {
        const store = runStore(fresh());
        applyEvents(store, events);
        const before = store.getState().steps;
        applyEvents(store, [next]);
        const after = store.getState().steps;
        for (const [id, old] of Object.entries(before))
          if (next.type !== 'step' || next.step.id !== id) expect(after[id]).toBe(old);
      }),
    );
  });

  it('never counts back, and never more than have ended', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        const store = runStore(fresh());
        let done = 0;
        for (const one of events) {
          applyEvents(store, [one]);
          const run = store.getState().run;
          expect(run?.steps_done).toBeGreaterThanOrEqual(done);
          done = run?.steps_done ?? 0;
        }
        expect(done).toBeLessThanOrEqual(ids.length);
      }),
    );
  });

  it('begins when it first runs and ends when it has ended, whatever comes between', () => {
    const store = runStore(fresh());
    const status = (word: 'running' | 'waiting' | 'succeeded', at: number): RunEvent => ({
      type: 'status',
      id: 'run_1',
      status: word,
      at: second(at),
    });
    applyEvents(store, [status('running', 1), status('waiting', 2), status('running', 5)]);
    expect(store.getState().run).toMatchObject({ started_at: second(1), status: 'running' });
    expect(store.getState().run?.ended_at).toBeUndefined();
    applyEvents(store, [status('succeeded', 9)]);
    expect(store.getState().run).toMatchObject({ started_at: second(1), ended_at: second(9) });
  });

  it('an event before the run itself is known changes nothing', () => {
    const store = runStore();
    applyEvents(store, [{ type: 'step', id: 'run_1', step: sampleStep('a', 0) }]);
    expect(store.getState()).toMatchObject({ run: undefined, steps: {} });
  });
});

describe('looking back', () => {
  const ended = sampleRun([sampleStep('a', 0, 4), sampleStep('b', 4, 8)]);

  it('shows what was then, and what comes meanwhile does not move it', () => {
    // Bug caught: while one looks at the second minute, an event of now throws one out of it.
    const store = runStore(ended);
    travel(store, Date.parse(second(2)));
    expect(store.getState().steps['a']?.status).toBe('running');
    expect(store.getState().steps['b']?.status).toBe('pending');
    applyEvents(store, [
      { type: 'step', id: 'run_1', step: sampleStep('b', 4, 9, { status: 'failed' }) },
    ]);
    expect(store.getState().steps['b']?.status).toBe('pending');
    travel(store, undefined);
    expect(store.getState().steps['b']?.status).toBe('failed');
  });

  it('there and back again is the run as it is', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 15 })), (times) => {
        const store = runStore(ended);
        const before = store.getState().steps;
        for (const at of times) travel(store, Date.parse(second(at)));
        travel(store, undefined);
        expect(store.getState().steps).toEqual(before);
      }),
    );
  });

  it('without a run there is nothing to look back at', () => {
    const store = runStore();
    travel(store, 5);
    expect(store.getState().at).toBeUndefined();
  });
});

describe('pinned outputs', () => {
  const pins = fc.dictionary(fc.constantFrom(...ids), fc.integer(), { noNullPrototype: true });
  const gesture = fc.record({
    renamed: fc.option(
      fc
        .tuple(fc.constantFrom(...ids), fc.constantFrom('x', 'toString'))
        .map((pair): readonly [string, string] => pair),
      { nil: undefined },
    ),
  });

  it('go there and back with every gesture', () => {
    fc.assert(
      fc.property(pins, gesture, (before, one) => {
        expect(pinsBack(pinsForth(before, one), one)).toEqual(before);
      }),
    );
  });

  it('of a step that is gone are not taken over by a new one of that name, and come back with undo', () => {
    // Bug caught: a step is deleted, another of its name added, and runs never execute it.
    const before = new Map([['b', 1]]);
    const after = new Map([
      ['a', 1],
      ['b', 1],
    ]);
    const pinned = { a: 1, b: 2 };
    const displaced = displacedPins(pinned, before, after);
    expect(displaced).toEqual({ a: 1 });
    const now = pinsForth(pinned, { displaced });
    expect(now).toEqual({ b: 2 });
    expect(pinsBack(now, { displaced })).toEqual(pinned);
  });

  it('that do not change are the same object', () => {
    const pinned = { a: 1 };
    expect(pinsForth(pinned, {})).toBe(pinned);
    expect(pinsForth(pinned, { renamed: ['other', 'x'] })).toBe(pinned);
  });
});

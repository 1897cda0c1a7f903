import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addTab,
  focusTerminal,
  layoutSchema,
  neighbour,
  neighbourTab,
  type Layout,
  type Pane,
  reconcile,
  removeTerminal,
  splitBeside,
  tabOf,
  terminalsOf,
} from './layout.ts';

const none: Layout = { tabs: [], active: undefined };
const shown = (layout: Layout) => layout.tabs.flatMap((tab) => terminalsOf(tab.pane));

const splitIds = (pane: Pane): string[] =>
  pane.kind === 'terminal' ? [] : [pane.id, ...pane.panes.flatMap(splitIds)];

function holds(layout: Layout): void {
  const all = shown(layout);
  expect(new Set(all).size).toBe(all.length);
  const ids = layout.tabs.map((tab) => tab.id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const tab of layout.tabs) {
    const splits = splitIds(tab.pane);
    expect(new Set(splits).size).toBe(splits.length);
  }
  expect(layout.active === undefined).toBe(layout.tabs.length === 0);
  if (layout.active) expect(layout.tabs.map((tab) => tab.id)).toContain(layout.active);
  const check = (pane: Pane): void => {
    if (pane.kind === 'terminal') return;
    expect(pane.panes.length).toBeGreaterThan(1);
    for (const one of pane.panes) check(one);
  };
  for (const tab of layout.tabs) {
    expect(terminalsOf(tab.pane)).toContain(tab.focused);
    check(tab.pane);
  }
  expect(layoutSchema.safeParse(JSON.parse(JSON.stringify(layout))).success).toBe(true);
}

const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
const step = fc.oneof(
  fc.record({ do: fc.constant('add' as const), id: name }),
  fc.record({ do: fc.constant('remove' as const), id: name }),
  fc.record({ do: fc.constant('focus' as const), id: name }),
  fc.record({
    do: fc.constant('split' as const),
    id: name,
    beside: name,
    direction: fc.constantFrom('row' as const, 'column' as const),
  }),
  fc.record({ do: fc.constant('list' as const), ids: fc.uniqueArray(name) }),
);

describe('the layout', () => {
  it('shows each terminal once and keeps the keyboard somewhere, whatever is done to it', () => {
    // Bug caught: a terminal on screen twice, a split with one side, a tab without a terminal.
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let layout = none;
        for (const one of steps) {
          if (one.do === 'add') layout = addTab(layout, one.id);
          else if (one.do === 'remove') layout = removeTerminal(layout, one.id);
          else if (one.do === 'focus') layout = focusTerminal(layout, one.id);
          else if (one.do === 'split')
            layout = splitBeside(layout, one.beside, one.direction, one.id);
          else {
            layout = reconcile(layout, one.ids);
            expect(shown(layout).toSorted()).toEqual(one.ids.toSorted());
          }
          holds(layout);
        }
      }),
    );
  });

  it('puts a third pane of one direction beside the others instead of into one', () => {
    const layout = splitBeside(splitBeside(addTab(none, 'a'), 'a', 'row', 'b'), 'a', 'row', 'c');
    expect(layout.tabs[0]!.pane).toMatchObject({ direction: 'row', panes: { length: 3 } });
    expect(terminalsOf(layout.tabs[0]!.pane)).toEqual(['a', 'c', 'b']);
  });

  it('gives the keyboard to the next pane when one is closed, and never types on in silence', () => {
    // Bug caught: broadcast stays on for the one terminal that is left, without its mark.
    let layout = splitBeside(addTab(none, 'a'), 'a', 'row', 'b');
    layout = { ...layout, tabs: [{ ...layout.tabs[0]!, broadcast: true }] };
    layout = removeTerminal(layout, 'b');
    expect(layout.tabs[0]).toMatchObject({ focused: 'a', broadcast: false });
    expect(removeTerminal(layout, 'a')).toEqual(none);
  });

  it('adds what another window opened without taking the reader away', () => {
    const layout = reconcile(addTab(none, 'a'), ['a', 'b']);
    expect(layout.active).toBe(tabOf(layout, 'a')!.id);
    expect(shown(layout)).toEqual(['a', 'b']);
  });

  it('goes round through panes and tabs', () => {
    const layout = addTab(splitBeside(addTab(none, 'a'), 'a', 'row', 'b'), 'c');
    const first = tabOf(layout, 'a')!;
    expect(neighbour(first, 1)).toBe('a');
    expect(neighbour(first, -1)).toBe('a');
    expect(neighbourTab(layout, 1)?.id).toBe(first.id);
    expect(neighbourTab(none, 1)).toBeUndefined();
  });
});

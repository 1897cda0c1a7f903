import { z } from 'zod';

/** A terminal, or panes beside (`row`) or below (`column`) each other. */
export type Pane =
  | { kind: 'terminal'; id: string }
  | { kind: 'split'; id: string; direction: 'row' | 'column'; panes: Pane[] };

export interface Tab {
  id: string;
  pane: Pane;
  /** The terminal that has the keyboard. */
  focused: string;
  /** Whether what is typed in one terminal of this tab goes to all of them. */
  broadcast: boolean;
}

export interface Layout {
  tabs: Tab[];
  active: string | undefined;
}

const pane: z.ZodType<Pane> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('terminal'), id: z.string() }),
    z.object({
      kind: z.literal('split'),
      id: z.string(),
      direction: z.enum(['row', 'column']),
      panes: z.array(pane).min(2).max(32),
    }),
  ]),
);

/** A layout as it is kept. */
export const layoutSchema = z.object({
  tabs: z
    .array(z.object({ id: z.string(), pane, focused: z.string(), broadcast: z.boolean() }))
    .max(64),
  active: z.string().optional(),
}) satisfies z.ZodType<unknown>;

/** The terminals of a pane, from left to right and from top to bottom. */
export function terminalsOf(pane: Pane): string[] {
  return pane.kind === 'terminal' ? [pane.id] : pane.panes.flatMap(terminalsOf);
}

/** The tab that shows a terminal. */
export function tabOf(layout: Layout, terminal: string): Tab | undefined {
  return layout.tabs.find((tab) => terminalsOf(tab.pane).includes(terminal));
}

/** A new tab at the end, in front. */
export function addTab(layout: Layout, terminal: string): Layout {
  const rest = removeTerminal(layout, terminal);
  const tab: Tab = {
    id: freeId(
      `tab-${terminal}`,
      rest.tabs.map((one) => one.id),
    ),
    pane: { kind: 'terminal', id: terminal },
    focused: terminal,
    broadcast: false,
  };
  return { tabs: [...rest.tabs, tab], active: tab.id };
}

/** `id`, with a number where it is taken: a tab or split may outlive the terminal it is named after. */
function freeId(id: string, taken: readonly string[]): string {
  let free = id;
  for (let n = 2; taken.includes(free); n += 1) free = `${id}-${n}`;
  return free;
}

function splitsOf(pane: Pane): string[] {
  return pane.kind === 'terminal' ? [] : [pane.id, ...pane.panes.flatMap(splitsOf)];
}

/** Puts `terminal` beside (or below) `beside`, and gives it the keyboard. */
export function splitBeside(
  layout: Layout,
  beside: string,
  direction: 'row' | 'column',
  terminal: string,
): Layout {
  const rest = removeTerminal(layout, terminal);
  const target = tabOf(rest, beside);
  if (!target) return addTab(rest, terminal);
  const put = (pane: Pane): Pane => {
    const added: Pane = { kind: 'terminal', id: terminal };
    if (pane.kind === 'terminal') {
      if (pane.id !== beside) return pane;
      const id = freeId(`split-${terminal}`, splitsOf(target.pane));
      return { kind: 'split', id, direction, panes: [pane, added] };
    }
    const at = pane.panes.findIndex((one) => one.kind === 'terminal' && one.id === beside);
    // A third pane in the same direction shares the space evenly instead of halving one.
    if (at >= 0 && pane.direction === direction)
      return { ...pane, panes: pane.panes.toSpliced(at + 1, 0, added) };
    return { ...pane, panes: pane.panes.map(put) };
  };
  return replaceTab(rest, { ...target, pane: put(target.pane), focused: terminal });
}

/** Takes a terminal out; an empty tab goes, and what is left of a split takes its place. */
export function removeTerminal(layout: Layout, terminal: string): Layout {
  const tab = tabOf(layout, terminal);
  if (!tab) return layout;
  const order = terminalsOf(tab.pane);
  const pane = without(tab.pane, terminal);
  if (pane) {
    const left = order.filter((id) => id !== terminal);
    const at = Math.min(order.indexOf(terminal), left.length - 1);
    const focused = tab.focused === terminal ? left[at]! : tab.focused;
    const broadcast = tab.broadcast && left.length > 1;
    return replaceTab(layout, { ...tab, pane, focused, broadcast }, false);
  }
  const at = layout.tabs.indexOf(tab);
  const tabs = layout.tabs.filter((one) => one !== tab);
  const next = tabs[Math.min(at, tabs.length - 1)]?.id;
  return { tabs, active: layout.active === tab.id ? next : layout.active };
}

function without(pane: Pane, terminal: string): Pane | undefined {
  if (pane.kind === 'terminal') return pane.id === terminal ? undefined : pane;
  const panes = pane.panes.map((one) => without(one, terminal)).filter((one) => one !== undefined);
  return panes.length > 1 ? { ...pane, panes } : panes[0];
}

/** Brings a layout in line with the terminals that there are: what is gone goes, what is new gets a tab behind. */
export function reconcile(layout: Layout, terminals: readonly string[]): Layout {
  const there = new Set(terminals);
  const shown = layout.tabs.flatMap((tab) => terminalsOf(tab.pane));
  let next = layout;
  for (const id of shown) if (!there.has(id)) next = removeTerminal(next, id);
  for (const id of terminals) {
    if (shown.includes(id)) continue;
    const { active } = next;
    next = addTab(next, id);
    if (active !== undefined) next = { ...next, active };
  }
  if (!next.tabs.some((tab) => tab.id === next.active))
    next = { ...next, active: next.tabs[0]?.id };
  return next;
}

/** Gives the keyboard to a terminal and brings its tab to the front. */
export function focusTerminal(layout: Layout, terminal: string): Layout {
  const tab = tabOf(layout, terminal);
  return tab ? replaceTab(layout, { ...tab, focused: terminal }) : layout;
}

/** The terminal before or after the focused one in its tab, round and round. */
export function neighbour(tab: Tab, step: 1 | -1): string {
  const order = terminalsOf(tab.pane);
  return order[(order.indexOf(tab.focused) + step + order.length) % order.length] ?? tab.focused;
}

/** The tab before or after the active one, round and round. */
export function neighbourTab(layout: Layout, step: 1 | -1): Tab | undefined {
  const { tabs, active } = layout;
  const at = tabs.findIndex((tab) => tab.id === active);
  return tabs[(at + step + tabs.length) % tabs.length];
}

export function replaceTab(layout: Layout, tab: Tab, activate = true): Layout {
  return {
    tabs: layout.tabs.map((one) => (one.id === tab.id ? tab : one)),
    active: activate ? tab.id : layout.active,
  };
}

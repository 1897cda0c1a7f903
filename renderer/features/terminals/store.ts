import { create } from 'zustand';
import { z } from 'zod';
import type { Terminal } from '#contract/terminals.ts';
import { keepLocally } from '#renderer/stores/keepLocally.ts';
import { type Layout, layoutSchema, reconcile, terminalsOf } from './layout.ts';
import { terminalThemes } from './view/themes.ts';
import { drawings } from './view/webglPool.ts';

const MIN_FONT = 8;
const MAX_FONT = 32;
const FONT = 13;

const keptSchema = z.object({
  layout: layoutSchema.catch({ tabs: [] }),
  fontSize: z.number().int().min(MIN_FONT).max(MAX_FONT).catch(FONT),
  theme: z.enum(terminalThemes).catch('follow'),
  drawing: z.enum(drawings).catch('auto'),
  askBeforeClosing: z.boolean().catch(true),
});

// Owner of this key: this file. It dies with the browser profile; the terminals themselves live in
// the platform, and a window without this finds each of them in a tab of its own.
const KEY = 'nexus.terminals';

function read(): z.infer<typeof keptSchema> {
  try {
    return keptSchema.parse(JSON.parse(localStorage.getItem(KEY) ?? '{}'));
  } catch {
    return keptSchema.parse({});
  }
}

/** Something that would be ended with a terminal. */
export interface Ending {
  id: string;
  title: string;
  /** The host, for a shell on another machine: what runs there is not known. */
  host: string | undefined;
  program: string | undefined;
}

interface TerminalsState {
  /** By id; undefined until the platform has told them. */
  terminals: ReadonlyMap<string, Terminal> | undefined;
  layout: Layout;
  fontSize: number;
  theme: z.infer<typeof keptSchema>['theme'];
  drawing: z.infer<typeof keptSchema>['drawing'];
  /** Terminals that are being opened: where they go is not known to the stream. */
  opening: number;
  /** A paste that waits for a person's look. */
  paste: { text: string; terminal: string } | undefined;
  /** Terminals that are closed once a person has agreed, and what would be ended with them. */
  closing: { ids: string[]; endings: Ending[] } | undefined;
  askBeforeClosing: boolean;
  searching: string | undefined;
  found: { index: number; count: number };
  /** The link under the mouse. */
  link: { terminal: string; address: string } | undefined;
}

/** The terminals and how this window shows them. */
export const useTerminals = create<TerminalsState>(() => {
  const { layout, fontSize, theme, drawing, askBeforeClosing } = read();
  return {
    terminals: undefined,
    layout: { tabs: layout.tabs, active: layout.active },
    fontSize,
    theme,
    drawing,
    askBeforeClosing,
    opening: 0,
    paste: undefined,
    closing: undefined,
    searching: undefined,
    found: { index: -1, count: 0 },
    link: undefined,
  };
});

useTerminals.subscribe((now, before) => {
  const { layout, fontSize, theme, drawing, askBeforeClosing } = now;
  const same =
    layout === before.layout &&
    fontSize === before.fontSize &&
    theme === before.theme &&
    drawing === before.drawing &&
    askBeforeClosing === before.askBeforeClosing;
  const kept = { layout, fontSize, theme, drawing, askBeforeClosing };
  if (!same) keepLocally(KEY, kept);
});

/** What the platform says there is. */
export function takeTerminals(list: readonly Terminal[]): void {
  useTerminals.setState(({ layout, opening }) => {
    const placed = new Set(layout.tabs.flatMap((tab) => terminalsOf(tab.pane)));
    const ids = list.map((terminal) => terminal.id);
    return {
      terminals: new Map(list.map((terminal) => [terminal.id, terminal])),
      layout: reconcile(layout, opening > 0 ? ids.filter((id) => placed.has(id)) : ids),
    };
  });
}

export function changeLayout(change: (layout: Layout) => Layout): void {
  useTerminals.setState(({ layout }) => ({ layout: change(layout) }));
}

/** Makes the letters larger or smaller by so many pixels; 0 is the usual size. */
export function changeFont(step: -1 | 0 | 1): void {
  useTerminals.setState(({ fontSize }) => ({
    fontSize: step === 0 ? FONT : Math.min(MAX_FONT, Math.max(MIN_FONT, fontSize + step)),
  }));
}

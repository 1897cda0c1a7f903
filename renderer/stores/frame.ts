import { create } from 'zustand';

export type PanelTab = 'terminals' | 'logs' | 'problems';

interface FrameState {
  palette: boolean;
  help: boolean;
  panel: PanelTab | null;
  lastPanel: PanelTab;
}

/** What is open around the page. */
export const useFrame = create<FrameState>(() => ({
  palette: false,
  help: false,
  panel: null,
  lastPanel: 'logs',
}));

/** Opens or closes the command palette. */
export function showPalette(open: boolean): void {
  useFrame.setState({ palette: open });
}

/** Opens the bottom panel at `tab`, or closes it with null. */
export function showPanel(tab: PanelTab | null): void {
  useFrame.setState((old) => ({ panel: tab, lastPanel: tab ?? old.lastPanel }));
}

/** Opens the bottom panel where it was, or closes it. */
export function togglePanel(): void {
  useFrame.setState((old) => ({ panel: old.panel === null ? old.lastPanel : null }));
}

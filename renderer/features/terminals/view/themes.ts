import type { ITheme } from '@xterm/xterm';

/** Looks that a person can choose; `follow` is made of the page's own colours. */
export const terminalThemes = ['follow', 'dark', 'light', 'solarized', 'contrast'] as const;
export type TerminalTheme = (typeof terminalThemes)[number];

type Named = Exclude<TerminalTheme, 'follow'>;

const names = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;

function theme(
  [background, foreground, cursor, selection]: [string, string, string, string],
  normal: readonly string[],
  bright: readonly string[],
): ITheme {
  const colours: Record<string, string | undefined> = {};
  names.forEach((name, index) => {
    colours[name] = normal[index];
    colours[`bright${name[0]!.toUpperCase()}${name.slice(1)}`] = bright[index];
  });
  return {
    background,
    foreground,
    cursor,
    cursorAccent: background,
    selectionBackground: selection,
    ...colours,
  };
}

const dark = theme(
  ['#0d1014', '#e6eaef', '#2ad4c1', '#2b4a52'],
  ['#2a313b', '#f5776f', '#50c878', '#e3b341', '#62adff', '#d79bf0', '#4fd1d9', '#c9d1da'],
  ['#8b96a5', '#ff9b94', '#7ee2a0', '#f2cc6b', '#93c7ff', '#e6bdf7', '#86e3e9', '#ffffff'],
);
const light = theme(
  ['#ffffff', '#161b22', '#006e67', '#b9dedb'],
  ['#24292f', '#b3202c', '#17703a', '#7d5300', '#0b5cad', '#86319e', '#0b6d7a', '#586172'],
  ['#586172', '#d1343f', '#1f8a49', '#946300', '#1a72ce', '#a043bb', '#11828f', '#24292f'],
);

const named: Record<Named, ITheme> = {
  dark,
  light,
  solarized: theme(
    ['#002b36', '#93a1a1', '#eee8d5', '#0f4b5a'],
    ['#073642', '#dc322f', '#859900', '#b58900', '#268bd2', '#d33682', '#2aa198', '#eee8d5'],
    ['#586e75', '#cb4b16', '#93a832', '#c9a227', '#5aa9e0', '#6c71c4', '#56c2b8', '#fdf6e3'],
  ),
  contrast: theme(
    ['#000000', '#ffffff', '#ffff00', '#264f78'],
    ['#767676', '#ff6b6b', '#5cff5c', '#ffff66', '#7fb2ff', '#ff85ff', '#66ffff', '#ffffff'],
    ['#a6a6a6', '#ff9999', '#99ff99', '#ffff99', '#adcdff', '#ffb3ff', '#b3ffff', '#ffffff'],
  ),
};

/** The colours of a look; `follow` asks the page which of its themes is on. */
export function colours(name: TerminalTheme): ITheme {
  if (name !== 'follow') return named[name];
  return document.documentElement.dataset['theme'] === 'dark' ? dark : light;
}

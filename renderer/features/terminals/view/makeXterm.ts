import type { FitAddon } from '@xterm/addon-fit';
import type { SearchAddon } from '@xterm/addon-search';
import type { Terminal as XtermTerminal } from '@xterm/xterm';
import { boundTerminal } from '#contract/terminalBounds.ts';
import type { Xterm } from './loadXterm.ts';
import { openLink, safeLink } from './openLink.ts';
import { silenceQueries } from './silenceQueries.ts';

/** A terminal with what it is extended by. */
export interface ExtendedXterm {
  terminal: XtermTerminal;
  fit: FitAddon;
  search: SearchAddon;
}

/**
 * Makes the terminal of a view. It answers no queries of programs, since the session in the platform
 * does, and it opens links only for whoever clicks them.
 *
 * @param onLink Told the link under the mouse, or undefined when it left.
 */
export function makeXterm(
  xterm: Xterm,
  looks: { fontSize: number; theme: NonNullable<XtermTerminal['options']['theme']> },
  onLink: (address: string | undefined) => void,
): ExtendedXterm {
  const hover = (_event: MouseEvent, address: string) => onLink(safeLink(address));
  const leave = () => onLink(undefined);
  const terminal = new xterm.Terminal({
    allowProposedApi: true,
    fontFamily: '"JetBrains Mono Variable", ui-monospace, monospace',
    fontSize: looks.fontSize,
    theme: looks.theme,
    // Whatever colours a program picks can be read.
    minimumContrastRatio: 4.5,
    cursorBlink: false,
    scrollback: 20_000,
    macOptionIsMeta: true,
    rightClickSelectsWord: false,
    linkHandler: {
      activate: (event, address) => openLink(event, address),
      hover,
      leave,
    },
  });
  const fit = new xterm.FitAddon();
  const search = new xterm.SearchAddon();
  terminal.loadAddon(fit);
  terminal.loadAddon(search);
  boundTerminal(terminal, new xterm.UnicodeGraphemesAddon());
  terminal.loadAddon(
    new xterm.WebLinksAddon((event, address) => openLink(event, address), {
      urlRegex: /https:\/\/[^\s"'<>\\^`{|}]*[^\s"'<>\\^`{|}.,:;!?)\]]/,
      hover,
      leave,
    }),
  );
  silenceQueries(terminal);
  return { terminal, fit, search };
}

/** What of a provider of character widths is used here, as xterm publishes it. */
interface WidthProvider {
  readonly version: string;
  wcwidth(codepoint: number): 0 | 1 | 2;
  charProperties(codepoint: number, preceding: number): number;
}

interface Widths {
  register(provider: WidthProvider): void;
  activeVersion: string;
}

/** What of xterm's terminal is used here, in the window and without one. */
interface BoundedTerminal {
  readonly cols: number;
  readonly rows: number;
  readonly unicode: Widths;
  readonly parser: {
    registerCsiHandler(
      id: { final: string },
      handler: (params: (number | number[])[]) => boolean,
    ): unknown;
  };
}

/** Sequences that xterm does as often as they say, and the names of its ways to do them. */
const REPEATED = {
  S: 'scrollUp',
  T: 'scrollDown',
  L: 'insertLines',
  M: 'deleteLines',
  I: 'cursorForwardTab',
  Z: 'cursorBackwardTab',
  b: 'repeatPrecedingCharacter',
} as const;

type Doing = (params: { params: number[]; length: number }) => boolean;

/** The longest emoji of people with their skin tones are eleven code points, and letters have fewer marks. */
const MOST_MARKS = 20;

/**
 * Keeps what untrusted output may ask of a terminal within what a screen can show. Both the screens
 * in the platform and those in windows are bounded alike, so that they show the same.
 *
 * - A count in a sequence: xterm scrolls, inserts or repeats as often as it says, two thousand million
 *   times where a file that is shown says so, and stands still meanwhile with all other terminals.
 *   More than the screen has changes nothing on it.
 * - Marks on one character: xterm keeps all of them in one cell, however many come.
 *
 * @param graphemes xterm's addon, which is activated here
 */
export function boundTerminal<Terminal extends BoundedTerminal>(
  terminal: Terminal,
  graphemes: { activate(terminal: Terminal): void },
): void {
  boundCounts(terminal);
  const { unicode } = terminal;
  const bounded: Widths = {
    register: (provider) => unicode.register(boundMarks(provider)),
    get activeVersion() {
      return unicode.activeVersion;
    },
    set activeVersion(version) {
      unicode.activeVersion = version;
    },
  };
  graphemes.activate({ unicode: bounded } as Terminal);
}

function boundCounts(terminal: BoundedTerminal): void {
  type Core = { _inputHandler: Record<(typeof REPEATED)[keyof typeof REPEATED], Doing> };
  const { _core: core } = terminal as unknown as { _core: Core };
  for (const [final, name] of Object.entries(REPEATED))
    terminal.parser.registerCsiHandler({ final }, ([count]) => {
      const { cols, rows } = terminal;
      const most = final === 'b' ? cols * rows : Math.max(cols, rows);
      if (typeof count !== 'number' || count <= most) return false;
      // xterm's own way, with the count that makes no difference.
      core._inputHandler[name]({ params: [most], length: 1 });
      return true;
    });
}

function boundMarks(provider: WidthProvider): WidthProvider {
  let marks = 0;
  return {
    version: provider.version,
    wcwidth: (codepoint) => provider.wcwidth(codepoint),
    charProperties(codepoint, preceding) {
      const properties = provider.charProperties(codepoint, preceding);
      // The lowest bit: whether it joins the one before (xterm's UnicodeService).
      if ((properties & 1) === 0) {
        marks = 0;
        return properties;
      }
      marks += 1;
      if (marks <= MOST_MARKS) return properties;
      marks = 0;
      return provider.charProperties(codepoint, 0);
    },
  };
}

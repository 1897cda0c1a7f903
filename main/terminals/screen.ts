import graphemes from '@xterm/addon-unicode-graphemes/lib/addon-unicode-graphemes.js';
import headless from '@xterm/headless/lib-headless/xterm-headless.js';
import { boundTerminal } from '#contract/terminalBounds.ts';
import { paint } from './paint.ts';
import { isSafeReply } from './safeReply.ts';
import { Unfinished } from './unfinished.ts';

/** What a screen shows, for another terminal. */
export interface Snapshot {
  /** Escape sequences that paint it into a fresh terminal. */
  text: string;
  /** What came of a sequence or a character that is not finished; it goes behind `text`. */
  rest: Uint8Array;
}

/** What a {@link Screen} is made with. */
export interface ScreenOptions {
  cols: number;
  rows: number;
  /** Lines that can be scrolled back to. */
  scrollback: number;
  /** Called with what the terminal answers to a query of the program. */
  onReply: (data: string) => void;
  /** Called with the title as the program wrote it. */
  onTitle: (title: string) => void;
}

/**
 * The screen of one session without a display: parses everything the shell writes, answers what
 * programs ask of their terminal (viewers never do, so that two of them do not answer twice), and
 * can be painted into another terminal at any moment.
 */
export class Screen {
  readonly #terminal: InstanceType<typeof headless.Terminal>;
  readonly #unfinished = new Unfinished();
  #unparsed = 0;
  /** Everything behind something that must wait until all before it is parsed. */
  #waiting: { writes: boolean; run: () => void }[] = [];

  constructor({ cols, rows, scrollback, onReply, onTitle }: ScreenOptions) {
    this.#terminal = new headless.Terminal({
      cols,
      rows,
      scrollback,
      allowProposedApi: true,
      logLevel: 'off',
    });
    boundTerminal(this.#terminal, new graphemes.UnicodeGraphemesAddon());
    this.#terminal.onData((data) => {
      if (isSafeReply(data)) onReply(data);
    });
    this.#terminal.onTitleChange(onTitle);
  }

  /** @param done called when it is parsed */
  write(data: Uint8Array, done: () => void): void {
    const run = () => {
      this.#unparsed += 1;
      this.#terminal.write(data, () => {
        this.#unparsed -= 1;
        this.#unfinished.parsed(data, inSequence(this.#terminal));
        done();
        this.#goOn();
      });
    };
    if (this.#waiting.length === 0) run();
    else this.#waiting.push({ writes: true, run });
  }

  /** Takes effect between the writes before it and those after it. */
  resize(cols: number, rows: number): void {
    this.#settled(() => this.#terminal.resize(cols, rows));
  }

  /** All that was written before this call. */
  snapshot(): Promise<Snapshot> {
    return new Promise((resolve) =>
      this.#settled(() =>
        resolve({ text: paint(this.#terminal), rest: this.#unfinished.bytes.slice() }),
      ),
    );
  }

  dispose(): void {
    this.#waiting = [];
    this.#terminal.dispose();
  }

  #settled(run: () => void): void {
    if (this.#waiting.length === 0 && this.#unparsed === 0) run();
    else this.#waiting.push({ writes: false, run });
  }

  #goOn(): void {
    for (;;) {
      const next = this.#waiting[0];
      if (!next || (!next.writes && this.#unparsed > 0)) return;
      this.#waiting.shift();
      next.run();
    }
  }
}

/** Whether the parser is in the middle of an escape sequence: its state of rest is 0. */
function inSequence(terminal: object): boolean {
  type Inside = { _core: { _inputHandler: { _parser: { currentState: number } } } };
  return (terminal as Inside)._core._inputHandler._parser.currentState !== 0;
}

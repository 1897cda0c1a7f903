import graphemes from '@xterm/addon-unicode-graphemes/lib/addon-unicode-graphemes.js';
import serializer from '@xterm/addon-serialize/lib/addon-serialize.js';
import headless from '@xterm/headless/lib-headless/xterm-headless.js';
import { isSafeReply } from './safeReply.ts';

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

// The serialize addon leaves these out; the headless terminal has no public way to read them.
interface Core {
  buffer: { scrollTop: number; scrollBottom: number };
  coreService: {
    isCursorHidden: boolean;
    decPrivateModes: { cursorStyle?: string; cursorBlink?: boolean };
  };
  coreMouseService: { activeEncoding: string };
}

/**
 * The screen of one session without a display: parses everything the shell writes, answers what
 * programs ask of their terminal (viewers never do, so that two of them do not answer twice), and
 * can be painted into another terminal at any moment.
 */
export class Screen {
  readonly #terminal: InstanceType<typeof headless.Terminal>;
  readonly #serializer = new serializer.SerializeAddon();
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
    this.#terminal.loadAddon(new graphemes.UnicodeGraphemesAddon());
    this.#terminal.loadAddon(this.#serializer);
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

  /** Escape sequences that paint all that was written before this call into a fresh terminal. */
  snapshot(): Promise<string> {
    return new Promise((resolve) => this.#settled(() => resolve(this.#serialize())));
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

  #serialize(): string {
    const painted = this.#serializer.serialize();
    const { buffer, coreService, coreMouseService } = (this.#terminal as unknown as { _core: Core })
      ._core;
    const { cursorX, cursorY } = this.#terminal.buffer.active;
    let modes = '';
    if (buffer.scrollTop !== 0 || buffer.scrollBottom !== this.#terminal.rows - 1) {
      // Setting the margins moves the cursor, which counts from the top margin in origin mode.
      const row = this.#terminal.modes.originMode ? cursorY - buffer.scrollTop : cursorY;
      modes += `\x1b[${buffer.scrollTop + 1};${buffer.scrollBottom + 1}r`;
      modes += `\x1b[${row + 1};${Math.min(cursorX, this.#terminal.cols - 1) + 1}H`;
    }
    if (coreMouseService.activeEncoding === 'SGR') modes += '\x1b[?1006h';
    if (coreMouseService.activeEncoding === 'SGR_PIXELS') modes += '\x1b[?1016h';
    modes += cursorStyle(coreService.decPrivateModes);
    if (coreService.isCursorHidden) modes += '\x1b[?25l';
    return painted + modes;
  }
}

// DECSCUSR: 1 and 2 block, 3 and 4 underline, 5 and 6 bar; the odd ones blink.
function cursorStyle({
  cursorStyle: style,
  cursorBlink,
}: Core['coreService']['decPrivateModes']): string {
  const first = { block: 1, underline: 3, bar: 5 }[style ?? ''];
  return first === undefined ? '' : `\x1b[${first + (cursorBlink ? 0 : 1)} q`;
}

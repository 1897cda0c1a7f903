import { StringDecoder } from 'node:string_decoder';

type State = 'text' | 'escape' | 'csi' | 'string' | 'stringEscape';

/** A string sequence without an end must not swallow the rest of a log. */
const LONGEST_STRING = 65_536;

/** Takes two cells: East Asian wide characters and emoji (UAX #11). */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;

/**
 * Turns terminal output into plain text, piece by piece: escape sequences (ECMA-48, with the string
 * kinds OSC, DCS, SOS, PM, APC) and control characters go, lines end with `\n`. A sequence that is
 * cut in two by the end of a piece is recognised, so what stands around it becomes one text, in
 * which a secret can be found.
 */
export class PlainText {
  readonly #cols: () => number;
  #decoder = new StringDecoder('utf8');
  #state: State = 'text';
  #afterReturn = false;
  #stringLength = 0;
  /** Cells of the line that are taken, as far as can be told without a screen. */
  #cells = 0;
  /** A log begins in the middle of a line, behind a prompt: the first line’s cells are not known. */
  #firstLine = true;
  /** A space behind the right border, held back until it is known what it means. */
  #space = '';

  /** @param cols width of the terminal at the moment, in cells */
  constructor(cols: () => number = () => 80) {
    this.#cols = cols;
  }

  write(bytes: Uint8Array): string {
    return this.#strip(this.#decoder.write(Buffer.from(bytes)));
  }

  /** The rest of a character that never came to its end. */
  end(): string {
    return this.#strip(this.#decoder.end()) + this.#held();
  }

  #strip(text: string): string {
    let out = '';
    let at = 0;
    while (at < text.length) {
      if (this.#state !== 'text') {
        this.#step(text.charCodeAt(at));
        at += 1;
        continue;
      }
      CONTROL.lastIndex = at;
      const found = CONTROL.exec(text)?.index ?? text.length;
      if (found > at) {
        out += this.#lineEnd() + this.#take(text.slice(at, found));
        at = found;
        continue;
      }
      out += this.#control(text.charCodeAt(at));
      at += 1;
    }
    return out;
  }

  /**
   * A return alone means that the line is written again: a line of its own in a log. Behind a space in
   * the first cell after the right border it means none: so shells (readline) go over the border with
   * what is typed, and a secret that is typed there must stay in one piece to be found.
   */
  #lineEnd(): string {
    if (!this.#afterReturn) return this.#held();
    this.#afterReturn = false;
    this.#cells = 0;
    const wrapped = this.#space !== '';
    this.#space = '';
    return wrapped ? '' : '\n';
  }

  #take(text: string): string {
    this.#cells += WIDE.test(text) ? widthOf(text) : text.length;
    const behind = this.#cells > 1 && this.#cells % this.#cols() === 1;
    if (!text.endsWith(' ') || !(behind || this.#firstLine)) return text;
    this.#space = ' ';
    return text.slice(0, -1);
  }

  #held(): string {
    const held = this.#space;
    this.#space = '';
    return held;
  }

  #control(code: number): string {
    if (code === 0x0d) {
      this.#afterReturn = true;
      return '';
    }
    if (code === 0x0a) {
      this.#afterReturn = false;
      this.#cells = 0;
      this.#firstLine = false;
      return `${this.#held()}\n`;
    }
    if (code === 0x08) this.#cells = Math.max(0, this.#cells - 1);
    if (code === 0x09) return `${this.#lineEnd()}\t`;
    if (code === 0x1b) this.#state = 'escape';
    else if (code === 0x9b) this.#state = 'csi';
    else if ([0x90, 0x98, 0x9d, 0x9e, 0x9f].includes(code)) this.#openString();
    return '';
  }

  #openString(): void {
    this.#state = 'string';
    this.#stringLength = 0;
  }

  #step(code: number): void {
    // Cancel and substitute end any sequence (ECMA-48, 8.3.6 and 8.3.148).
    if (code === 0x18 || code === 0x1a) this.#state = 'text';
    else if (this.#state === 'string') {
      this.#stringLength += 1;
      if (code === 0x07 || code === 0x9c || this.#stringLength > LONGEST_STRING)
        this.#state = 'text';
      else if (code === 0x1b) this.#state = 'stringEscape';
    } else if (code === 0x1b) this.#state = 'escape';
    else if (this.#state === 'csi') {
      if (code >= 0x40 && code <= 0x7e) this.#state = 'text';
    } else this.#afterEscape(code);
  }

  #afterEscape(code: number): void {
    const letter = String.fromCharCode(code);
    if (letter === '[') this.#state = 'csi';
    else if ('PX]^_'.includes(letter)) this.#openString();
    // Intermediate bytes: the final one is still to come.
    else if (code >= 0x20 && code <= 0x2f) this.#state = 'escape';
    else this.#state = 'text';
  }
}

const widthOf = (text: string): number =>
  Array.from(text).reduce((cells, char) => cells + (WIDE.test(char) ? 2 : 1), 0);

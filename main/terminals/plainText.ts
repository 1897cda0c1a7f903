import { StringDecoder } from 'node:string_decoder';

type State = 'text' | 'escape' | 'csi' | 'string' | 'stringEscape';

/** A string sequence without an end must not swallow the rest of a log. */
const LONGEST_STRING = 65_536;

// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;

/**
 * Turns terminal output into plain text, piece by piece: escape sequences (ECMA-48, with the string
 * kinds OSC, DCS, SOS, PM, APC) and control characters go, lines end with `\n`. A sequence that is
 * cut in two by the end of a piece is recognised, so what stands around it becomes one text, in
 * which a secret can be found.
 */
export class PlainText {
  #decoder = new StringDecoder('utf8');
  #state: State = 'text';
  #afterReturn = false;
  #stringLength = 0;

  write(bytes: Uint8Array): string {
    return this.#strip(this.#decoder.write(Buffer.from(bytes)));
  }

  /** The rest of a character that never came to its end. */
  end(): string {
    return this.#strip(this.#decoder.end());
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
        out += this.#lineEnd() + text.slice(at, found);
        at = found;
        continue;
      }
      out += this.#control(text.charCodeAt(at));
      at += 1;
    }
    return out;
  }

  /** A return alone means that the line is written again: a line of its own in a log. */
  #lineEnd(): string {
    const end = this.#afterReturn ? '\n' : '';
    this.#afterReturn = false;
    return end;
  }

  #control(code: number): string {
    if (code === 0x0d) {
      this.#afterReturn = true;
      return '';
    }
    if (code === 0x0a) {
      this.#afterReturn = false;
      return '\n';
    }
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

/** A place in a text. */
export class Cursor {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  /** The character here, or `ahead` further on; empty at the end. */
  peek(ahead = 0): string {
    return this.text[this.at + ahead] ?? '';
  }

  next(): string {
    const c = this.text[this.at] ?? '';
    this.at += 1;
    return c;
  }

  /** Whether the rest starts with `prefix`. */
  sees(prefix: string): boolean {
    return this.text.startsWith(prefix, this.at);
  }

  /** Takes everything up to, not including, `end` (an offset). */
  until(end: number): string {
    const part = this.text.slice(this.at, end);
    this.at = end;
    return part;
  }
}

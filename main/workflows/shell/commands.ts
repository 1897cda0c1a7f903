import { BuiltinUse } from './builtin-use.ts';
import type { Cursor } from './cursor.ts';
import {
  arithmetic,
  arithmeticEnd,
  type Binding,
  subscript,
  substituted,
  unquotedPart,
} from './expansion.ts';
import { announce, readBodies } from './here-document.ts';
import { MARK, type Use } from './marks.ts';

/** After these words a command starts. */
const OPENERS = new Set([
  'if',
  'then',
  'else',
  'elif',
  'while',
  'until',
  'do',
  '!',
  '{',
  'time',
  'coproc',
]);
const COMPARISON = /(^|\s)-(eq|ne|lt|le|gt|ge)$/;

/**
 * Shell text in which commands stand, up to the `)` that closes it (not taken) or to the end.
 * Keeps just enough of the grammar to know what quotes, parentheses and `#` mean: words, `case`,
 * here-documents, arithmetic.
 */
export function commands(at: Cursor, binding: Binding, end: ')' | ''): string {
  return new CommandText(at, binding, end).read();
}

class CommandText {
  readonly #at: Cursor;
  readonly #binding: Binding;
  readonly #end: ')' | '';
  readonly #out: string[] = [];
  /** The word being read as far as it is plain text; undefined once it holds anything quoted or expanded. */
  #word: string | undefined = '';
  #inWord = false;
  #commandStarts = true;
  /** The word before the one at hand, for `-eq`. */
  #before = '';
  /** Where the word being read begins. */
  #wordStart = 0;
  readonly #builtin: BuiltinUse;
  /** Of each `case` that is open: before `in`, in a pattern, or in commands. */
  readonly #cases: ('word' | 'pattern' | 'body')[] = [];

  constructor(at: Cursor, binding: Binding, end: ')' | '') {
    this.#at = at;
    this.#builtin = new BuiltinUse(binding.integers);
    const usageAt = (offset: number) => this.#builtin.use(this.#begun(offset));
    this.#binding = { ...binding, usageAt };
    this.#end = end;
  }

  // The word as it is written up to an offset, without its quotes.
  #begun(offset: number): string {
    const start = this.#inWord ? this.#wordStart : offset;
    return this.#at.text.slice(start, offset).replace(/["'\\]/g, '');
  }

  #beginWord(): void {
    if (!this.#inWord) this.#wordStart = this.#at.at;
    this.#inWord = true;
  }

  read(): string {
    const at = this.#at;
    while (!at.done) {
      if (at.peek() === ')' && this.#closes()) break;
      this.#step();
    }
    this.#endWord();
    return this.#out.join('');
  }

  #step(): void {
    const at = this.#at;
    const c = at.peek();
    if (c === MARK || this.#isQuotedNumber()) this.#value();
    else if (c === '#' && !this.#inWord) this.#comment();
    else if (c === '\n') this.#newline();
    else if (c === ' ' || c === '\t') {
      this.#endWord();
      this.#out.push(at.next());
    } else if (at.sees('<<') && !at.sees('<<<')) this.#hereDocument();
    else if (';&|'.includes(c)) this.#separator();
    else if (c === '(' || c === ')') this.#parenthesis();
    else if (c === '<' || c === '>') {
      this.#endWord(true);
      this.#out.push(at.sees('<<<') ? at.until(at.at + 3) : at.next());
    } else if (c === '[' && this.#commandStarts && /^[A-Za-z_]\w*$/.test(this.#word ?? '')) {
      this.#out.push(subscript(at, this.#binding));
      this.#word = undefined;
    } else this.#wordPart();
  }

  #wordPart(): void {
    this.#beginWord();
    const part = unquotedPart(this.#at, this.#binding);
    if (part !== undefined) {
      this.#word = undefined;
      this.#out.push(part);
      return;
    }
    const c = this.#at.next();
    if (this.#word !== undefined) this.#word += c;
    this.#out.push(c);
  }

  #value(): void {
    const length = this.#at.peek() === MARK ? 1 : 3;
    const use = this.#useOf(length);
    this.#beginWord();
    this.#at.at += length;
    this.#word = undefined;
    this.#out.push(`"${this.#binding.marks.take(use)}"`);
  }

  // The quotes around a whole operand make no difference to a comparison of numbers.
  #isQuotedNumber(): boolean {
    const word = this.#at.text.slice(this.#at.at, this.#at.at + 3);
    return (word === `"${MARK}"` || word === `'${MARK}'`) && this.#useOf(3) === 'number';
  }

  // `[[ a -eq b ]]` evaluates both sides as arithmetic.
  #useOf(length: number): Use {
    const end = this.#at.at + length;
    const after = /^\s+-(eq|ne|lt|le|gt|ge)\s/.test(this.#at.text.slice(end, end + 20));
    if (after || COMPARISON.test(this.#before)) return 'number';
    return this.#builtin.use(this.#begun(this.#at.at));
  }

  #comment(): void {
    const at = this.#at;
    while (!at.done && at.peek() !== '\n') {
      const c = at.next();
      this.#out.push(c === MARK ? this.#binding.marks.take('text') : c);
    }
  }

  #newline(): void {
    this.#endWord();
    this.#out.push(this.#at.next());
    this.#commandStarts = true;
    this.#builtin.reset();
    if (this.#binding.pending.length > 0) this.#out.push(readBodies(this.#at, this.#binding));
  }

  #hereDocument(): void {
    // A number before it is a file descriptor; either way the word ends here.
    this.#endWord(true);
    this.#at.at += 2;
    announce(this.#at, this.#binding, (text) => {
      const index = this.#out.push(text) - 1;
      return (other) => {
        this.#out[index] = other;
      };
    });
  }

  #separator(): void {
    this.#endWord();
    const at = this.#at;
    const caseEnd = /^;(;&|;|&)/.exec(at.text.slice(at.at, at.at + 3));
    if (caseEnd && this.#cases.at(-1) === 'body') {
      this.#cases[this.#cases.length - 1] = 'pattern';
      this.#out.push(at.until(at.at + caseEnd[0].length));
    } else this.#out.push(at.next());
    this.#commandStarts = true;
    this.#builtin.reset();
  }

  /** Whether the `)` here ends this text. */
  #closes(): boolean {
    this.#endWord();
    return this.#end === ')' && this.#cases.at(-1) !== 'pattern';
  }

  #parenthesis(): void {
    const at = this.#at;
    const wasWord = this.#inWord;
    const commandStarted = this.#commandStarts;
    const starts = commandStarted && !wasWord;
    const inPattern = this.#cases.at(-1) === 'pattern';
    if (at.peek() === ')') {
      if (inPattern) this.#cases[this.#cases.length - 1] = 'body';
      this.#out.push(at.next());
      this.#reset(true);
      return;
    }
    if (starts && !inPattern && at.sees('((')) {
      const end = arithmeticEnd(at.text, at.at + 2);
      if (end >= 0) {
        this.#out.push(at.until(at.at + 2), arithmetic(at, end, this.#binding), at.until(end + 2));
        this.#reset(false);
        return;
      }
    }
    const substitution = /[<>]/.test(at.text[at.at - 1] ?? '');
    this.#out.push(at.next());
    this.#endWord();
    // The `(` before a pattern may be written; the one in `@(a|b)` belongs to a word.
    if (inPattern && !wasWord) return;
    const inner = substitution ? substituted(at, this.#binding) : commands(at, this.#binding, ')');
    this.#out.push(inner, at.next());
    // `name()`: what follows is the body of a function.
    if (wasWord && inner.trim() === '' && commandStarted) return this.#reset(true);
    this.#inWord = true;
    this.#word = undefined;
  }

  #reset(commandStarts: boolean): void {
    this.#builtin.reset();
    this.#word = '';
    this.#inWord = false;
    this.#commandStarts = commandStarts;
  }

  /** @param redirection the word so far is at most a file descriptor */
  #endWord(redirection = false): void {
    if (!this.#inWord) return;
    const word = this.#word;
    this.#before = word ?? '';
    const opens = this.#commandStarts && OPENERS.has(word ?? '');
    if (!redirection && !opens) this.#builtin.word(this.#begun(this.#at.at));
    this.#inWord = false;
    this.#word = '';
    const state = this.#cases.at(-1);
    if (state === 'word' && word === 'in') this.#cases[this.#cases.length - 1] = 'pattern';
    else if (
      word === 'esac' &&
      (state === 'pattern' || (state === 'body' && this.#commandStarts))
    ) {
      this.#cases.pop();
      this.#commandStarts = false;
    } else if (word === 'case' && this.#commandStarts && state !== 'pattern') {
      this.#cases.push('word');
      this.#commandStarts = false;
    } else if (!redirection && !opens) this.#commandStarts = false;
  }
}

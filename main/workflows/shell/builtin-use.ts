import type { Use } from './marks.ts';

/** Commands that give variables their attributes. */
const DECLARING = new Set(['declare', 'typeset', 'local']);
const TESTS = new Set(['[[', '[', 'test']);
/** What may stand before the name of a command. */
const TRANSPARENT = new Set(['builtin', 'command']);
const NAME = /^[A-Za-z_]\w*$/;

/**
 * Follows one command word by word, to know where bash takes a word for arithmetic or for the name
 * of a variable. Both are evaluated again, whatever quotes stand around them: the subscript in
 * `let "n = a[$(id)]"`, `declare -i`, `[[ -v a[$(id)] ]]`, `printf -v` or `read` is run.
 */
export class BuiltinUse {
  readonly #integers: Set<string>;
  #command = '';
  #integer = false;
  #reference = false;
  #before = '';

  /** @param integers variables that the script has declared as whole numbers so far. */
  constructor(integers: Set<string>) {
    this.#integers = integers;
  }

  /** Another command begins. */
  reset(): void {
    // The && and || of a test are its own.
    if (this.#command === '[[' && this.#before !== ']]') return;
    this.#command = '';
    this.#integer = false;
    this.#reference = false;
    this.#before = '';
  }

  /** A word has ended. @param text the word as it is written. */
  word(text: string): void {
    const name = /^([A-Za-z_]\w*)\+?=/.exec(text)?.[1] ?? (NAME.test(text) ? text : undefined);
    if (this.#command === '') {
      if (!/^[A-Za-z_]\w*(\[[^\]]*\])?\+?=/.test(text) && !TRANSPARENT.has(text))
        this.#command = text;
    } else if (DECLARING.has(this.#command)) {
      if (/^-[A-Za-z]+$/.test(text)) {
        this.#integer ||= text.includes('i');
        this.#reference ||= text.includes('n');
      } else if (this.#integer && name !== undefined) this.#integers.add(name);
    }
    this.#before = text;
  }

  /** How a value is used that follows `begun`, the beginning of its word as it is written. */
  use(begun: string): Use {
    const command = this.#command;
    if (command === '') {
      const assigned = /^([A-Za-z_]\w*)\+?=/.exec(begun)?.[1];
      return assigned !== undefined && this.#integers.has(assigned) ? 'number' : 'text';
    }
    if (command === 'let') return 'number';
    if (DECLARING.has(command)) {
      if (this.#integer) return 'number';
      return this.#reference || !begun.includes('=') ? 'key' : 'text';
    }
    // No program is called that: it is the beginning of `[[ ( -v x ) ]]`.
    if (command === '-v') return 'key';
    if (this.#before === '-v' && (command === 'printf' || TESTS.has(command))) return 'key';
    // The value of an option such as the prompt is text; what else it is given are names.
    if (command === 'read') return /^-[A-Za-z]*[dinNptu]$/.test(this.#before) ? 'text' : 'key';
    return 'text';
  }
}

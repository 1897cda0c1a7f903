import { NexusError } from '#main/base/errors.ts';

/** Stands for an expression in a script's text; no script can hold this character itself. */
export const MARK = '\0';

/** How the value of an expression is used where it stands. */
export type Use =
  /** As data: any bytes. */
  | 'text'
  /** As arithmetic, which bash evaluates again (`a[$(id)]` would run a command): only a number may come. */
  | 'number'
  /** As a subscript: a number or a plain key. */
  | 'key';

/** Hands out the variables of one script's expressions, in their order. */
export class Marks {
  readonly #texts: readonly string[];
  #next = 0;

  constructor(texts: readonly string[]) {
    this.#texts = texts;
  }

  /**
   * The expansion that stands for the next expression, without quotes.
   * @throws NexusError `shell.unsafe_value`
   */
  take(use: Use): string {
    const index = this.#next;
    this.#next += 1;
    const text = this.#texts[index]!;
    const expansion = `\${${variableName(index)}}`;
    if (use === 'number') {
      if (!/^\s*[+-]?(\d+|0[xX][0-9A-Fa-f]+)\s*$/.test(text))
        throw unsafe(text, 'arithmetic, where it must be a whole number');
      return /^\s*[+-]/.test(text) ? `(${expansion})` : expansion;
    }
    if (use === 'key' && !/^-?[\w.]*$/.test(text))
      throw unsafe(text, 'a subscript, where it must be a number or a plain word');
    return expansion;
  }

  /** Passes over an expression that is dropped with the text around it. */
  skip(): void {
    this.#next += 1;
  }
}

/** Name of the variable that carries the value of the expression at `index` (0-based). */
export function variableName(index: number): string {
  return `NEXUS_EXPR_${index + 1}`;
}

function unsafe(text: string, where: string): NexusError {
  const shown = text.length > 40 ? `${text.slice(0, 39)}…` : text;
  return new NexusError({
    code: 'shell.unsafe_value',
    message: `The value “${shown}” stands in ${where}.`,
    hint: 'A shell would evaluate it as code. Compute it in the expression, or check it first.',
    details: { retryable: false },
  });
}

/** An expression where no shell can take a value. */
export function misplaced(where: string, instead: string): NexusError {
  return new NexusError({
    code: 'shell.misplaced_expression',
    message: `An expression cannot stand in ${where}.`,
    hint: instead,
    details: { retryable: false },
  });
}

/** A text cut at its `${{ }}`: `literals` has one more entry than `expressions`. */
export interface Template {
  literals: string[];
  expressions: TemplateExpression[];
  /** Why the cutting stopped, and where (0-based). */
  error?: { message: string; offset: number };
}

export interface TemplateExpression {
  /** CEL text between the braces, trimmed. */
  text: string;
  /** Offset of `text` in the whole, 0-based, in UTF-16 units. */
  offset: number;
  /** Offset of the opening `${{` in the whole. */
  start: number;
  /** Offset just after the closing `}}` in the whole. */
  end: number;
}

const OPEN = '${{';

/** Whether a text holds anything to evaluate or to unescape. */
export function hasExpression(text: string): boolean {
  return text.includes(OPEN);
}

/**
 * Cuts a text at its expressions. `$${{` stands for a literal `${{`. Braces and quotes inside the
 * expression are understood, so `${{ {"a": {"b": "}}"}} }}` is one expression.
 */
export function splitTemplate(text: string): Template {
  const literals: string[] = [];
  const expressions: TemplateExpression[] = [];
  let literal = '';
  let at = 0;
  for (;;) {
    const open = text.indexOf(OPEN, at);
    if (open < 0) break;
    if (text[open - 1] === '$' && open - 1 >= at) {
      literal += text.slice(at, open - 1) + OPEN;
      at = open + OPEN.length;
      continue;
    }
    literal += text.slice(at, open);
    const close = endOfExpression(text, open + OPEN.length);
    if (close < 0) {
      literals.push(literal + text.slice(open));
      return {
        literals,
        expressions,
        error: { message: 'The expression is not closed: }} is missing.', offset: open },
      };
    }
    const raw = text.slice(open + OPEN.length, close);
    const lead = raw.length - raw.trimStart().length;
    literals.push(literal);
    literal = '';
    at = close + 2;
    expressions.push({ text: raw.trim(), offset: open + OPEN.length + lead, start: open, end: at });
  }
  literals.push(literal + text.slice(at));
  return { literals, expressions };
}

/** Whether the whole text is one expression, so that the value keeps its type. */
export function isWhole(template: Template): boolean {
  return (
    template.expressions.length === 1 &&
    !template.error &&
    template.literals[0]!.trim() === '' &&
    template.literals[1]!.trim() === ''
  );
}

/** Offset of the `}}` that ends the expression starting at `at`, or -1. */
function endOfExpression(text: string, at: number): number {
  let depth = 0;
  for (let i = at; i < text.length; i += 1) {
    const c = text[i]!;
    if (c === '"' || c === "'") {
      i = endOfString(text, i);
      if (i < 0) return -1;
    } else if (c === '{') depth += 1;
    else if (c === '}') {
      if (depth === 0) return text[i + 1] === '}' ? i : -1;
      depth -= 1;
    }
  }
  return -1;
}

/** Offset of the last character of the CEL string that starts at `at`, or -1. */
function endOfString(text: string, at: number): number {
  const quote = text[at]!;
  const raw = /[rR]/.test(text[at - 1] ?? '') && !/\w/.test(text[at - 2] ?? '');
  const mark = text.startsWith(quote.repeat(3), at) ? quote.repeat(3) : quote;
  for (let i = at + mark.length; i < text.length; i += 1) {
    if (text[i] === '\\' && !raw) i += 1;
    else if (text.startsWith(mark, i)) return i + mark.length - 1;
  }
  return -1;
}

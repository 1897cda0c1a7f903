import { Cursor } from './cursor.ts';
import type { HereDocument } from './here-document.ts';
import { MARK, type Marks, misplaced, type Use } from './marks.ts';
import { ansiQuoted, singleQuoted } from './quoted.ts';

/** What the parts of one script share. */
export interface Binding {
  marks: Marks;
  /** Here-documents announced and not yet read. */
  pending: HereDocument[];
  /** Reads text in which commands stand: `$(…)` holds what a whole script may hold. */
  commands(at: Cursor, binding: Binding, end: ')' | ''): string;
  /** A word that no line of the script is. */
  freshDelimiter(): string;
  /** How the command at hand uses a value at this offset, quoted or not; left out: as data. */
  usageAt?: ((offset: number) => Use) | undefined;
  /** Variables that the script declares as whole numbers: what is assigned to them is computed. */
  integers: Set<string>;
}

/** How a value at the cursor is used inside quotes. */
function quotedUse(at: Cursor, { usageAt }: Binding): Use {
  return usageAt?.(at.at) ?? 'text';
}

/** From after the opening `"` to after the closing one. */
export function doubleQuoted(at: Cursor, binding: Binding): string {
  let out = '"';
  while (!at.done && at.peek() !== '"') out += quotedPart(at, binding);
  if (!at.done) out += at.next();
  return out;
}

/** One piece of text in which only `\`, `$` and backticks mean something: double quotes, here-documents. */
export function quotedPart(at: Cursor, binding: Binding): string {
  const use = quotedUse(at, binding);
  const c = at.next();
  if (c === MARK) return binding.marks.take(use);
  if (c === '\\') {
    if (at.done) return c;
    const escaped = at.next();
    // A path such as "C:\${{ x }}": the backslash is meant as one, and must not disarm the `$`.
    return escaped === MARK ? `\\\\${binding.marks.take(use)}` : c + escaped;
  }
  if (c === '$') return dollar(at, binding, true);
  if (c === '`') return backticks(at, binding, true);
  return c;
}

/** From after a `$`: `$(…)`, `$((…))`, `${…}`, or just the `$`. */
export function dollar(at: Cursor, binding: Binding, quoted: boolean): string {
  if (at.peek() === MARK) return '\\$';
  if (at.sees('((')) {
    const end = arithmeticEnd(at.text, at.at + 2);
    if (end >= 0) {
      at.at += 2;
      return `$((${arithmetic(at, end, binding)}${at.until(end + 2)}`;
    }
  }
  if (at.peek() === '(') {
    at.next();
    return `$(${substituted(at, binding)}${at.next()}`;
  }
  if (at.peek() === '{') {
    at.next();
    return parameter(at, binding, quoted);
  }
  return '$';
}

/**
 * The commands of a substitution, up to its `)`. A here-document announced before it on the line has
 * its body after the whole line, not after the first line of the substitution.
 */
export function substituted(at: Cursor, binding: Binding): string {
  const inner: Binding = { ...binding, pending: [] };
  const commands = binding.commands(at, inner, ')');
  binding.pending.push(...inner.pending);
  return commands;
}

/** Offset of the `))` that closes the arithmetic starting at `at`, or -1 where it is `$( (…) … )`. */
export function arithmeticEnd(text: string, at: number): number {
  let depth = 0;
  for (let i = at; i < text.length; i += 1) {
    const c = text[i];
    if (c === '\\') i += 1;
    else if (c === '(') depth += 1;
    else if (c === ')') {
      if (depth === 0) return text[i + 1] === ')' ? i : -1;
      depth -= 1;
    }
  }
  return -1;
}

/** Arithmetic up to the offset `end`. */
export function arithmetic(at: Cursor, end: number, binding: Binding): string {
  let out = '';
  while (at.at < end) out += special(at, binding, 'number', false) ?? at.next();
  return out;
}

/**
 * What means something almost anywhere: expressions, escapes, quotes, expansions. Undefined where
 * an ordinary character stands.
 */
function special(at: Cursor, binding: Binding, use: Use, quoteValue: boolean): string | undefined {
  switch (at.peek()) {
    case MARK: {
      const wanted = use === 'text' ? quotedUse(at, binding) : use;
      at.next();
      const expansion = binding.marks.take(wanted);
      return quoteValue ? `"${expansion}"` : expansion;
    }
    case '\\':
      return escape(at, binding, use);
    case "'":
      if (use !== 'text') return undefined;
      at.next();
      return singleQuoted(at, binding.marks, binding.usageAt);
    case '"':
      if (use !== 'text') return undefined;
      at.next();
      return doubleQuoted(at, binding);
    case '$':
      at.next();
      if (at.peek() === "'" && use === 'text') {
        at.next();
        return ansiQuoted(at, binding.marks, binding.usageAt);
      }
      return dollar(at, binding, false);
    case '`':
      at.next();
      return backticks(at, binding, false);
    default:
      return undefined;
  }
}

// Outside quotes a backslash only quotes what follows; the value is quoted anyway.
function escape(at: Cursor, binding: Binding, use: Use): string {
  at.next();
  if (at.done) return '\\';
  const wanted = use === 'text' ? quotedUse(at, binding) : use;
  const c = at.next();
  return c === MARK ? `"${binding.marks.take(wanted)}"` : `\\${c}`;
}

/** {@link special} where words are split and values must be quoted. */
export function unquotedPart(at: Cursor, binding: Binding): string | undefined {
  return special(at, binding, 'text', true);
}

/** From after `${` to after the `}`. */
function parameter(at: Cursor, binding: Binding, quoted: boolean): string {
  let out = '${';
  while (/[#!\w@*?$-]/.test(at.peek()) && !/^[-?]/.test(name(out) ? at.peek() : '')) {
    if (at.peek() === '#' && name(out)) break;
    out += at.next();
  }
  if (at.peek() === MARK)
    throw misplaced(
      'the name of a variable',
      'Give the value to a variable with env, or choose with case.',
    );
  if (at.peek() === '[') out += subscript(at, binding);
  return out + operand(at, binding, quoted);
}

// Whether a name has been read after `${`, `${#` or `${!`.
function name(out: string): boolean {
  return /^\$\{[#!]?[\w@*?$-]/.test(out);
}

/** `[…]`, with the brackets. */
export function subscript(at: Cursor, binding: Binding): string {
  let out = at.next();
  while (!at.done && at.peek() !== ']') out += special(at, binding, 'key', false) ?? at.next();
  return at.done ? out : out + at.next();
}

function operand(at: Cursor, binding: Binding, quoted: boolean): string {
  let out = '';
  const slice = at.peek() === ':' && !'-=?+'.includes(at.peek(1) || ' ');
  // In "${x:-'a'}" the single quotes are text; in "${x#'a'}" they quote.
  const isWord = /^:?[-=?+]/.test(at.text.slice(at.at, at.at + 2));
  while (!at.done && at.peek() !== '}') {
    if (slice) out += special(at, binding, 'number', false) ?? at.next();
    else if (!quoted || !isWord) out += unquotedPart(at, binding) ?? at.next();
    else if (at.peek() === '"') {
      at.next();
      out += doubleQuoted(at, binding);
    } else out += quotedPart(at, binding);
  }
  return at.done ? out : out + at.next();
}

/**
 * From after an opening backtick. With an expression inside it becomes `$(…)`, because within
 * backticks one level of backslashes is eaten before anything is read.
 */
export function backticks(at: Cursor, binding: Binding, quoted: boolean): string {
  const start = at.at;
  let end = start;
  while (end < at.text.length && at.text[end] !== '`') end += at.text[end] === '\\' ? 2 : 1;
  const raw = at.until(Math.min(end, at.text.length));
  const closed = !at.done;
  if (closed) at.next();
  if (!raw.includes(MARK)) return `\`${raw}${closed ? '`' : ''}`;
  const plain = raw.replace(quoted ? /\\([$`\\"])/g : /\\([$`\\])/g, '$1');
  const inner = binding.commands(new Cursor(plain), { ...binding, pending: [] }, '');
  // The line break ends a comment; the space keeps `$((` from becoming arithmetic.
  return `$( ${inner}\n)`;
}

import { Cursor } from './cursor.ts';
import { type Binding, quotedPart } from './expansion.ts';
import { MARK, misplaced } from './marks.ts';

/** A here-document between its announcement (`<<EOF`) and its body. */
export interface HereDocument {
  /** The line that ends it. */
  delimiter: string;
  /** Whether the delimiter was quoted: nothing is expanded in the body. */
  literal: boolean;
  /** `<<-`: leading tabs are stripped. */
  stripTabs: boolean;
  /** Replaces the delimiter where it was announced. */
  rename(delimiter: string): void;
}

/**
 * From after `<<`. `put` is given the text of the announcement, and answers with a function that
 * replaces it.
 */
export function announce(
  at: Cursor,
  binding: Binding,
  put: (text: string) => (text: string) => void,
): void {
  const stripTabs = at.peek() === '-';
  if (stripTabs) at.next();
  const start = at.at;
  while (/[ \t]/.test(at.peek())) at.next();
  const blank = at.text.slice(start, at.at);
  const wordStart = at.at;
  const { delimiter, literal } = readDelimiter(at);
  const operator = `<<${stripTabs ? '-' : ''}${blank}`;
  const replace = put(operator + at.text.slice(wordStart, at.at));
  if (delimiter === '' && !literal) return;
  binding.pending.push({
    delimiter,
    literal,
    stripTabs,
    rename: (word) => replace(operator + word),
  });
}

function readDelimiter(at: Cursor): { delimiter: string; literal: boolean } {
  let delimiter = '';
  let literal = false;
  while (!at.done && !/[\s;&|<>()]/.test(at.peek())) {
    const c = at.next();
    if (c === '\\') {
      literal = true;
      delimiter += at.next();
    } else if (c === '"' || c === "'") {
      literal = true;
      while (!at.done && at.peek() !== c) delimiter += at.next();
      at.next();
    } else delimiter += c;
  }
  if (delimiter.includes(MARK)) {
    throw misplaced('the delimiter of a here-document', 'Write a fixed word after <<.');
  }
  return { delimiter, literal };
}

/** Reads the bodies of all announced documents; the cursor stands at the start of a line. */
export function readBodies(at: Cursor, binding: Binding): string {
  let out = '';
  for (const document of binding.pending.splice(0)) out += readBody(at, document, binding);
  return out;
}

function readBody(at: Cursor, document: HereDocument, binding: Binding): string {
  const start = at.at;
  let bodyEnd = at.text.length;
  let end = at.text.length;
  let line = start;
  while (line < at.text.length) {
    const newline = at.text.indexOf('\n', line);
    const lineEnd = newline < 0 ? at.text.length : newline;
    const text = at.text.slice(line, lineEnd);
    if ((document.stripTabs ? text.replace(/^\t+/, '') : text) === document.delimiter) {
      bodyEnd = line;
      end = lineEnd;
      break;
    }
    line = lineEnd + 1;
  }
  const body = at.text.slice(start, bodyEnd);
  const last = at.text.slice(bodyEnd, end);
  at.at = end;
  if (!document.literal) return expandedBody(body, binding) + last;
  if (!body.includes(MARK)) return body + last;
  // The document becomes one in which the shell expands, with its own text escaped against that.
  const fresh = binding.freshDelimiter();
  document.rename(fresh);
  const escaped = body.replace(/[\\$`]/g, '\\$&');
  const bound = escaped.replaceAll(MARK, () => binding.marks.take('text'));
  return bound + last.replace(document.delimiter, () => fresh);
}

function expandedBody(body: string, binding: Binding): string {
  const at = new Cursor(body);
  const inner = { ...binding, pending: [], usageAt: undefined };
  let out = '';
  while (!at.done) out += quotedPart(at, inner);
  return out;
}

/**
 * Places in a text where an expression (CEL) stands: inside `${{ }}`, or all of it when `bare`.
 * String literals of the expression may hold `}}`.
 */
export function expressionSpans(text: string, bare: boolean): [number, number][] {
  const spans: [number, number][] = [];
  let at = text.indexOf('${{');
  if (at === -1) return bare && text !== '' ? [[0, text.length]] : [];
  while (at !== -1) {
    const end = endOf(text, at + 3);
    if (end === -1) break;
    spans.push([at + 3, end]);
    at = text.indexOf('${{', end + 2);
  }
  return spans;
}

function endOf(text: string, from: number): number {
  let quote = '';
  for (let at = from; at < text.length; at += 1) {
    const char = text[at] as string;
    if (quote !== '') {
      if (char === '\\') at += 1;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '}' && text[at + 1] === '}') return at;
  }
  return -1;
}

/** Where `text` speaks of step `id`: the reference from `steps` on, e.g. `steps.build` or `steps["build"]`. */
export interface StepReference {
  from: number;
  to: number;
  id: string;
}

/** What an expression names by an id of its author's: `steps.build`, `inputs.host`. */
export type Root = 'steps' | 'inputs';

// `.?` is CEL's way to ask for what may be missing.
const REST = String.raw`\s*(?:\.\s*\??([A-Za-z_][A-Za-z0-9_]*)|\[\s*(["'])([^"'\\\]]*)\2\s*\])`;
const REFERENCE = {
  steps: new RegExp(`steps${REST}`, 'y'),
  inputs: new RegExp(`inputs${REST}`, 'y'),
};

/** Every mention of a step (or an input) in the expressions of a text; those inside string literals do not count. */
export function references(text: string, bare: boolean, root: Root = 'steps'): StepReference[] {
  return expressionSpans(text, bare).flatMap(([from, to]) => referencesIn(text, from, to, root));
}

function referencesIn(text: string, from: number, to: number, root: Root): StepReference[] {
  const pattern = REFERENCE[root];
  const found: StepReference[] = [];
  let quote = '';
  for (let at = from; at < to; at += 1) {
    const char = text[at] as string;
    if (quote !== '') {
      if (char === '\\') at += 1;
      else if (char === quote) quote = '';
      continue;
    }
    if (char === '"' || char === "'") {
      quote = char;
      continue;
    }
    if (char !== root[0] || /[\w.]/.test(before(text, at, from))) continue;
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (!match || match.index + match[0].length > to) continue;
    found.push({ from: at, to: at + match[0].length, id: match[1] ?? match[3] ?? '' });
    at += match[0].length - 1;
  }
  return found;
}

function before(text: string, at: number, from: number): string {
  let index = at - 1;
  while (index >= from && text[index] === ' ') index -= 1;
  // White space parts words but not a member access: `a . steps`.
  return index < at - 1 && text[index] !== '.' ? ' ' : (text[index] ?? '');
}

/** The text with every mention of the steps (or inputs) in `names` led to their new ids. */
export function renameInText(
  text: string,
  names: ReadonlyMap<string, string>,
  bare: boolean,
  root: Root = 'steps',
): string {
  let result = '';
  let at = 0;
  for (const reference of references(text, bare, root)) {
    const to = names.get(reference.id);
    if (to === undefined) continue;
    const written = text.slice(reference.from, reference.to);
    result += text.slice(at, reference.from) + rewrite(written, reference.id, to, root);
    at = reference.to;
  }
  return result + text.slice(at);
}

function rewrite(written: string, from: string, to: string, root: Root): string {
  const bracket = /["']/.exec(written);
  if (bracket)
    return written.replace(`${bracket[0]}${from}${bracket[0]}`, `${bracket[0]}${to}${bracket[0]}`);
  // A dash means minus after a dot.
  return /^[A-Za-z_]\w*$/.test(to)
    ? written.slice(0, written.length - from.length) + to
    : `${root}['${to}']`;
}

/** Keys whose text is an expression even without `${{ }}`. */
export const bareKeys: ReadonlySet<string> = new Set(['if', 'foreach', 'dedupe']);

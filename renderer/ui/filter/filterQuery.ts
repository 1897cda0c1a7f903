/** One condition of a typed query: `status:failed,cancelled`, `-workflow:x*`, or a bare word. */
export interface FilterTerm {
  /** Lower case; absent for a bare word, which any text of the row may contain. */
  field?: string;
  /** Any of these; `*` stands for any characters. */
  values: string[];
  negate: boolean;
}

const TERM = /(-?)(?:([A-Za-z_]+):)?((?:"(?:[^"\\]|\\.)*"|[^\s"])+)/g;

function splitValues(text: string): string[] {
  const values: string[] = [];
  let current = '';
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const char = text[index];
    if (quoted && char === '\\' && index + 1 < text.length) {
      index += 1;
      current += text[index];
    } else if (char === '"') quoted = !quoted;
    else if (char === ',' && !quoted) {
      values.push(current);
      current = '';
    } else current += char;
  }
  values.push(current);
  return values.filter((value) => value !== '');
}

/** Reads a typed query. Never fails: what is not a condition is a word to look for. */
export function parseFilter(text: string): FilterTerm[] {
  const terms: FilterTerm[] = [];
  for (const [, minus, field, rest] of text.matchAll(TERM)) {
    const values = field ? splitValues(rest ?? '') : [splitValues(rest ?? '').join(',')];
    if (values.length === 0 || values[0] === '') continue;
    terms.push({ ...(field ? { field: field.toLowerCase() } : {}), values, negate: minus === '-' });
  }
  return terms;
}

function quote(value: string): string {
  const plain = value !== '' && !/[\s",\\:]/.test(value) && !value.startsWith('-');
  return plain ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;
}

/** Writes a query that {@link parseFilter} reads back. */
export function formatFilter(terms: readonly FilterTerm[]): string {
  return terms
    .map((term) => {
      const values = term.values.map(quote).join(',');
      return `${term.negate ? '-' : ''}${term.field ? `${term.field}:` : ''}${values}`;
    })
    .join(' ');
}

function matchGlob(pattern: string, text: string): boolean {
  const parts = pattern.toLowerCase().split('*');
  const subject = text.toLowerCase();
  const first = parts[0] ?? '';
  if (parts.length === 1) return subject === first;
  const last = parts.at(-1) ?? '';
  if (!subject.startsWith(first)) return false;
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = subject.indexOf(part, from);
    if (found === -1) return false;
    from = found + part.length;
  }
  return subject.length - last.length >= from && subject.endsWith(last);
}

/** What a row shows to filters: for each field its text, or several. */
export type FilterFields = Record<string, string | readonly string[] | undefined>;

/** Whether a row meets every term. A term about a field the row does not have is not met. */
export function matchFilter(terms: readonly FilterTerm[], fields: FilterFields): boolean {
  return terms.every((term) => {
    const texts = term.field ? [fields[term.field] ?? []].flat() : Object.values(fields).flat();
    const hit = term.values.some((value) =>
      texts.some((text) => {
        if (text === undefined) return false;
        if (term.field) return matchGlob(value, text);
        return text.toLowerCase().includes(value.toLowerCase());
      }),
    );
    return hit !== term.negate;
  });
}

/** Sets or removes the one (not negated) term about `field` and keeps the others. */
export function withTerm(text: string, field: string, values: readonly string[]): string {
  const others = parseFilter(text).filter((term) => term.field !== field || term.negate);
  return formatFilter(
    values.length === 0 ? others : [...others, { field, values: [...values], negate: false }],
  );
}

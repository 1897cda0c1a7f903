import { type Cursor } from './cursor.ts';
import { MARK, type Marks, type Use } from './marks.ts';

/** How a value at an offset is used. */
type UsageAt = ((offset: number) => Use) | undefined;

/** From after the opening `'` to after the closing one: the value leaves the quotes for a moment. */
export function singleQuoted(at: Cursor, marks: Marks, usageAt?: UsageAt): string {
  let out = "'";
  while (!at.done) {
    const use = usageAt?.(at.at) ?? 'text';
    const c = at.next();
    if (c === MARK) out += `'"${marks.take(use)}"'`;
    else out += c;
    if (c === "'") break;
  }
  return out;
}

/** From after `$'`. A backslash before an expression is meant as a backslash. */
export function ansiQuoted(at: Cursor, marks: Marks, usageAt?: UsageAt): string {
  let out = "$'";
  while (!at.done) {
    const use = usageAt?.(at.at) ?? 'text';
    const c = at.next();
    if (c === '\\' && !at.done) {
      const escaped = at.next();
      out += escaped === MARK ? `\\\\'"${marks.take(use)}"$'` : c + escaped;
    } else if (c === MARK) out += `'"${marks.take(use)}"$'`;
    else {
      out += c;
      if (c === "'") break;
    }
  }
  return out;
}

import { type Cursor } from './cursor.ts';
import { MARK, type Marks } from './marks.ts';

/** From after the opening `'` to after the closing one: the value leaves the quotes for a moment. */
export function singleQuoted(at: Cursor, marks: Marks): string {
  let out = "'";
  while (!at.done) {
    const c = at.next();
    if (c === MARK) out += `'"${marks.take('text')}"'`;
    else out += c;
    if (c === "'") break;
  }
  return out;
}

/** From after `$'`. A backslash before an expression is meant as a backslash. */
export function ansiQuoted(at: Cursor, marks: Marks): string {
  let out = "$'";
  while (!at.done) {
    const c = at.next();
    if (c === '\\' && !at.done) {
      const escaped = at.next();
      out += escaped === MARK ? `\\\\'"${marks.take('text')}"$'` : c + escaped;
    } else if (c === MARK) out += `'"${marks.take('text')}"$'`;
    else {
      out += c;
      if (c === "'") break;
    }
  }
  return out;
}

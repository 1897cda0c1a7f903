import { isMap } from 'yaml';
import { type Command, setWorkflow } from './commands.ts';
import { belongsEnd, columnOf, contentEnd, isFlow, pairStart } from './layout.ts';
import { at } from './Plan.ts';
import { nextLine, nodeAt, type Path } from './Source.ts';
import type { TextChange } from './TextChange.ts';

/** Makes a list of one of what stands at `path`, as it stands there: its lines move right, and keep their comments. */
export function intoList(path: Path): Command {
  return (source) => {
    const value = at(source.value ?? null, path);
    if (value === undefined || value === null || Array.isArray(value)) return { changes: [] };
    const node = nodeAt(source, path);
    const first = isMap(node) ? node.items[0] : undefined;
    if (!isMap(node) || isFlow(node) || !first || node.anchor || node.tag?.startsWith('!'))
      return setWorkflow(path, [value])(source);
    const { text } = source;
    const start = pairStart(first);
    const end = belongsEnd(source, contentEnd(source, node), columnOf(source, start) - 1);
    const changes: TextChange[] = [{ from: start, to: start, insert: '- ' }];
    for (let line = nextLine(text, start); line < end; line = nextLine(text, line)) {
      if (/[^\r\n]/.test(text[line] ?? '')) changes.push({ from: line, to: line, insert: '  ' });
    }
    return { changes };
  };
}

import { isAlias, isMap, isNode, isSeq, type Node, visit } from 'yaml';
import { belongsEnd, columnOf, contentEnd, dashes, isFlow } from './layout.ts';
import type { GraphStep, StepList } from './graph.ts';
import { lineStart, nodeAt, type Source } from './Source.ts';

/** The lines of one step: offsets of its first character and behind its last. */
export interface StepPlace {
  list: StepList;
  index: number;
  from: number;
  to: number;
}

/** Where every step of the text stands, in order. */
export function stepPlaces(source: Source): StepPlace[] {
  if (source.errors.length > 0) return [];
  return (['steps', 'on_failure'] as const).flatMap((list) => {
    const seq = nodeAt(source, [list]);
    if (!isSeq(seq)) return [];
    const marks = isFlow(seq) ? [] : dashes(seq);
    return seq.items.map((item, index) => {
      const node = item as Node;
      const mark = marks[index] ?? node.range?.[0] ?? 0;
      const end = Math.max(
        mark + 1,
        isMap(node) ? contentEnd(source, node) : (node.range?.[1] ?? 0),
      );
      return { list, index, from: mark, to: end };
    });
  });
}

/** The step whose lines hold `offset`. */
export function stepAt(source: Source, steps: readonly GraphStep[], offset: number) {
  const place = stepPlaces(source).find(
    (each) => offset >= lineStart(source.text, each.from) && offset <= each.to,
  );
  return place && steps.find((step) => step.list === place.list && step.index === place.index);
}

/** Whether a part of a document means the same without the rest: an alias would lead nowhere, and an anchor twice astray. */
function standsAlone(part: Node): boolean {
  let alone = true;
  visit(part, (_key, node) => {
    if (!isAlias(node) && !(isNode(node) && 'anchor' in node && node.anchor)) return undefined;
    alone = false;
    return visit.BREAK;
  });
  return alone;
}

/** A step's YAML as it stands, moved to the left margin: what the clipboard carries. */
export function stepYaml(
  source: Source,
  step: Pick<GraphStep, 'list' | 'index'>,
): string | undefined {
  const place = stepPlaces(source).find(
    (each) => each.list === step.list && each.index === step.index,
  );
  const seq = nodeAt(source, [step.list]);
  if (!place || !isSeq(seq) || isFlow(seq)) return undefined;
  const node = seq.items[step.index] as Node;
  if (!isMap(node) || !standsAlone(node)) return undefined;
  if (isFlow(node) && source.text.slice(place.from, place.to).includes('\n')) return undefined;
  const column = columnOf(source, place.from);
  const inner = columnOf(source, node.range?.[0] ?? place.from);
  const end = belongsEnd(source, place.to, column);
  const body = source.text.slice(node.range?.[0] ?? place.from, end);
  // A dash with more than one space (or keys on the next line) does not move as it is.
  if (inner !== column + 2) return undefined;
  return body
    .replace(/\r\n/g, '\n')
    .split('\n')
    .map((line, index) =>
      index === 0 ? line : line.slice(Math.min(column, line.length - line.trimStart().length)),
    )
    .join('\n');
}

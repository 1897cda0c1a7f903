import { isScalar, type Node, type Pair, type YAMLMap } from 'yaml';
import type { Json } from '#contract/common.ts';
import { isFlow, pairStart, Unsupported } from './layout.ts';
import { renderKey } from './render.ts';
import { same } from './same.ts';
import { keyText, type Source } from './Source.ts';
import type { TextChange } from './TextChange.ts';

/** Another name for a pair, quoted as the old one was; its value, place and comments stay. */
export function renameKey(map: YAMLMap, pair: Pair, to: string): TextChange[] {
  const key = pair.key as Node;
  if (!isScalar(key)) throw new Unsupported('a key that is not a scalar');
  const from = pairStart(pair);
  const quoted = key.type === 'QUOTE_DOUBLE' || isFlow(map) ? JSON.stringify(to) : renderKey(to);
  const [start, end] = key.range ?? [from, from];
  return [{ from: start, to: end, insert: key.type === 'PLAIN' ? renderKey(to) : quoted }];
}

/** The one pair of `map` that has another name in `value`, in the same place and with the same value; undefined when more differs. */
export function renamedPair(
  source: Source,
  map: YAMLMap,
  value: { [key: string]: Json },
): { pair: Pair; to: string } | undefined {
  const names = Object.keys(value);
  if (names.length !== map.items.length) return undefined;
  const others = map.items.flatMap((pair, at) => {
    const to = names[at] as string;
    return keyText(pair.key) === to ? [] : [{ pair, to }];
  });
  const [only] = others;
  if (!only || others.length > 1) return undefined;
  const held = (only.pair.value as Node | null)?.toJS(source.document) as Json | undefined;
  return same(held ?? null, value[only.to]) ? only : undefined;
}

import type { KindInfo } from '#contract/workflows.ts';

type Group = KindInfo['group'];

const order: readonly Group[] = ['Run', 'Flow', 'Data', 'Network', 'Files', 'People', 'Other'];

/** Kinds whose name, title or description has all words of `text`, by group, in the order of the palette. */
export function searchKinds(kinds: readonly KindInfo[], text: string): [Group, KindInfo[]][] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (kind: KindInfo) => {
    const all = `${kind.kind} ${kind.title} ${kind.description} ${kind.group}`.toLowerCase();
    return words.every((word) => all.includes(word));
  };
  return order.flatMap((group): [Group, KindInfo[]][] => {
    const found = kinds.filter((kind) => kind.group === group && fits(kind));
    return found.length === 0 ? [] : [[group, found]];
  });
}

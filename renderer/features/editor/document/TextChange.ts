/** Replaces `[from, to)` of a text by `insert`; offsets in UTF-16 units of the text before the change. */
export interface TextChange {
  from: number;
  to: number;
  insert: string;
}

/** Orders changes by place; changes at one place keep the order in which they were made. */
export function sortChanges(changes: readonly TextChange[]): TextChange[] {
  return changes
    .map((change, index) => ({ change, index }))
    .sort((a, b) => a.change.from - b.change.from || a.index - b.index)
    .map((entry) => entry.change);
}

/** Whether two changes claim the same text. Expects sorted changes. */
export function overlaps(changes: readonly TextChange[]): boolean {
  return changes.some((change, index) => index > 0 && change.from < (changes[index - 1]?.to ?? 0));
}

/** The text after sorted, disjoint changes. */
export function applyChanges(text: string, changes: readonly TextChange[]): string {
  let result = '';
  let at = 0;
  for (const change of changes) {
    result += text.slice(at, change.from) + change.insert;
    at = change.to;
  }
  return result + text.slice(at);
}

/** The changes that lead back: `applyChanges(after, invertChanges(before, c)) === before`, byte for byte. */
export function invertChanges(text: string, changes: readonly TextChange[]): TextChange[] {
  let shift = 0;
  return changes.map((change) => {
    const from = change.from + shift;
    shift += change.insert.length - (change.to - change.from);
    return { from, to: from + change.insert.length, insert: text.slice(change.from, change.to) };
  });
}

/** The smallest single change from one text to another; none when they are equal. */
export function difference(before: string, after: string): TextChange[] {
  if (before === after) return [];
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  let end = 0;
  while (
    end < most - start &&
    before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)
  ) {
    end += 1;
  }
  return [{ from: start, to: before.length - end, insert: after.slice(start, after.length - end) }];
}

/** The same change without the text at its ends that stays as it is. */
export function narrowed(text: string, change: TextChange): TextChange[] {
  return difference(text.slice(change.from, change.to), change.insert).map((inner) => ({
    from: change.from + inner.from,
    to: change.from + inner.to,
    insert: inner.insert,
  }));
}

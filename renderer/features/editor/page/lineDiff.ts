/** A line of a comparison: in both, in the left only, in the right only. */
export interface DiffLine {
  kind: 'same' | 'left' | 'right';
  text: string;
}

/** Cells of the table of common lines; above that, what differs is shown as replaced in one piece. */
const MOST = 4_000_000;

/** Compares two texts line by line: the longest common subsequence of what is between equal ends. */
export function lineDiff(left: string, right: string): DiffLine[] {
  const a = left.split(/\r?\n/);
  const b = right.split(/\r?\n/);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (
    tail < a.length - head &&
    tail < b.length - head &&
    a[a.length - 1 - tail] === b[b.length - 1 - tail]
  ) {
    tail += 1;
  }
  const same = (lines: string[]): DiffLine[] => lines.map((text) => ({ kind: 'same', text }));
  return [
    ...same(a.slice(0, head)),
    ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...same(a.slice(a.length - tail)),
  ];
}

function middle(a: string[], b: string[]): DiffLine[] {
  const all = (kind: 'left' | 'right', lines: string[]): DiffLine[] =>
    lines.map((text) => ({ kind, text }));
  if (a.length * b.length > MOST) return [...all('left', a), ...all('right', b)];
  const width = b.length + 1;
  const common = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      common[i * width + j] =
        a[i] === b[j]
          ? (common[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(common[(i + 1) * width + j] ?? 0, common[i * width + j + 1] ?? 0);
    }
  }
  const result: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      result.push({ kind: 'same', text: a[i] ?? '' });
      i += 1;
      j += 1;
    } else if ((common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0)) {
      result.push({ kind: 'left', text: a[i] ?? '' });
      i += 1;
    } else {
      result.push({ kind: 'right', text: b[j] ?? '' });
      j += 1;
    }
  }
  return [...result, ...all('left', a.slice(i)), ...all('right', b.slice(j))];
}

/** Only what differs, with `around` equal lines beside it; null stands for lines left out. */
export function hunks(lines: readonly DiffLine[], around = 3): (DiffLine | null)[] {
  const near = lines.map((_line, at) =>
    lines.slice(Math.max(0, at - around), at + around + 1).some((line) => line.kind !== 'same'),
  );
  const result: (DiffLine | null)[] = [];
  lines.forEach((line, at) => {
    if (near[at]) result.push(line);
    else if (result.at(-1) !== null) result.push(null);
  });
  return result;
}

import { print, withoutColours } from './io.ts';

/** Narrower than this no column is made. */
const NARROWEST = 8;

/**
 * Prints rows in columns as wide as their widest cell, two spaces apart. On a terminal that is too
 * narrow for them the widest columns are cut; a pipe gets everything.
 *
 * @param empty what to say where there is no row
 */
export function printTable(head: string[], rows: string[][], empty?: string): void {
  if (rows.length === 0 && empty !== undefined) return print(empty);
  const lines = [head.map((title) => title.toUpperCase()), ...rows];
  const widths = head.map((_, column) =>
    Math.max(...lines.map((line) => withoutColours(line[column] ?? '').length)),
  );
  if (process.stdout.isTTY && process.stdout.columns > 0) fit(widths, process.stdout.columns);
  for (const cells of lines)
    print(
      cells
        .map((cell, column) => padded(cut(cell, widths[column]!), widths[column]!))
        .join('  ')
        .trimEnd(),
    );
}

/** Takes from the widest columns until all have room, or none can be made narrower. */
function fit(widths: number[], room: number): void {
  const gaps = 2 * (widths.length - 1);
  for (;;) {
    const total = widths.reduce((sum, width) => sum + width, gaps);
    const widest = Math.max(...widths);
    if (total <= room || widest <= NARROWEST) return;
    widths[widths.indexOf(widest)] = Math.max(NARROWEST, widest - (total - room), secondOf(widths));
  }
}

// Down to the next widest at once, then by ones: the widest columns share what has to be given up.
function secondOf(widths: number[]): number {
  const sorted = [...widths].sort((a, b) => b - a);
  return sorted[1] === sorted[0] ? sorted[0]! - 1 : (sorted[1] ?? 0);
}

/** A text that is no wider than `width`; one that is cut loses its colours. */
export function cut(cell: string, width: number): string {
  const plain = withoutColours(cell);
  return plain.length <= width ? cell : `${plain.slice(0, width - 1)}…`;
}

const padded = (cell: string, width: number): string =>
  cell + ' '.repeat(Math.max(0, width - withoutColours(cell).length));

/** `3 min ago`, `in 2 h`: for people; programs take `--json`. */
export function relative(iso: string | undefined, now = Date.now()): string {
  if (!iso) return '–';
  const seconds = Math.round((Date.parse(iso) - now) / 1000);
  if (seconds === 0) return 'now';
  const size = Math.abs(seconds);
  const [amount, unit] =
    size < 60
      ? [size, 's']
      : size < 3600
        ? [Math.round(size / 60), 'min']
        : size < 172_800
          ? [Math.round(size / 3600), 'h']
          : [Math.round(size / 86_400), 'd'];
  return seconds < 0 ? `${amount} ${unit} ago` : `in ${amount} ${unit}`;
}

/** `1 secret`, `3 secrets`. */
export const counted = (secrets: number): string =>
  secrets === 1 ? '1 secret' : `${secrets} secrets`;

import { print } from './io.ts';

/** Prints rows in columns as wide as their widest cell, two spaces apart. */
export function printTable(head: string[], rows: string[][]): void {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => visible(row[column] ?? '').length)),
  );
  const line = (cells: string[]) =>
    cells
      .map(
        (cell, column) =>
          cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - visible(cell).length)),
      )
      .join('  ')
      .trimEnd();
  print(line(head.map((title) => title.toUpperCase())));
  for (const row of rows) print(line(row));
}

function visible(text: string): string {
  // oxlint-disable-next-line no-control-regex -- colours do not count as width
  return text.replace(/\u001b\[[0-9;]*m/g, '');
}

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

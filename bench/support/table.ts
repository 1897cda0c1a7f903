/** One measured figure. `ratio` compares it with a peer measured in the same run. */
export interface Row {
  bench: string;
  figure: string;
  value: string;
  ratio?: string;
}

/** Prints rows as an aligned table. */
export function printRows(rows: Row[]): void {
  const head: Row = { bench: 'bench', figure: 'figure', value: 'value', ratio: 'beside' };
  const all = [head, ...rows];
  const width = (key: 'bench' | 'figure' | 'value') =>
    Math.max(...all.map((row) => row[key].length));
  const [a, b, c] = [width('bench'), width('figure'), width('value')];
  for (const row of all) {
    console.log(
      `${row.bench.padEnd(a)}  ${row.figure.padEnd(b)}  ${row.value.padStart(c)}  ${row.ratio ?? ''}`.trimEnd(),
    );
  }
}

/** The middle value; for an even count the lower of the two. */
export function median(values: number[]): number {
  return values.toSorted((x, y) => x - y)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
}

/** `1,234` or `12.3` or `0.45`, three significant figures at least. */
export function number(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString('en', { maximumFractionDigits: digits });
}

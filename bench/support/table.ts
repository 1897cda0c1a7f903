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
export const median = (values: number[]): number => percentile(values, 0.5);

/** The value that so much of all (0 to 1) does not exceed; NaN where there is none. */
export function percentile(values: number[], part: number): number {
  return values.toSorted((x, y) => x - y)[Math.floor((values.length - 1) * part)] ?? Number.NaN;
}

/** `1,234` or `12.3` or `0.0453`: whole above a thousand, else three significant figures. */
export function number(value: number): string {
  return value.toLocaleString(
    'en',
    Math.abs(value) >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 },
  );
}

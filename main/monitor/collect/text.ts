/** A finite number of at least 0, or undefined; only plain decimal digits count. */
export function amount(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,20}(\.\d{1,9})?$/.test(text)) return undefined;
  return Number(text);
}

/** The lines of a section that hold something, at most `most`; what is longer than any real one is cut. */
export function lines(section: string | undefined, most = 2000): string[] {
  return (section ?? '')
    .split('\n', most)
    .map((line) => line.slice(0, 1000))
    .filter((line) => line.trim() !== '');
}

/** Text of a host as a label: without control and layout characters, and short. */
export function label(text: string, most = 128): string {
  return (
    text
      .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '')
      .slice(0, most)
      // Half of a pair that the cut left.
      .replace(/[\uD800-\uDBFF]$/, '')
      .trim()
  );
}

/** The first so many, each name once. */
export function distinct<T>(items: readonly T[], name: (item: T) => string, most: number): T[] {
  const seen = new Set<string>();
  return items
    .filter((item) => {
      const key = name(item);
      if (key === '' || seen.has(key)) return false;
      seen.add(key);
      return true;
    })
    .slice(0, most);
}

/** About how many bytes `value` takes as JSON, without making it: strings count by UTF-16 unit. */
export function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 8;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + 1 + sizeOf(item), 2);
  let sum = 2;
  for (const key in value) sum += key.length + 4 + sizeOf((value as Record<string, unknown>)[key]);
  return sum;
}

import { z } from 'zod';

/** An instant, ISO 8601 in UTC with milliseconds: `2026-03-29T01:00:00.000Z`. */
export const instant = z.iso.datetime({ offset: true });

/** A duration as people write it: `500ms`, `30s`, `5m`, `1h30m`, `2d`; or a number of seconds. */
export const durationText = z
  .union([
    z.string().regex(/^(\d+(\.\d+)?(ms|s|m|h|d|w))+$/, 'a duration such as 30s, 5m or 1h30m'),
    z.number().nonnegative(),
  ])
  .meta({
    title: 'Duration',
    description: 'A duration such as 500ms, 30s, 5m, 1h30m or 2d; a bare number is seconds.',
  });

/** Keyset pagination: `cursor` is opaque, from the previous page's `next`. */
export const pageInput = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.string().optional(),
});

/** One page of `item`s; `next` is absent on the last page. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next: z.string().optional() });
}

/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export const json: z.ZodType<Json> = z.json() as z.ZodType<Json>;

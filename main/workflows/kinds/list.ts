import { z } from 'zod';
import { json, type Json } from '#contract/common.ts';

const fieldPath = (description: string) =>
  z
    .string()
    .regex(/^-?[^\s.]+(\.[^\s.]+)*$/, 'a field such as size or host.name')
    .meta({ description });

/** What to do with a list. Fields are dotted paths into each item. */
export const listPlan = z.strictObject({
  from: z.array(json).meta({ title: 'From', 'x-nexus-editor': 'expression' }),
  unique_by: fieldPath('Keeps the first item of each value of this field.').optional(),
  sort_by: z
    .union([fieldPath('A field; a leading minus sorts downwards.'), z.array(fieldPath('A field.'))])
    .optional()
    .meta({
      title: 'Sort by',
      description: 'A field or several; a leading minus sorts downwards, e.g. -size.',
    }),
  limit: z.number().int().min(0).optional().meta({ description: 'Keeps at most so many items.' }),
  pick: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .meta({ description: 'One field: items become its values. A list: items keep these fields.' }),
  group_by: fieldPath('Groups items by the value of this field (before `pick`).').optional(),
});
export type ListPlan = z.output<typeof listPlan>;

/** The value at a dotted path; null where there is none. */
export function listField(item: Json, path: string): Json {
  let value: Json | undefined = item;
  for (const part of path.split('.')) {
    if (value === null || typeof value !== 'object') return null;
    // Own properties only: a field called "constructor" is data, not JavaScript's.
    if (!Object.hasOwn(value, part)) return null;
    value = (value as Record<string, Json>)[part];
  }
  return value ?? null;
}

/** Applies the plan: unique, sort (stable), limit, then group and pick. */
export function shapeList(plan: ListPlan): Record<string, Json> {
  let items: Json[] = plan.from;
  if (plan.unique_by !== undefined) items = uniqueBy(items, plan.unique_by);
  if (plan.sort_by !== undefined) items = sortBy(items, [plan.sort_by].flat());
  if (plan.limit !== undefined) items = items.slice(0, plan.limit);
  const pick = picker(plan.pick);
  const shaped: Record<string, Json> = { items: items.map(pick), count: items.length };
  if (plan.group_by !== undefined) shaped['groups'] = groupBy(items, plan.group_by, pick);
  return shaped;
}

// 1 and "1" are different values, as they are in CEL.
const keyOf = (value: Json) => JSON.stringify(value);

function uniqueBy(items: Json[], field: string): Json[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const key = keyOf(listField(item, field));
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function sortBy(items: Json[], fields: string[]): Json[] {
  const keys = fields.map((field) => ({
    path: field.replace(/^-/, ''),
    sign: field.startsWith('-') ? -1 : 1,
  }));
  const rows = items.map((item) => ({ item, by: keys.map(({ path }) => listField(item, path)) }));
  rows.sort((a, b) => {
    for (const [i, { sign }] of keys.entries()) {
      const order = sign * compareJson(a.by[i]!, b.by[i]!);
      if (order !== 0) return order;
    }
    return 0;
  });
  return rows.map(({ item }) => item);
}

const RANK: Record<string, number> = { boolean: 1, number: 2, string: 3, object: 4 };

/**
 * A total order over JSON: null, booleans, numbers, strings (by code unit), then everything else by
 * its JSON text. Total, so that a mixed list sorts the same way every time.
 */
export function compareJson(a: Json, b: Json): number {
  const rank = (value: Json) => (value === null ? 0 : RANK[typeof value]!);
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (a !== null && typeof a === 'object') return compareText(keyOf(a), keyOf(b));
  if (typeof a === 'string') return compareText(a, b as string);
  return Number(a) - Number(b);
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function groupBy(items: Json[], field: string, pick: (item: Json) => Json): Json[] {
  const groups = new Map<string, { key: Json; items: Json[] }>();
  for (const item of items) {
    const key = listField(item, field);
    const name = keyOf(key);
    const group = groups.get(name) ?? { key, items: [] };
    group.items.push(pick(item));
    groups.set(name, group);
  }
  return [...groups.values()].map(({ key, items: members }) => ({
    key,
    count: members.length,
    items: members,
  }));
}

function picker(pick: string | string[] | undefined): (item: Json) => Json {
  if (pick === undefined) return (item) => item;
  if (typeof pick === 'string') return (item) => listField(item, pick);
  return (item) => Object.fromEntries(pick.map((path) => [path, listField(item, path)]));
}

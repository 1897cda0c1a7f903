import type { InfiniteData } from '@tanstack/react-query';
import type { RunSummary } from '#contract/runs.ts';

interface RunPage {
  items: RunSummary[];
  next?: string | undefined;
}

/** What the cache holds of the endless list of runs. */
export type RunPages = InfiniteData<RunPage, unknown>;

/** Puts changed runs into the loaded pages: known ones where they are, new ones first, newest on top. */
export function mergeRuns(
  pages: RunPages | undefined,
  changed: readonly RunSummary[],
): RunPages | undefined {
  const first = pages?.pages[0];
  if (!pages || !first) return pages;
  const byId = new Map(changed.map((run) => [run.id, run]));
  const known = new Set<string>();
  const merged = pages.pages.map((page) => ({
    ...page,
    items: page.items.map((run) => {
      known.add(run.id);
      return byId.get(run.id) ?? run;
    }),
  }));
  const fresh = [...byId.values()]
    .filter((run) => !known.has(run.id))
    .sort((a, b) => b.created_at.localeCompare(a.created_at));
  const [head, ...rest] = merged;
  if (!head) return pages;
  return { ...pages, pages: [{ ...head, items: [...fresh, ...head.items] }, ...rest] };
}

import { useCallback, useMemo } from 'react';
import { type FilterFields, type FilterTerm, matchFilter } from '../filter/filterQuery.ts';

/** A list that comes page by page, as an infinite query holds it. */
interface PagedList<Row> {
  data: { pages: readonly { items: readonly Row[] }[] } | undefined;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

/**
 * The rows that have come and meet `terms`, and how to ask for more. They are filtered here too,
 * though the server was asked for them: it knows not every term, and live changes may have moved a
 * row out of what was asked for.
 *
 * @param fields What a row shows to the terms; the same function at every call.
 */
export function usePagedRows<Row>(
  list: PagedList<Row>,
  terms: readonly FilterTerm[],
  fields: (row: Row) => FilterFields,
): { rows: Row[]; loadMore: () => void } {
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const rows = useMemo(
    () =>
      (data?.pages ?? [])
        .flatMap((page) => page.items)
        .filter((row) => matchFilter(terms, fields(row))),
    [data, terms, fields],
  );
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return { rows, loadMore };
}

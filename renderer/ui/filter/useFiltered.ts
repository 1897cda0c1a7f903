import { useMemo } from 'react';
import { type FilterFields, matchFilter, parseFilter } from './filterQuery.ts';

/**
 * The rows that a typed query lets through; none while there are none.
 *
 * @param fields What a row shows to the query; the same function at every call.
 */
export function useFiltered<Row>(
  rows: readonly Row[] | undefined,
  query: string | undefined,
  fields: (row: Row) => FilterFields,
): Row[] {
  return useMemo(() => {
    const terms = parseFilter(query ?? '');
    return rows?.filter((row) => matchFilter(terms, fields(row))) ?? [];
  }, [rows, query, fields]);
}

import type { ReactNode } from 'react';
import { FilterInput } from '../filter/FilterInput.tsx';

/** The typed query above a page's list, the query kept in the page's address. */
export function FilterBar(props: {
  /** The query of the address, if there is one. */
  query: string | undefined;
  /** Told nothing where the query was emptied. */
  onChange: (query: string | undefined) => void;
  /** An example that works here. */
  example: string;
  /** What is to be said of the query. */
  children?: ReactNode;
}) {
  return (
    <div className="space-y-1 px-6 pb-3 max-narrow:px-4">
      <div className="flex">
        <FilterInput
          value={props.query ?? ''}
          example={props.example}
          onChange={(query) => props.onChange(query || undefined)}
        />
      </div>
      {props.children}
    </div>
  );
}

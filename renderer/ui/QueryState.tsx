import type { ReactNode } from 'react';
import { ErrorState } from './ErrorState.tsx';
import { Skeleton } from './Skeleton.tsx';

/** Stands where a query's answer will be: a skeleton while it is asked for, and why there is none. */
export function QueryState(props: {
  query: { isPending: boolean; isError: boolean; error: unknown; refetch: () => unknown };
  /** Lines of the skeleton. */
  lines: number;
  /** What a failure means here, e.g. "The list could not be loaded". */
  meaning?: ReactNode;
}) {
  const { query } = props;
  if (query.isPending) return <Skeleton lines={props.lines} />;
  if (!query.isError) return null;
  return (
    <ErrorState
      error={query.error}
      meaning={props.meaning}
      onRetry={() => {
        void query.refetch();
      }}
    />
  );
}

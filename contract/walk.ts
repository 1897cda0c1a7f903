import { type AnyContractProcedure, isContractProcedure } from '@orpc/contract';
import type { OperationMeta } from './define.ts';

/** One operation of the table with its dotted name, e.g. `runs.start`. */
export interface NamedOperation {
  name: string;
  operation: AnyContractProcedure;
}

/** Every operation below `table`, in the order in which they were written. */
export function walkContract(table: object, path: string[] = []): NamedOperation[] {
  return Object.entries(table).flatMap(([key, value]): NamedOperation[] =>
    isContractProcedure(value)
      ? [{ name: [...path, key].join('.'), operation: value }]
      : walkContract(value as object, [...path, key]),
  );
}

/** What an operation says of itself, with its REST route. */
export function operationMeta(
  operation: AnyContractProcedure,
): OperationMeta & { method: string; path: string } {
  const { meta, route } = operation['~orpc'];
  return {
    ...(meta as unknown as OperationMeta),
    method: route.method ?? 'POST',
    path: route.path ?? '/',
  };
}

import { createContext, useContext } from 'react';
import type { ExpressionName } from '../code/expression.ts';
import type { Schema } from './schema.ts';

/** What every field of a form may need: the whole schema (for `$ref`), and what expressions see. */
export interface FormScope {
  root: Schema;
  step: string | undefined;
  names: readonly ExpressionName[];
}

export const FormScopeContext = createContext<FormScope>({ root: {}, step: undefined, names: [] });

export function useFormScope(): FormScope {
  return useContext(FormScopeContext);
}

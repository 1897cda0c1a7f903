import type { ReactNode } from 'react';
import type { Json } from '#contract/common.ts';
import { type Schema } from './schema.ts';

/** What every control of a value is given. */
export interface ValueProps {
  schema: Schema;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
  /** For the accessible name of the control. */
  label: string;
  id?: string;
  describedBy?: string;
}

/** What draws the values inside of a list, a map or a choice; handed in, since it draws those as well. */
export type ValueControlOf = (props: ValueProps) => ReactNode;

/** A value in one line, as a field shows it. */
export function text(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

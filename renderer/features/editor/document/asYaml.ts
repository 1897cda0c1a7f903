import { parse, stringify } from 'yaml';
import type { Json } from '#contract/common.ts';
import { same } from './same.ts';

/** A whole value as YAML, for showing: without the line endings at its end, unless they belong to it. */
export function asYaml(value: Json): string {
  const whole = stringify(value, { lineWidth: 0 });
  const short = whole.trimEnd();
  return same(parse(short), value) ? short : whole;
}

import type { Json } from '#contract/common.ts';
import { isUnresolved, type Unresolved } from '../kinds/kind.ts';
import { toText } from '../language/cel-value.ts';
import type { CompiledStep } from '../language/compiled.ts';

/**
 * A step's `with` as people see it: a text that the kind resolves itself (the script of `shell`)
 * reads as its author wrote it, with the values in their places. Only for showing; what runs gets
 * the values by other ways than by text.
 */
export function shownInputs(step: CompiledStep, raw: Json): Json {
  const names = step.kind.unresolved;
  if (!names || typeof raw !== 'object' || raw === null || Array.isArray(raw)) return raw;
  const shown = { ...raw };
  for (const name of names) {
    const value = shown[name];
    if (isUnresolved(value)) shown[name] = join(value);
  }
  return shown;
}

function join({ literals, values }: Unresolved): string {
  return literals
    .map((text, index) => {
      const value = values[index];
      return value === undefined ? text : text + toText(value);
    })
    .join('');
}

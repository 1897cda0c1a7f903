import type { Json } from '#contract/common.ts';
import type { Unresolved } from './kind.ts';

/** Stand-in until the language's `bindShell` (which minds quotes and here-documents) is merged. */
export function bindShell(unresolved: Unresolved, _options: { inlineLimit: number }) {
  const env: Record<string, string> = {};
  let script = unresolved.literals[0]!;
  unresolved.values.forEach((value: Json, i) => {
    env[`NEXUS_V${i}`] = typeof value === 'string' ? value : JSON.stringify(value);
    script += `\${NEXUS_V${i}}${unresolved.literals[i + 1]!}`;
  });
  return { script, env, files: undefined };
}

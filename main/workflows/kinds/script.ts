import { z } from 'zod';
import { json, type Json } from '#contract/common.ts';
import { NexusError } from '#main/base/errors.ts';
import { isUnresolved, type StepContext } from './kind.ts';

// What steps that run a script have in common, wherever the script runs.

/** The script; how expressions reach it is the kind's to say. */
export const scriptField = (description: string) =>
  z
    .unknown()
    .refine((value) => typeof value === 'string' || isUnresolved(value), 'the script, as text')
    .meta({ title: 'Script', type: 'string', description, 'x-nexus-editor': 'shell' });

export const envField = (description: string) =>
  z
    .record(
      z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'letters, digits and underscores'),
      z.union([z.string(), z.number(), z.boolean()]).transform(String),
    )
    .default({})
    .meta({ title: 'Environment', description });

export const stdinField = z.union([z.string(), json]).optional().meta({
  title: 'Standard input',
  description: 'Text as it is; anything else as JSON.',
  'x-nexus-editor': 'text',
});

export const successCodesField = z
  .array(z.number().int().min(0).max(255))
  .min(1)
  .default([0])
  .meta({
    title: 'Success codes',
    description: 'Exit codes that count as success.',
  });

/** Whether a crash in the middle may repeat the step; {@link effectsOf} makes the engine go by it. */
export const idempotentField = z.boolean().default(false).meta({
  title: 'Safe to repeat',
  description: 'Running it twice does no harm, so a crash in the middle may repeat it.',
});

export const effectsOf = (authored: Record<string, unknown>) =>
  authored['idempotent'] === true ? 'idempotent' : 'once';

/** What a script reads on its standard input. */
export function stdinText(stdin: Json | undefined): string | undefined {
  return stdin === undefined || typeof stdin === 'string' ? stdin : JSON.stringify(stdin);
}

/** What a script may know of the step that it is. */
export function stepVariables(context: StepContext): Record<string, string> {
  return {
    NEXUS_RUN_ID: context.run.id,
    NEXUS_WORKFLOW: context.run.workflow,
    NEXUS_STEP: context.step.id,
    NEXUS_ATTEMPT: String(context.step.attempt),
  };
}

/**
 * Finds expressions in a script that its interpreter could only take as spliced text.
 *
 * @param isShell Whether an interpreter reads the language of sh.
 */
export function checkScript(
  authored: Record<string, unknown>,
  isShell: (interpreter: string) => boolean,
) {
  const { run, interpreter } = authored;
  if (typeof run !== 'string' || !run.includes('${{')) return [];
  if (interpreter === undefined || (typeof interpreter === 'string' && isShell(interpreter)))
    return [];
  return [
    {
      path: ['run'],
      code: 'shell.expression_in_script',
      message: `Expressions inside a script work for sh-like shells only, not for ${JSON.stringify(interpreter)}.`,
      hint: 'Hand the value over with `env: { NAME: ${{ … }} }` and read the variable NAME in the script.',
    },
  ];
}

/** The same found when the step runs: the interpreter was an expression, or nobody checked. */
export function expressionInScript(): NexusError {
  return new NexusError({
    code: 'shell.expression_in_script',
    message: 'Expressions inside a script work for sh-like shells only.',
    hint: 'Hand the value over with `env` and read the variable in the script.',
    details: { retryable: false },
  });
}

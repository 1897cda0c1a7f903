import type { Json } from '#contract/common.ts';
import type { Problem } from '#contract/errors.ts';
import { checkCron } from '#main/scheduler/index.ts';
import { allKinds } from '#main/composition/kinds.ts';
import { createKindRegistry } from '#main/workflows/kinds/registry.ts';
import { parseWorkflow, workflowJsonSchema } from '#main/workflows/language/index.ts';

/** Checks one workflow's text without a platform. */
export async function validateSource(
  source: string,
  file: string,
): Promise<{ valid: boolean; problems: Problem[] }> {
  const { valid, problems } = parseWorkflow(source, {
    file,
    kinds: createKindRegistry(allKinds()),
    checkCron,
  });
  return { valid, problems };
}

/** The published JSON Schema of `nexus/v1`. */
export function workflowSchema(): Json {
  return workflowJsonSchema(createKindRegistry(allKinds()));
}

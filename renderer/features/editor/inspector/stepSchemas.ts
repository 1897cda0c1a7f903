import { z } from 'zod';
import { durationText } from '#contract/common.ts';
import {
  concurrency,
  inputDefinition,
  retryPolicy,
  triggers,
  workflow,
} from '#contract/workflow.ts';
import type { Schema } from './schema.ts';

/** The forms of what every step and workflow has come from the contract itself, like those of the kinds. */
function schemaOf(type: z.ZodType): Schema {
  return z.toJSONSchema(type, { io: 'input', unrepresentable: 'any' }) as Schema;
}

export const retrySchema = schemaOf(retryPolicy);
export const durationSchema = schemaOf(durationText);
export const inputSchema = schemaOf(inputDefinition);
export const triggersSchema = schemaOf(triggers);
export const concurrencySchema = schemaOf(concurrency);
export const envSchema = schemaOf(
  z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
);
/** The whole language, for completion and hover in the YAML pane. */
export const workflowSchema = schemaOf(workflow);

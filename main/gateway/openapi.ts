import { OpenAPIGenerator } from '@orpc/openapi';
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4';
import { z } from 'zod';
import { auditEntry } from '#contract/audit.ts';
import { json } from '#contract/common.ts';
import { contract } from '#contract/index.ts';
import { runDetail, runStep, runSummary } from '#contract/runs.ts';
import { schedule } from '#contract/schedules.ts';
import { operationMeta, walkContract } from '#contract/walk.ts';
import { errorKind, errorShape } from '#contract/errors.ts';
import { workflow } from '#contract/workflow.ts';
import { workflowDetail, workflowSummary } from '#contract/workflows.ts';
import { REST_PREFIX } from './rest.ts';

/** Problem details (RFC 9457) as Nexus sends them. */
const problem = z.object({
  type: z.string().describe('urn:nexus:error: followed by the code.'),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string().describe('Stable; programs may branch on it.'),
  hint: z.string().optional().describe('What to do about it.'),
  kind: errorKind,
  details: z.record(z.string(), z.unknown()).optional(),
});

/** Shapes that are named in the document instead of being repeated. */
const COMMON: Record<string, z.ZodType> = {
  Problem: problem,
  Json: json,
  Error: errorShape,
  Run: runSummary,
  Step: runStep,
  RunDetail: runDetail,
  Workflow: workflowSummary,
  WorkflowDetail: workflowDetail,
  Definition: workflow,
  Schedule: schedule,
  AuditEntry: auditEntry,
};

const ERRORS: Record<string, string> = {
  400: 'The input is not valid.',
  401: 'Nobody knows who is calling.',
  403: 'The role does not allow it, or a policy refuses it.',
  429: 'Too many requests.',
  default: 'Anything else that went wrong.',
};

/** One operation in the document, as far as it is completed here. */
interface OperationObject {
  operationId?: string;
  description?: string;
  tags?: string[];
  responses?: Record<string, unknown>;
}

/**
 * The OpenAPI 3.1.1 document of the table. It is made from the contract alone, once.
 *
 * @param version of this Nexus.
 */
export async function openApiDocument(version: string): Promise<Record<string, unknown>> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] });
  const document = await generator.generate(contract, {
    info: {
      title: 'Nexus',
      version,
      description:
        'Every operation of Nexus. Send a token as “Authorization: Bearer nxs_…”; make one with tokens.create or in the settings. Streams answer as server-sent events: each `message` is a frame whose `items` are the news.',
    },
    servers: [{ url: REST_PREFIX }],
    security: [{ bearer: [] }],
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
    },
    commonSchemas: Object.fromEntries(
      Object.entries(COMMON).map(([name, schema]) => [
        name,
        { schema, strategy: 'output' as const },
      ]),
    ),
  });
  const metas = new Map(
    walkContract(contract).map(({ name, operation }) => [name, operationMeta(operation)]),
  );
  for (const item of Object.values(document.paths ?? {})) {
    for (const operation of Object.values(item ?? {}) as OperationObject[]) {
      const meta = metas.get(operation.operationId ?? '');
      if (!meta) continue;
      operation.description = `Needs the role ${meta.role}.`;
      operation.tags = [operation.operationId!.split('.', 1)[0]!];
      operation.responses = { ...operation.responses, ...errorResponses() };
    }
  }
  return document as unknown as Record<string, unknown>;
}

function errorResponses(): Record<string, unknown> {
  const schema = { $ref: '#/components/schemas/Problem' };
  return Object.fromEntries(
    Object.entries(ERRORS).map(([status, description]) => [
      status,
      { description, content: { 'application/problem+json': { schema } } },
    ]),
  );
}

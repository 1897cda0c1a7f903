import { z } from 'zod';
import { workflow } from '#contract/workflow.ts';
import type { Json } from '#contract/common.ts';
import type { StepKind } from '../kinds/kind.ts';
import type { KindRegistry } from '../kinds/registry.ts';
import { withSchema } from './kind-info.ts';

type Schema = Record<string, unknown>;

const EXPRESSION: Schema = {
  type: 'string',
  pattern: '^\\s*\\$\\{\\{[\\s\\S]*\\}\\}\\s*$',
  description: 'An expression in CEL.',
};

/**
 * The JSON Schema (2020-12) of workflow files, for editors: what zod says of the language, and for
 * each kind of step what its `with` takes. An expression is accepted wherever a kind wants a value.
 */
export function workflowJsonSchema(registry: KindRegistry): Json {
  const kinds = registry.all();
  const schema = z.toJSONSchema(workflow, { io: 'input', unrepresentable: 'any' }) as Schema;
  const properties = schema['properties'] as Record<string, Schema>;
  const step = properties['steps']!['items'] as Schema;
  const defs: Record<string, Schema> = {
    ...(schema['$defs'] as Record<string, Schema> | undefined),
    step,
  };
  const choices = kinds.map((kind) => whenUses(kind, defs));
  const stepProperties = step['properties'] as Record<string, Schema>;
  stepProperties['uses'] = usesSchema(kinds);
  step['allOf'] = choices;
  const rollback = (stepProperties['rollback']!['anyOf'] as Schema[]).find(
    (s) => s['type'] === 'object',
  )!;
  (rollback['properties'] as Record<string, Schema>)['uses'] = usesSchema(kinds);
  rollback['allOf'] = choices;
  for (const list of ['steps', 'on_failure']) properties[list]!['items'] = { $ref: '#/$defs/step' };
  return {
    ...schema,
    $id: 'https://nexus.invalid/schema/workflow.json',
    title: 'Nexus workflow',
    description: 'A workflow in the language nexus/v1.',
    // The file's name stands in for a name that is not given.
    required: ['steps'],
    $defs: defs,
  } as Json;
}

function usesSchema(kinds: readonly StepKind[]): Schema {
  return {
    description: 'The step kind.',
    oneOf: kinds.map((kind) => ({
      const: kind.kind,
      title: kind.title,
      description: kind.description,
    })),
  };
}

function whenUses(kind: StepKind, defs: Record<string, Schema>): Schema {
  const { $defs: own = {}, $schema: _, ...body } = withSchema(kind);
  const prefix = `${kind.kind.replace(/\W/g, '_')}_`;
  for (const [name, definition] of Object.entries(own as Record<string, Schema>)) {
    defs[prefix + name] = withExpressions(renameRefs(definition, prefix) as Schema, true);
  }
  return {
    if: { properties: { uses: { const: kind.kind } }, required: ['uses'] },
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
    then: { properties: { with: withExpressions(renameRefs(body, prefix) as Schema, true) } },
  };
}

// `$ref` counts from the root, where definitions of several kinds meet.
function renameRefs(value: unknown, prefix: string): unknown {
  if (Array.isArray(value)) return value.map((item) => renameRefs(item, prefix));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === '$ref' && typeof item === 'string'
        ? item.replace('#/$defs/', `#/$defs/${prefix}`)
        : renameRefs(item, prefix),
    ]),
  );
}

/** Lets an expression stand for every value below; a text takes one anyway, unless it is restricted. */
function withExpressions(schema: Schema, root: boolean): Schema {
  const inner: Schema = { ...schema };
  const each = (key: string, map: (s: Schema) => Schema) => {
    const value = inner[key];
    if (Array.isArray(value)) inner[key] = (value as Schema[]).map(map);
    else if (typeof value === 'object' && value !== null) {
      inner[key] =
        key === 'properties'
          ? Object.fromEntries(
              Object.entries(value as Record<string, Schema>).map(([k, s]) => [k, map(s)]),
            )
          : map(value as Schema);
    }
  };
  each('properties', (s) => withExpressions(s, false));
  for (const key of ['items', 'prefixItems', 'additionalProperties'])
    each(key, (s) => withExpressions(s, false));
  for (const key of ['anyOf', 'oneOf', 'allOf']) each(key, (s) => withExpressions(s, true));
  const free =
    inner['type'] === 'string' &&
    !('enum' in inner) &&
    !('const' in inner) &&
    !('pattern' in inner) &&
    !('format' in inner);
  if (root || free || '$ref' in inner || Object.keys(inner).length === 0) return inner;
  const { title, description, default: preset, ...rest } = inner;
  const said = Object.fromEntries(
    Object.entries({ title, description, default: preset }).filter(([, v]) => v !== undefined),
  );
  return { ...said, anyOf: [rest, EXPRESSION] };
}

import { z } from 'zod';
import type { Json } from '#contract/common.ts';
import type { Effects, KindInfo } from '#contract/workflows.ts';
import type { StepKind } from '../kinds/kind.ts';

type Schema = Record<string, unknown>;

/** A step kind as palette, inspector and reference see it. */
export function kindInfo(kind: StepKind): KindInfo {
  return {
    kind: kind.kind,
    title: kind.title,
    description: kind.description,
    icon: kind.icon,
    group: kind.group,
    effects: defaultEffects(kind),
    with: withSchema(kind) as Json,
    outputs: z.toJSONSchema(kind.outputs, { io: 'output', unrepresentable: 'any' }) as Json,
    example: kind.example,
  };
}

/** JSON Schema 2020-12 of a kind's `with` as a person writes it. */
export function withSchema(kind: StepKind): Schema {
  const schema = z.toJSONSchema(kind.with, { io: 'input', unrepresentable: 'any' }) as Schema;
  const properties = schema['properties'] as Record<string, Schema> | undefined;
  for (const key of kind.unresolved ?? []) {
    const property = properties?.[key];
    if (!properties || !property) continue;
    // Inside the kind this is a text in parts; in the file it is a text.
    const { description, title } = property;
    const editor = Object.fromEntries(
      Object.entries(property).filter(([k]) => k.startsWith('x-nexus-')),
    );
    properties[key] = {
      ...(title ? { title } : {}),
      ...(description ? { description } : {}),
      ...editor,
      type: 'string',
    };
  }
  return schema;
}

function defaultEffects(kind: StepKind): Effects {
  if (typeof kind.effects !== 'function') return kind.effects;
  try {
    return kind.effects({});
  } catch {
    return 'once';
  }
}

import { z } from 'zod';
import { json, type Json } from '#contract/common.ts';
import { stepKind } from './kind.ts';
import { listPlan, shapeList } from './list.ts';

const withSchema = z.strictObject({
  set: z.record(z.string(), json).optional().meta({
    title: 'Set',
    description: 'Values that become this step’s outputs under the same names.',
    'x-nexus-editor': 'expression',
  }),
  list: listPlan.optional().meta({
    title: 'List',
    description:
      'Shapes a list in this order: unique, sort, limit, pick, group. Outputs: items, count and groups.',
  }),
});

/** `transform`: makes values from values. Pure and synchronous, so that the engine can journal it together with its neighbours. */
export const transform = stepKind({
  kind: 'transform',
  title: 'Transform data',
  description:
    'Makes values from earlier outputs with expressions, and sorts, groups and trims lists.',
  icon: 'shuffle',
  group: 'Data',
  with: withSchema,
  outputs: z.looseObject({
    items: z
      .array(json)
      .optional()
      .meta({ description: 'The shaped list, where `list` is given.' }),
    count: z.number().int().optional().meta({ description: 'Number of items.' }),
    groups: z
      .array(z.object({ key: json, count: z.number().int(), items: z.array(json) }))
      .optional()
      .meta({ description: 'Items by group, in order of first appearance.' }),
  }),
  example: `id: summary
uses: transform
with:
  set:
    total: \${{ size(inputs.hosts) }}
    production: \${{ inputs.hosts.filter(h, h.env == 'production') }}
  list:
    from: \${{ inputs.hosts }}
    sort_by: -load
    limit: 5
`,
  effects: 'pure',
  check(authored) {
    if (authored['set'] !== undefined || authored['list'] !== undefined) return [];
    return [
      {
        path: [],
        code: 'transform.empty',
        message: 'This transform makes nothing.',
        hint: 'Give `set` (values by name) or `list` (a list to shape).',
      },
    ];
  },
  execute(input) {
    const outputs: Record<string, Json> = { ...input.set };
    if (input.list) Object.assign(outputs, shapeList(input.list));
    return { type: 'done', outputs };
  },
});

import { z } from 'zod';
import { json } from '#contract/common.ts';
import { workflowName } from '#contract/workflow.ts';
import { stepKind } from './kind.ts';

const withSchema = z.strictObject({
  workflow: workflowName.meta({
    title: 'Workflow',
    description: 'Name of the workflow to run.',
    'x-nexus-editor': 'workflow',
  }),
  inputs: z
    .record(z.string(), json)
    .default({})
    .meta({ title: 'Inputs', 'x-nexus-editor': 'expression' }),
  wait: z.boolean().default(true).meta({
    title: 'Wait',
    description: 'Whether to wait until it has ended and take its outputs.',
  }),
});

/** `workflow`: runs another workflow as one step. */
export const workflow = stepKind({
  kind: 'workflow',
  title: 'Run workflow',
  description: 'Runs another workflow, waits for it and passes its outputs on.',
  icon: 'workflow',
  group: 'Flow',
  with: withSchema,
  outputs: z
    .looseObject({
      run: z.string().meta({ description: 'Id of the run that was started.' }),
      status: z.string(),
      outputs: json.meta({
        description:
          'Outputs of that workflow in one map, where the step waited; the only place of one that is called run, status or outputs.',
      }),
    })
    .meta({ description: 'The outputs of that workflow under their own names, and:' }),
  example: `id: backup
uses: workflow
with:
  workflow: nightly-backup
  inputs:
    target: /srv/data
`,
  effects: 'idempotent',
  execute(input) {
    const { workflow: name, inputs, wait } = input;
    return { type: 'subworkflow', workflow: name, inputs, wait };
  },
});

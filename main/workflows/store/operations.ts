import type { z } from 'zod';
import type { Json } from '#contract/common.ts';
import type { Template, workflows } from '#contract/workflows.ts';
import { NexusError } from '#main/base/errors.ts';
import {
  type CheckCron,
  kindInfo,
  namesAt,
  parseWorkflow,
  previewExpression,
  readSource,
  type Scope,
  workflowJsonSchema,
} from '../language/index.ts';
import type { KindRegistry } from '../kinds/registry.ts';
import { checkedName, withName } from './names.ts';
import type { WorkflowStore } from './store.ts';
import { detailOf, summaryOf } from './summary.ts';

/** What the operations need besides the store. */
export interface OperationsOptions {
  kinds: KindRegistry;
  checkCron?: CheckCron;
  /** What expressions of a step saw in a run; undefined where the run is not known. */
  scopeOf(run: string, step: string | undefined): Scope | undefined;
  /** Names of secrets, for autocomplete. */
  secretNames(): string[];
  template(id: string): Template | undefined;
}

type Operations = Omit<typeof workflows, 'templates'>;
type Input<Name extends keyof Operations> = z.output<
  NonNullable<Operations[Name]['~orpc']['inputSchema']>
>;
type Output<Name extends keyof Operations> = z.input<
  NonNullable<Operations[Name]['~orpc']['outputSchema']>
>;

/** The operations `workflows.*` (all but `templates`), each with the input and output of the contract. */
export type WorkflowOperations = {
  [Name in keyof Operations]: (input: Input<Name>) => Promise<Output<Name>>;
};

const SKELETON = `# The language is described in the workflow reference.
name: NAME
on:
  manual: {}
steps:
  - id: hello
    uses: shell
    with:
      script: echo hello
`;

/** Binds the contract's workflow operations to a store. */
export function workflowOperations(
  store: WorkflowStore,
  options: OperationsOptions,
): WorkflowOperations {
  const { kinds, checkCron } = options;
  const detail = (name: string) => ({
    workflow: detailOf(store.file(name), store.surroundings(name)),
  });
  return {
    list: async () => ({
      workflows: store.files().map((file) => summaryOf(file, store.surroundings(file.name))),
    }),
    get: async ({ name }) => {
      if (!store.compiled(name)) await store.refresh();
      return detail(name);
    },
    validate: async ({ source, file }) => {
      const { valid, problems, definition } = parseWorkflow(source, {
        kinds,
        ...(file === undefined ? {} : { file }),
        ...(checkCron ? { checkCron } : {}),
      });
      return { valid, problems, ...(definition ? { definition } : {}) };
    },
    save: async ({ name, source, base_hash }) => {
      await store.save(name, source, base_hash);
      return detail(name);
    },
    create: async ({ name, template, source }) => {
      await store.save(name, firstText(checkedName(name), template, source, options), undefined);
      return detail(name);
    },
    rename: async ({ name, to }) => {
      await store.rename(name, to);
      return detail(to);
    },
    remove: async ({ name }) => ({ trash: await store.remove(name) }),
    restore: async ({ trash }) => detail((await store.restore(trash)).name),
    enable: async ({ name, enabled }) => ({
      workflow: summaryOf(store.enable(name, enabled), store.surroundings(name)),
    }),
    kinds: async () => ({ kinds: kinds.all().map(kindInfo) }),
    schema: async () => ({ schema: workflowJsonSchema(kinds.all()) as Json }),
    preview: async (input) => preview(input, store, options),
  };
}

function firstText(
  name: string,
  template: string | undefined,
  source: string | undefined,
  options: OperationsOptions,
): string {
  if (source !== undefined) return withName(source, name);
  if (template === undefined) return SKELETON.replace('NAME', name);
  const found = options.template(template);
  if (found) return withName(found.source, name);
  throw new NexusError({
    code: 'template.not_found',
    message: `There is no template ${template}.`,
    hint: 'The gallery shows those that there are.',
  });
}

function preview(
  { text, run, workflow, step }: Input<'preview'>,
  store: WorkflowStore,
  options: OperationsOptions,
): Output<'preview'> {
  const id = run ?? (workflow === undefined ? undefined : store.lookups.lastRun(workflow)?.id);
  const scope = id === undefined ? undefined : options.scopeOf(id, step);
  const source = workflow === undefined ? undefined : store.file(workflow).source;
  const data =
    source === undefined
      ? undefined
      : (readSource(source).data ?? store.compiled(workflow!)?.definition);
  const names = namesAt(data, step, {
    kinds: options.kinds,
    secrets: options.secretNames(),
    ...(scope ? { scope } : {}),
  });
  if (!scope)
    return {
      names,
      ...(text.includes('${{')
        ? { error: 'There is no run to take values from yet.' }
        : { value: text }),
    };
  return { ...previewExpression(text, scope), names };
}

import type { z } from 'zod';
import type { Json } from '#contract/common.ts';
import type { Problem } from '#contract/errors.ts';
import type {
  KindInfo,
  Template,
  WorkflowDetail,
  workflows,
  WorkflowSummary,
} from '#contract/workflows.ts';
import type { WebhookTrigger, Workflow } from '#contract/workflow.ts';
import { NexusError } from '#main/base/errors.ts';
import { suggestion } from '#main/base/suggest.ts';
import {
  type CheckCron,
  type CompiledWorkflow,
  kindInfo,
  nameOfFile,
  namesAt,
  parseWorkflow,
  previewExpression,
  readSource,
  type Scope,
  workflowJsonSchema,
} from '../language/index.ts';
import type { KindRegistry } from '../kinds/registry.ts';
import type { WorkflowFile } from './folder.ts';
import { checkedName, withName } from './names.ts';
import type { WorkflowStore } from './store.ts';
import { detailOf, summaryOf, type Surroundings } from './summary.ts';

/** What the operations need besides the store. */
export interface OperationsOptions {
  kinds: KindRegistry;
  checkCron?: CheckCron;
  /** What expressions of a step saw in a run; undefined where the run is not known. */
  scopeOf(run: string, step: string | undefined): Scope | undefined;
  /** Names of secrets, for autocomplete. */
  secretNames(): string[];
  templates(): Promise<Template[]>;
  /** Webhook paths of a workflow at which another answers; they are no fault of its file. */
  conflicts?(workflow: string, triggers: WebhookTrigger[]): Problem[];
}

type Input<Name extends keyof typeof workflows> = z.output<
  NonNullable<(typeof workflows)[Name]['~orpc']['inputSchema']>
>;
type Output<Name extends keyof typeof workflows> = z.input<
  NonNullable<(typeof workflows)[Name]['~orpc']['outputSchema']>
>;

/** What the table's `workflows.*` are bound to; inputs and outputs are the contract's. */
export interface WorkflowOperations {
  list: () => WorkflowSummary[];
  get: (name: string) => Promise<WorkflowDetail>;
  validate: (input: Input<'validate'>) => Output<'validate'>;
  save: (input: Input<'save'>) => Promise<WorkflowDetail>;
  create: (input: Input<'create'>) => Promise<WorkflowDetail>;
  rename: (name: string, to: string) => Promise<WorkflowDetail>;
  /** @returns the name in the trash */
  remove: (name: string) => Promise<string>;
  restore: (trash: string) => Promise<WorkflowDetail>;
  enable: (name: string, enabled: boolean) => WorkflowSummary;
  kinds: () => KindInfo[];
  schema: () => Json;
  templates: () => Promise<Template[]>;
  preview: (input: Input<'preview'>) => Output<'preview'>;
  /**
   * The workflow ready to run: the file's, or that of `source`; either is kept, so that a run can be
   * pinned to it.
   * @throws NexusError `workflow.not_found`, `workflow.invalid`
   */
  compiled: (name: string, source?: string) => Promise<CompiledWorkflow>;
}

const SKELETON = `# The language is described in the workflow reference.
name: NAME
on:
  manual: {}
steps:
  - id: hello
    uses: shell
    with:
      run: echo hello
`;

/** Binds the contract's workflow operations to a store. */
export function workflowOperations(
  store: WorkflowStore,
  options: OperationsOptions,
): WorkflowOperations {
  const { kinds, checkCron } = options;
  const around = ({ name, file, source, parsed }: WorkflowFile): Surroundings => ({
    ...store.surroundings(name),
    problems: clashes(name, file, parsed.definition, source, options),
  });
  const detail = (name: string) => detailOf(store.file(name), around(store.file(name)));
  const parse = (source: string, file: string | undefined) =>
    parseWorkflow(source, {
      kinds,
      ...(file === undefined ? {} : { file }),
      ...(checkCron ? { checkCron } : {}),
    });
  return {
    list() {
      const files = store.files();
      // An empty list would say that there are none.
      if (files.length === 0 && store.problem) throw store.problem;
      return files.map((file) => summaryOf(file, around(file)));
    },
    async get(name) {
      if (!store.has(name)) await store.refresh();
      return detail(name);
    },
    validate({ source, file }) {
      const { valid, problems: own, definition } = parse(source, file);
      const name = nameOfFile(file);
      const more =
        file === undefined || name === undefined
          ? []
          : clashes(name, file, definition, source, options);
      return { valid, problems: [...own, ...more], ...(definition ? { definition } : {}) };
    },
    async save({ name, source, base_hash }) {
      await store.save(name, source, base_hash);
      return detail(name);
    },
    async create({ name, template, source }) {
      const text = await firstText(checkedName(name), template, source, options);
      await store.save(name, text, undefined);
      return detail(name);
    },
    async rename(name, to) {
      await store.rename(name, to);
      return detail(to);
    },
    remove: (name) => store.remove(name),
    restore: async (trash) => detail((await store.restore(trash)).name),
    enable(name, enabled) {
      const file = store.enable(name, enabled);
      return summaryOf(file, around(file));
    },
    kinds: () => kinds.all().map(kindInfo),
    schema: () => workflowJsonSchema(kinds),
    templates: () => options.templates(),
    preview: (input) => preview(input, store, options),
    async compiled(name, source) {
      if (source === undefined && !store.has(name)) await store.refresh();
      const parsed = source === undefined ? store.file(name).parsed : parse(source, undefined);
      if (!parsed.compiled) throw invalid(name, parsed.problems);
      // The file's name counts, or the one that the caller gave the text.
      const compiled = { ...parsed.compiled, name: checkedName(name) };
      store.remember(compiled);
      return compiled;
    },
  };
}

/** The conflicts of a workflow's webhooks with those of others, where they stand in its file. */
function clashes(
  name: string,
  file: string,
  definition: Workflow | undefined,
  source: string,
  options: OperationsOptions,
): Problem[] {
  const webhook = definition?.on?.webhook;
  if (!webhook || !options.conflicts) return [];
  const isList = Array.isArray(webhook);
  const found = options.conflicts(name, isList ? webhook : [webhook]);
  if (found.length === 0) return [];
  const text = readSource(source);
  return found.map((problem) => {
    const path = isList ? problem.path : problem.path?.filter((part) => typeof part === 'string');
    return path ? { ...problem, file, path, ...text.locate(path) } : problem;
  });
}

function invalid(name: string, problems: Problem[]): NexusError {
  const errors = problems.filter((p) => p.severity === 'error');
  const first = errors[0];
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  const where = first?.line === undefined ? '' : ` in line ${first.line}`;
  return new NexusError({
    code: 'workflow.invalid',
    message: `The workflow ${name} is not valid: ${first?.message ?? 'it cannot be read.'}${where && ` (${where.trim()})`}${more}`,
    hint: first?.hint ?? 'Correct the problems that the editor shows.',
    details: { problems },
  });
}

async function firstText(
  name: string,
  template: string | undefined,
  source: string | undefined,
  options: OperationsOptions,
): Promise<string> {
  if (source !== undefined) return withName(source, name);
  if (template === undefined) return SKELETON.replace('NAME', name);
  const templates = await options.templates();
  const found = templates.find((t) => t.id === template);
  if (found) return withName(found.source, name);
  throw new NexusError({
    code: 'template.not_found',
    message: `There is no template ${template.slice(0, 100)}.`,
    hint: suggestion(
      template,
      templates.map(({ id }) => id),
      'template',
    ),
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

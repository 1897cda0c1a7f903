import type { z } from 'zod';
import type { Json } from '#contract/common.ts';
import type { expressionName } from '#contract/workflows.ts';
import { toNexusError } from '#main/base/errors.ts';
import type { KindRegistry } from '../kinds/registry.ts';
import { celFunctions, CelSyntaxError } from './cel.ts';
import type { Scope } from './compiled.ts';
import { stepGraph } from './graph.ts';
import { kindInfo } from './kind-info.ts';
import { asRecord, type LooseStep, looseSteps } from './loose.ts';
import { compileText } from './value.ts';

export type ExpressionName = z.infer<typeof expressionName>;

/** What a text with `${{ }}` gives against a scope; secrets show as `***`. Never throws. */
export function previewExpression(text: string, scope: Scope): { value?: Json; error?: string } {
  try {
    const masked: Scope = { ...scope, secret: () => '***' };
    return {
      value: compileText(text, { stepIds: new Set(Object.keys(scope.steps)) }).evaluate(masked),
    };
  } catch (error) {
    if (error instanceof CelSyntaxError) return { error: error.message };
    const { message, hint } = toNexusError(error);
    return { error: hint === undefined ? message : `${message} ${hint}` };
  }
}

export interface NamesOptions {
  kinds: KindRegistry;
  /** Of the last run: gives names their values, and the keys of outputs. */
  scope?: Scope;
  /** Names of secrets that exist. */
  secrets?: readonly string[];
}

/**
 * The names that an expression in a step may use, for autocomplete.
 *
 * @param data a workflow as parsed YAML; it may be wrong anywhere
 * @param step id; absent for a place outside all steps that sees every step (`outputs`)
 */
export function namesAt(
  data: unknown,
  step: string | undefined,
  options: NamesOptions,
): ExpressionName[] {
  const file = asRecord(data);
  const main = looseSteps(file, 'steps');
  const onFailure = looseSteps(file, 'on_failure');
  const here = [...main, ...onFailure].find((s) => s.id === step);
  const { scope } = options;
  return [
    ...inputNames(file, scope),
    ...stepNames(readable(main, onFailure, step), options),
    ...Object.keys({ ...asRecord(file['env']), ...asRecord(here?.raw['env']) }).map((name) =>
      variable(member('env', name), 'variable of env', scope?.env[name]),
    ),
    ...(here?.raw['foreach'] === undefined
      ? []
      : [
          variable('item', 'item of foreach', scope?.item),
          variable('index', 'index of the item, from 0', scope?.index),
        ]),
    ...(options.secrets ?? []).map((name) => variable(`secrets.${name}`, 'secret')),
    variable('run.id', 'text', scope?.run.id),
    variable('run.workflow', 'text', scope?.run.workflow),
    variable('run.started_at', 'ISO 8601 text', scope?.run.started_at),
    variable('run.attempt', 'number', scope?.run.attempt),
    variable('trigger', 'what started the run', scope?.trigger),
    ...properties('trigger', scope?.trigger ?? null),
    ...functionNames(),
  ];
}

function variable(label: string, detail: string, value?: Json): ExpressionName {
  return { label, detail, type: 'variable', ...(value === undefined ? {} : { value }) };
}

function inputNames(file: Record<string, unknown>, scope: Scope | undefined): ExpressionName[] {
  return Object.entries(asRecord(file['inputs'])).map(([name, definition]) => {
    const { type = 'string', description } = asRecord(definition);
    const detail =
      typeof description === 'string'
        ? `${String(type)} — ${description}`
        : `${String(type)} input`;
    return variable(member('inputs', name), detail, scope?.inputs[name]);
  });
}

/** Steps that have ended when `step` starts. */
function readable(
  main: LooseStep[],
  onFailure: LooseStep[],
  step: string | undefined,
): LooseStep[] {
  const inMain = main.some((s) => s.id === step);
  const list = inMain ? main : onFailure;
  const graph = stepGraph(
    list.flatMap((s) =>
      s.id === undefined ? [] : [{ id: s.id, needs: s.needs?.map((n) => n.id), goto: s.goto?.id }],
    ),
  );
  const before = list.filter(
    (s) => s.id !== undefined && step !== undefined && graph.isBefore(s.id, step),
  );
  return inMain ? before : [...main, ...before];
}

function stepNames(steps: LooseStep[], { kinds, scope }: NamesOptions): ExpressionName[] {
  return steps.flatMap((step) => {
    if (step.id === undefined) return [];
    const base = member('steps', step.id);
    const ended = scope && Object.hasOwn(scope.steps, step.id) ? scope.steps[step.id] : undefined;
    const kind = step.uses === undefined ? undefined : kinds.get(step.uses);
    const declared = kind
      ? Object.keys(asRecord(asRecord(kindInfo(kind).outputs)['properties']))
      : [];
    const known = properties(`${base}.outputs`, ended?.outputs ?? null);
    const seen = new Set(known.map((n) => n.label));
    return [
      variable(`${base}.outputs`, `outputs of ${step.uses ?? 'the step'}`, ended?.outputs),
      ...known,
      ...declared.map((key) => property(`${base}.outputs`, key)).filter((n) => !seen.has(n.label)),
      variable(`${base}.status`, 'succeeded, failed, skipped or cancelled', ended?.status),
      variable(`${base}.error`, 'code, message and hint, or null', ended?.error),
    ];
  });
}

function properties(base: string, value: Json): ExpressionName[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value)
    .slice(0, 100)
    .map(([key, item]) => property(base, key, item));
}

function property(base: string, key: string, value?: Json): ExpressionName {
  return { label: member(base, key), type: 'property', ...(value === undefined ? {} : { value }) };
}

/** Words of CEL itself (its grammar, “Reserved” included): behind a dot they are no names. */
const RESERVED = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

// Step ids with dashes are understood behind a dot.
function member(base: string, key: string): string {
  const plain = /^[A-Za-z_][\w-]*$/.test(key) && (base === 'steps' || !key.includes('-'));
  return plain && !RESERVED.has(key) ? `${base}.${key}` : `${base}[${JSON.stringify(key)}]`;
}

function functionNames(): ExpressionName[] {
  const seen = new Map<string, ExpressionName>();
  for (const { name, signature, description } of celFunctions()) {
    if (/^\w+$/.test(name) && !seen.has(name))
      seen.set(name, { label: name, detail: description ?? signature, type: 'function' });
  }
  return [...seen.values()];
}

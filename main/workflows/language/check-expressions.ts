import { isRecord } from './loose.ts';
import type { CelSyntaxError } from './cel.ts';
import type { Expression } from './expression.ts';
import { expressionHint } from './expression-hints.ts';
import type { Report } from './report.ts';
import { suggestion } from '#main/base/suggest.ts';
import { compileBare, compileText, type Path, type Site } from './value.ts';
import { hasExpression } from './template.ts';

/** Which names an expression may use at some place of the file. */
export interface Visible {
  /** Roots besides `inputs`, `run` and `trigger`. */
  roots: ReadonlySet<'steps' | 'env' | 'secrets' | 'item' | 'index' | 'inputs' | 'run' | 'trigger'>;
  inputs: ReadonlySet<string>;
  env: ReadonlySet<string>;
  /** All ids of the workflow. */
  stepIds: ReadonlySet<string>;
  /** Why a step cannot be read here, or undefined when it can. */
  notBefore(step: string): string | undefined;
  /** Completes the sentence "… cannot be used in". */
  where: string;
  /** Told of every name that an expression reads. */
  found?(root: string): void;
}

/** Finds and checks the expressions in a value of any depth. */
export function checkValue(value: unknown, path: Path, visible: Visible, report: Report): void {
  if (typeof value === 'string') {
    if (hasExpression(value)) compileText(value, siteOf(visible, report), path);
  } else if (Array.isArray(value)) {
    value.forEach((item, i) => checkValue(item, [...path, i], visible, report));
  } else if (isRecord(value)) {
    for (const [key, item] of Object.entries(value))
      checkValue(item, [...path, key], visible, report);
  }
}

/**
 * Checks an expression whose `${{ }}` may be left out (`if`, `foreach`).
 * @returns whether it is an expression at all
 */
export function checkBare(
  text: string,
  path: Path,
  visible: Visible,
  wanted: 'bool' | 'list' | undefined,
  report: Report,
): boolean {
  const expression = compileBare(text, siteOf(visible, report), path);
  if (!expression) return false;
  const { type } = expression;
  if (wanted === undefined || type === 'dyn' || type === wanted || type.startsWith(`${wanted}<`))
    return true;
  report.add({
    code: 'workflow.expression',
    message: `The expression gives ${type}, and ${wanted === 'bool' ? 'true or false' : 'a list'} is wanted here.`,
    hint:
      wanted === 'bool'
        ? 'Compare with == or use has().'
        : 'Use keys(), values(), map() or filter() to make a list.',
    path,
    offset: Math.max(0, text.indexOf(expression.text)),
  });
  return true;
}

function siteOf(visible: Visible, report: Report): Site {
  return {
    stepIds: visible.stepIds,
    found: (expression, path, offset) => checkReferences(expression, path, offset, visible, report),
    failed: (error, path, offset) => report.add(syntaxFinding(error, path, offset)),
  };
}

function syntaxFinding(error: CelSyntaxError, path: Path, offset: number) {
  const name = /^Unknown variable: (\w+)/.exec(error.message)?.[1];
  const roots = ['inputs', 'steps', 'run', 'trigger', 'env', 'secrets', 'item', 'index'];
  return {
    code: name === undefined ? 'workflow.expression' : 'workflow.unknown_name',
    message:
      name === undefined
        ? `The expression cannot be used: ${error.message}`
        : `The expression uses ${name}, which is no name here.`,
    hint:
      name === undefined
        ? expressionHint(error.code)
        : `${suggestion(name, roots, 'name')} A text needs quotes.`,
    path,
    offset: offset + error.offset,
  };
}

function checkReferences(
  expression: Expression,
  path: Path,
  base: number,
  visible: Visible,
  report: Report,
): void {
  for (const { root, path: names, offset } of expression.references.names) {
    const at = { path, offset: base + offset };
    const [name] = names;
    visible.found?.(root);
    if (!visible.roots.has(root as never)) report.add({ ...notVisible(root, visible), ...at });
    else if (root === 'steps' && name !== undefined) {
      checkStep(name, at, visible, report);
      checkField(`steps.${name}`, names[1], STEP_FIELDS, at, report);
    } else if (root === 'run') checkField('run', name, RUN_FIELDS, at, report);
    else if (root === 'secrets' && name === undefined) {
      report.add({
        code: 'workflow.secret',
        message: 'A secret must be named in the expression.',
        hint: 'Write secrets.NAME; a secret’s name cannot be computed.',
        ...at,
      });
    } else if (root === 'inputs' && name !== undefined && !visible.inputs.has(name)) {
      report.add({
        code: 'workflow.unknown_input',
        message: `There is no input ${name}.`,
        hint: `${suggestion(name, visible.inputs, 'input')} Inputs are declared under inputs.`,
        ...at,
      });
    } else if (root === 'env' && name !== undefined && !visible.env.has(name)) {
      report.add({
        code: 'workflow.unknown_env',
        message: `There is no variable ${name} in env.`,
        hint: `${suggestion(name, visible.env, 'variable')} Declare it under env of the workflow or of the step.`,
        ...at,
      });
    }
  }
}

const STEP_FIELDS = ['outputs', 'status', 'error'];
const RUN_FIELDS = ['id', 'workflow', 'started_at', 'attempt'];

function checkField(
  owner: string,
  field: string | undefined,
  known: string[],
  at: { path: Path; offset: number },
  report: Report,
): void {
  if (field === undefined || known.includes(field)) return;
  report.add({
    code: 'workflow.unknown_name',
    message: `${owner} has no ${field}.`,
    hint: suggestion(field, known, 'name'),
    ...at,
  });
}

function notVisible(root: string, { where }: Visible) {
  if (root === 'item' || root === 'index') {
    return {
      code: 'workflow.unknown_name',
      message: `${root} exists only in the with and env of a step with foreach.`,
      hint: 'Add foreach to the step, or use map() and filter().',
    };
  }
  return {
    code: 'workflow.unknown_name',
    message: `${root} cannot be used in ${where}.`,
    hint: 'Move the expression to a step, or use another value.',
  };
}

function checkStep(
  id: string,
  at: { path: Path; offset: number },
  visible: Visible,
  report: Report,
): void {
  if (!visible.stepIds.has(id)) {
    report.add({
      code: 'workflow.unknown_step',
      message: `There is no step ${id}.`,
      hint: suggestion(id, visible.stepIds, 'step'),
      ...at,
    });
    return;
  }
  const why = visible.notBefore(id);
  if (why !== undefined)
    report.add({
      code: 'workflow.not_before',
      message: why,
      hint: `Add ${id} to the needs of this step.`,
      ...at,
    });
}

import type { Json } from '#contract/common.ts';
import { NexusError } from '#main/base/errors.ts';
import type { Unresolved } from '../kinds/kind.ts';
import { CelSyntaxError } from './cel.ts';
import { toText } from './cel-value.ts';
import type { CompiledValue, Scope } from './compiled.ts';
import { compileExpression, type Expression, shorten } from './expression.ts';
import { hasExpression, isWhole, splitTemplate, type TemplateExpression } from './template.ts';

export type Path = (string | number)[];

/** Where compiled values come from, and who hears of what is found in them. */
export interface Site {
  stepIds: ReadonlySet<string>;
  /** Told of every expression; `offset` is where its text starts in the string at `path`. */
  found?(expression: Expression, path: Path, offset: number): void;
  /** Told of what is no expression; without it, the error is thrown. */
  failed?(error: CelSyntaxError, path: Path, offset: number): void;
}

const NOWHERE: Path = [];

/** A value that is always the same. */
export function constant<T>(value: T): CompiledValue<T> {
  return { constant: true, evaluate: () => value };
}

/**
 * Compiles any JSON value with `${{ }}` in its strings (not in its keys). A string that is one
 * expression as a whole keeps the value's type; otherwise values become text, see {@link toText}.
 */
export function compileJson(value: Json, site: Site, path: Path = NOWHERE): CompiledValue {
  if (typeof value === 'string') return compileText(value, site, path);
  if (Array.isArray(value)) {
    const items = value.map((item, i) => compileJson(item, site, [...path, i]));
    if (items.every((item) => item.constant))
      return constant(freeze(items.map((i) => i.evaluate(NO_SCOPE))));
    return { constant: false, evaluate: (scope) => items.map((item) => item.evaluate(scope)) };
  }
  if (typeof value === 'object' && value !== null) {
    return compileRecord(value, (item, at) => compileJson(item, site, at), path);
  }
  return constant(value);
}

/** Compiles each value of a map by `compile`. */
export function compileRecord<V, T>(
  record: Record<string, V>,
  compile: (value: V, path: Path) => CompiledValue<T>,
  path: Path = NOWHERE,
): CompiledValue<Record<string, T>> {
  const entries = Object.entries(record).map(
    ([key, item]) => [key, compile(item, [...path, key])] as const,
  );
  const build = (scope: Scope) => {
    const out: Record<string, T> = {};
    for (const [key, item] of entries) out[key] = item.evaluate(scope);
    return out;
  };
  if (entries.every(([, item]) => item.constant)) return constant(freeze(build(NO_SCOPE)));
  return { constant: false, evaluate: build };
}

/** Compiles a text: the value of its expression where it is one as a whole, else text. */
export function compileText(text: string, site: Site, path: Path = NOWHERE): CompiledValue {
  if (!hasExpression(text)) return constant(text);
  const { literals, values, whole } = compileParts(text, site, path);
  if (whole && values[0]) return { constant: false, evaluate: values[0].evaluate };
  if (values.length === 0) return constant(literals.join(''));
  return {
    constant: false,
    evaluate: (scope) => {
      let out = literals[0]!;
      for (let i = 0; i < values.length; i += 1)
        out += toText(values[i]!.evaluate(scope)) + literals[i + 1]!;
      return out;
    },
  };
}

/** Compiles a value whose result is always text. */
export function compileString(
  value: string | number | boolean,
  site: Site,
  path: Path = NOWHERE,
): CompiledValue<string> {
  if (typeof value !== 'string') return constant(String(value));
  const inner = compileText(value, site, path);
  if (inner.constant) return constant(toText(inner.evaluate(NO_SCOPE)));
  return { constant: false, evaluate: (scope) => toText(inner.evaluate(scope)) };
}

/** Compiles a text that a step kind puts together itself: see {@link Unresolved}. */
export function compileUnresolved(
  text: string,
  site: Site,
  path: Path = NOWHERE,
): CompiledValue<Unresolved> {
  const { literals, values } = compileParts(text, site, path);
  if (values.length === 0) return constant(freeze({ literals, values: [] }));
  return {
    constant: false,
    evaluate: (scope) => ({ literals, values: values.map((value) => value.evaluate(scope)) }),
  };
}

/**
 * Compiles the expression of `if` and `foreach`, where the `${{ }}` around it may be left out.
 * Undefined when it is no expression (`site.failed` was told).
 */
export function compileBare(
  text: string,
  site: Site,
  path: Path = NOWHERE,
): Expression | undefined {
  if (!hasExpression(text)) {
    const lead = text.length - text.trimStart().length;
    return compileOne({ text: text.trim(), offset: lead, start: 0, end: text.length }, site, path);
  }
  const template = splitTemplate(text);
  if (isWhole(template)) return compileOne(template.expressions[0]!, site, path);
  const message =
    template.error?.message ?? 'One expression is wanted here, with nothing around it.';
  report(site, new CelSyntaxError('not_whole', message, 0), path, template.error?.offset ?? 0);
  return undefined;
}

/** A list from a `foreach` expression. @throws NexusError `expression.failed` */
export function compileList(text: string, site: Site, path: Path = NOWHERE): CompiledValue<Json[]> {
  const expression = compileBare(text, site, path);
  return {
    constant: false,
    evaluate: (scope) => {
      const value = expression?.evaluate(scope);
      if (Array.isArray(value)) return value;
      throw wrongType(text, 'a list', value);
    },
  };
}

/** The error for a value of the wrong type. */
export function wrongType(text: string, wanted: string, value: unknown): NexusError {
  const got = value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value;
  return new NexusError({
    code: 'expression.failed',
    message: `The expression ${shorten(text)} must give ${wanted}, and gave ${got === 'object' ? 'a map' : got}.`,
    hint:
      wanted === 'a list'
        ? 'Use map(), filter(), keys() or values() to make a list.'
        : 'Compare with == or use has().',
    details: { expression: text, retryable: false },
  });
}

// Constants are evaluated once, without a scope.
const NO_SCOPE = undefined as unknown as Scope;

interface Part {
  evaluate: (scope: Scope) => Json;
}

function compileParts(
  text: string,
  site: Site,
  path: Path,
): { literals: string[]; values: Part[]; whole: boolean } {
  const template = splitTemplate(text);
  if (template.error) {
    report(
      site,
      new CelSyntaxError('unclosed', template.error.message, 0),
      path,
      template.error.offset,
    );
  }
  const values: Part[] = template.expressions.map(
    (part) => compileOne(part, site, path) ?? constant<Json>(null),
  );
  return { literals: template.literals, values, whole: isWhole(template) };
}

function compileOne(part: TemplateExpression, site: Site, path: Path): Expression | undefined {
  try {
    const expression = compileExpression(part.text, site.stepIds);
    site.found?.(expression, path, part.offset);
    return expression;
  } catch (error) {
    if (!(error instanceof CelSyntaxError)) throw error;
    report(site, error, path, part.offset);
    return undefined;
  }
}

function report(site: Site, error: CelSyntaxError, path: Path, offset: number): void {
  if (!site.failed) throw error;
  site.failed(error, path, offset);
}

// A constant is handed to every run: nobody may change it.
function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
  return value;
}

import type { Json } from '#contract/common.ts';
import { NexusError } from '#main/base/errors.ts';
import { type CelProgram, CelSyntaxError, parseCel } from './cel.ts';
import { NotJson, toJson } from './cel-value.ts';
import type { Scope } from './compiled.ts';
import { expressionHint } from './expression-hints.ts';
import { isPlainAccess, type References, referencesOf } from './references.ts';
import { type QuotedSteps, quoteSteps } from './step-names.ts';

/** One CEL expression, ready to evaluate. */
export interface Expression {
  /** As the author wrote it. */
  text: string;
  /** CEL's static type: `bool`, `dyn`, … */
  type: string;
  references: References;
  /** @throws NexusError `expression.failed`, `expression.too_expensive`, `secret.missing` */
  evaluate: (scope: Scope) => Json;
}

const cache = new Map<string, Expression>();
const CACHE_SIZE = 5000;

/**
 * Compiles one CEL expression; equal texts share the work.
 *
 * @param stepIds ids of the workflow, so that `steps.my-step` is understood.
 * @throws CelSyntaxError with the offset in `text`
 */
export function compileExpression(
  text: string,
  stepIds: ReadonlySet<string> = new Set(),
): Expression {
  const quoted = quoteSteps(text, stepIds);
  const key = quoted.text === text ? text : `${text}\0${quoted.text}`;
  const known = cache.get(key);
  if (known) return known;
  const made = compile(text, quoted);
  if (cache.size >= CACHE_SIZE) cache.clear();
  cache.set(key, made);
  return made;
}

function compile(text: string, quoted: QuotedSteps): Expression {
  if (text === '') throw new CelSyntaxError('empty', 'The expression is empty.', 0);
  let program: CelProgram;
  try {
    program = parseCel(quoted.text);
  } catch (error) {
    if (!(error instanceof CelSyntaxError)) throw error;
    throw new CelSyntaxError(error.code, error.message, quoted.original(error.offset));
  }
  const found = referencesOf(program.ast);
  const references = {
    ...found,
    names: found.names.map((n) => ({ ...n, offset: quoted.original(n.offset) })),
  };
  const secrets = [
    ...new Set(references.names.flatMap((n) => (n.root === 'secrets' ? n.path.slice(0, 1) : []))),
  ];
  const plain = isPlainAccess(program.ast);
  const evaluate = (scope: Scope): Json => {
    const view = secrets.length === 0 ? undefined : secretsView(scope, secrets);
    try {
      const value = program.run(view?.context ?? scope, scope.needs);
      return plain ? (value as Json) : toJson(value);
    } catch (error) {
      throw failed(text, error, view?.missing);
    }
  };
  return { text, type: program.type, references, evaluate };
}

// Only the secrets that the expression names are looked up, when it is evaluated.
function secretsView(scope: Scope, names: string[]): { context: object; missing: unknown } {
  const secrets = Object.create(null) as Record<string, string>;
  let missing: unknown;
  for (const name of names) {
    try {
      secrets[name] = scope.secret(name);
    } catch (error) {
      // Only what is not there may be asked for with has(); of a locked vault nobody can say.
      if ((error as { code?: unknown }).code !== 'secret.missing') throw error;
      missing ??= error;
    }
  }
  return { context: { ...scope, secrets }, missing };
}

interface LibraryError {
  code?: string;
  summary?: string;
  message?: string;
}

function failed(text: string, error: unknown, missing: unknown): NexusError {
  if (error instanceof NexusError) return error;
  const { code = '', summary, message } = error as LibraryError;
  if (code === 'no_such_key' && missing instanceof NexusError) return missing;
  const why = (summary ?? message ?? String(error))
    .replace('re2Matches', 'matches')
    .replace('boundedJoin', 'join');
  return new NexusError({
    code: 'expression.failed',
    message: `The expression ${shorten(text)} failed: ${why}`,
    hint:
      error instanceof NotJson
        ? 'Convert the result first, for instance with string() or int().'
        : expressionHint(code),
    details: { expression: text, retryable: false },
    cause: error,
  });
}

/** An expression as messages show it. */
export function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return `\${{ ${line.length > 120 ? `${line.slice(0, 119)}…` : line} }}`;
}

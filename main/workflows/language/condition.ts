import type { CompiledValue } from './compiled.ts';
import type { Expression } from './expression.ts';
import { compileBare, constant, type Site, wrongType } from './value.ts';

const STATUS_FUNCTIONS = ['success', 'failure', 'always', 'cancelled'];

/**
 * The condition of a step; undefined means `success()`.
 *
 * A condition that neither calls `success()`, `failure()`, `always()` or `cancelled()` nor reads a
 * step's `status` or `error` holds only together with `success()`: `if: inputs.deploy` must not
 * deploy after a failed test.
 *
 * @param jumpers of a jump's target, the steps that may jump: it runs only when one of them failed,
 * and its own condition then decides alone
 */
export function compileCondition(
  text: string | boolean | undefined,
  jumpers: string[] | undefined,
  site: Site,
): CompiledValue<boolean> | undefined {
  if (jumpers) return jumpedTo(jumpers, compileOwn(text, site, false));
  return compileOwn(text, site, true);
}

function jumpedTo(
  jumpers: string[],
  own: CompiledValue<boolean> | undefined,
): CompiledValue<boolean> {
  return {
    constant: false,
    evaluate: (scope) =>
      jumpers.some((id) => scope.steps[id]?.status === 'failed') && (own?.evaluate(scope) ?? true),
  };
}

function compileOwn(
  text: string | boolean | undefined,
  site: Site,
  needsSuccess: boolean,
): CompiledValue<boolean> | undefined {
  if (text === undefined || text === true) return undefined;
  if (text === false) return constant(false);
  const expression = compileBare(text, site);
  if (!expression) return constant(false);
  const guarded = needsSuccess && !looksAtOutcome(expression);
  return {
    constant: false,
    evaluate: (scope) => {
      if (guarded && (scope.needs.failed || scope.needs.cancelled)) return false;
      const value = expression.evaluate(scope);
      if (typeof value === 'boolean') return value;
      throw wrongType(expression.text, 'true or false', value);
    },
  };
}

function looksAtOutcome({ references }: Expression): boolean {
  return (
    STATUS_FUNCTIONS.some((name) => references.calls.has(name)) ||
    references.names.some(
      (n) => n.root === 'steps' && (n.path[1] === 'status' || n.path[1] === 'error'),
    )
  );
}

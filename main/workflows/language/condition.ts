import type { CompiledValue } from './compiled.ts';
import type { Expression } from './expression.ts';
import { compileBare, constant, type Site, wrongType } from './value.ts';

const STATUS_FUNCTIONS = ['success', 'failure', 'always', 'cancelled'];

/**
 * The condition of a step; undefined means `success()`.
 *
 * A condition that neither calls `success()`, `failure()`, `always()` or `cancelled()` nor reads a
 * step's `status` or `error` holds only together with `success()`: `if: inputs.deploy` must not
 * deploy after a failed test. A jump's target runs after a failure by its nature, so nothing is
 * added there.
 */
export function compileCondition(
  text: string | boolean | undefined,
  jumpTarget: boolean,
  site: Site,
): CompiledValue<boolean> | undefined {
  if (text === undefined || text === true) return jumpTarget ? constant(true) : undefined;
  if (text === false) return constant(false);
  const expression = compileBare(text, site);
  if (!expression) return constant(false);
  const guarded = !jumpTarget && !looksAtOutcome(expression);
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

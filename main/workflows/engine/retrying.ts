import type { ErrorShape } from '#contract/errors.ts';
import type { CompiledRetry } from '../language/compiled.ts';

/**
 * Milliseconds until the next attempt, or undefined when there is none: the attempts are used up, the
 * error cannot pass (`details.retryable` is false), or the policy does not name its code.
 * Exponential backoff with its random share taken off, so that `max` stays the maximum. A server that
 * said when to come back (`details.retry_after_ms`) is not asked sooner, whatever `max` says.
 *
 * @param attempts made so far, the one that failed included.
 */
export function retryDelay(
  policy: CompiledRetry | undefined,
  attempts: number,
  error: ErrorShape,
  random: () => number = Math.random,
): number | undefined {
  if (!policy || attempts >= policy.attempts) return undefined;
  if (error.details?.['retryable'] === false) return undefined;
  if (policy.on && !policy.on.some((pattern) => matches(pattern, error.code))) return undefined;
  const full = Math.min(policy.maxMs, policy.backoffMs * policy.factor ** (attempts - 1)) || 0;
  const own = Math.round(full * (1 - policy.jitter * random()));
  const asked = error.details?.['retry_after_ms'];
  return typeof asked === 'number' && Number.isFinite(asked) ? Math.max(own, asked) : own;
}

/** Whether an error code is meant by a pattern: the code itself, or a beginning followed by `*`. */
export function matches(pattern: string, code: string): boolean {
  return pattern.endsWith('*') ? code.startsWith(pattern.slice(0, -1)) : pattern === code;
}

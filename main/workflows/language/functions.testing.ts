import fc from 'fast-check';
import type { Json } from '#contract/common.ts';
import { NexusError } from '#main/base/errors.ts';
import { compileExpression } from './expression.ts';
import { scopeOf } from './testing/scope.ts';

/** For tests: the functions that `give` was seen to call, each by the first name in its text. */
export const called = new Set<string>();

/** What an expression gives for these inputs. */
export function give(text: string, inputs: Record<string, Json> = {}): Json {
  called.add(/\b(\w+)\(/.exec(text)?.[1] ?? '');
  return compileExpression(text, new Set()).evaluate(scopeOf({ inputs }));
}

/** The error of an expression that must fail. */
export function failure(text: string, inputs: Record<string, Json> = {}): NexusError {
  try {
    throw new Error(`gave ${JSON.stringify(give(text, inputs))}`);
  } catch (error) {
    if (error instanceof NexusError) return error;
    throw error;
  }
}

/** JSON without what JSON itself would change on the way. */
export const anyJson = fc
  .jsonValue({ maxDepth: 3 })
  .map((v) => JSON.parse(JSON.stringify(v)) as Json);

/** Any text that UTF-8 can hold. */
export const text = fc
  .string({ unit: 'binary', maxLength: 20 })
  .map((s) => Buffer.from(s).toString());

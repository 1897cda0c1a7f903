import { type AnyContractRouter, isContractProcedure } from '@orpc/contract';
import { implement, type Router } from '@orpc/server';
import { operationMeta, walkContract } from '#contract/walk.ts';
import type { NexusError } from '#main/base/errors.ts';
import type { Call, Connection } from './call.ts';
import { operationError, toWireError } from './errors.ts';
import { gated } from './gated.ts';
import {
  admit,
  announceChange,
  askPolicy,
  countCall,
  type GuardedCall,
  type GuardServices,
  type Notice,
  recordCall,
  unauthenticated,
} from './guards.ts';

/** A handler as the binding sees it; `handlerTypes.ts` gives each its exact type. */
export type AnyHandler = (input: never, call: Call) => unknown;
/** The handlers as a tree of names. */
export type HandlerTree = { [group: string]: { [operation: string]: AnyHandler } };

/** The bound table, for any oRPC transport. */
export type ApiRouter = Router<AnyContractRouter, Connection>;

/** What {@link bind} needs besides the table and the handlers. */
export interface BindOptions extends GuardServices {
  /** Told of what is nobody's doing but ours, for the log. */
  onDefect(operation: string, thrown: unknown): void;
}

/**
 * Binds `handlers` to `table`, each behind the whole chain of guards: count, record, identity, role,
 * (input validation,) policy. A handler too few or too many is an error at start-up; the types in
 * `handlerTypes.ts` make it one at compile time already.
 */
export function bind(table: object, handlers: HandlerTree, options: BindOptions): ApiRouter {
  const names = new Set(walkContract(table).map(({ name }) => name));
  for (const [group, members] of Object.entries(handlers))
    for (const name of Object.keys(members))
      if (!names.delete(`${group}.${name}`)) throw new Error(`No operation ${group}.${name}`);
  if (names.size > 0) throw new Error(`Operations without a handler: ${[...names].join(', ')}`);
  const router: Record<string, Record<string, unknown>> = {};
  for (const [group, members] of Object.entries(table)) {
    const bound: Record<string, unknown> = (router[group] = {});
    for (const [name, operation] of Object.entries(members as Record<string, unknown>))
      if (isContractProcedure(operation))
        bound[name] = bindOne(operation, `${group}.${name}`, handlers[group]![name]!, options);
  }
  return router as ApiRouter;
}

function bindOne(
  contract: Parameters<typeof operationMeta>[0],
  operation: string,
  handler: AnyHandler,
  options: BindOptions,
) {
  const meta = operationMeta(contract);
  const toError = (thrown: unknown): NexusError =>
    operationError(thrown, (defect) => options.onDefect(operation, defect));
  const guardedCall = (connection: Connection, notice: Notice = {}): GuardedCall => ({
    operation,
    meta,
    connection,
    notice,
  });
  // Validation stands between the two middlewares: refused callers learn nothing of the schema, and the
  // policy judges the very input that the handler will get.
  return implement(contract, { initialInputValidationIndex: 1, initialOutputValidationIndex: 1 })
    .$context<Connection>()
    .use(async ({ context, next }, input) => {
      const notice: Notice = {};
      const call = guardedCall(context, notice);
      const inner = async () => {
        try {
          admit(call);
          return await next({ context: { notice } });
        } catch (thrown) {
          throw toError(thrown);
        }
      };
      try {
        const result = await countCall(call, options, () =>
          recordCall(call, options, input, inner),
        );
        if (!meta.stream) return result;
        const frames = result.output as AsyncIterator<unknown>;
        return { ...result, output: withWireErrors(frames, (e) => toWireError(toError(e))) };
      } catch (thrown) {
        throw toWireError(toError(thrown));
      }
    })
    .use(async ({ context, next }, input) => {
      const call = guardedCall(context, context.notice);
      const caller = admit(call);
      await askPolicy(call, options, caller, input);
      await announceChange(call, options, caller, input);
      return next();
    })
    .handler(({ input, context, signal }) => {
      const caller = context.identify();
      if (!caller) throw unauthenticated();
      const base = { caller, streams: context.streams };
      if (!meta.stream)
        return handler(input as never, { ...base, signal: signal ?? new AbortController().signal });
      return gated(
        (ended) => handler(input as never, { ...base, signal: ended }) as AsyncIterable<unknown>,
        { streams: context.streams, signal, check: () => void admit(guardedCall(context)) },
      );
    });
}

// Not a generator: its return() would wait for a next() that is still pending.
function withWireErrors<T>(
  source: AsyncIterator<T>,
  convert: (thrown: unknown) => Error,
): AsyncIterableIterator<T> {
  return {
    next: async () => {
      try {
        return await source.next();
      } catch (thrown) {
        throw convert(thrown);
      }
    },
    return: async () => (await source.return?.()) ?? { done: true, value: undefined },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

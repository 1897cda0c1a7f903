import { implement } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import { RPCLink } from '@orpc/client/message-port';
import { contract } from '#contract/index.ts';
import type { Transport } from '#renderer/client/transport.ts';

type Handler = (options: { input: never; signal?: AbortSignal }) => unknown;

/**
 * A platform at the other end of a real MessagePort, which answers the operations a test gives
 * and refuses the others. Everything between is the real client.
 */
export function pairedPlatform(handlers: Record<string, Handler>): Transport {
  const builder = implement(contract) as unknown as Record<
    string,
    Record<string, { handler: (run: Handler) => unknown }>
  >;
  const router: Record<string, Record<string, unknown>> = {};
  for (const [group, operations] of Object.entries(contract)) {
    router[group] = {};
    for (const name of Object.keys(operations)) {
      const given = handlers[`${group}.${name}`];
      router[group][name] = builder[group]?.[name]?.handler(
        given ??
          (() => {
            throw new Error(`not answered in this test: ${group}.${name}`);
          }),
      );
    }
  }
  return async () => {
    const { port1, port2 } = new MessageChannel();
    new RPCHandler(router as never).upgrade(port1 as never);
    port1.start();
    port2.start();
    return {
      link: new RPCLink({ port: port2 }),
      closed: new Promise((end) => {
        port2.addEventListener('close', () => end());
      }),
    };
  };
}

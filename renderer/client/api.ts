import { createORPCClient, DynamicLink } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import { createTanstackQueryUtils } from '@orpc/tanstack-query';
import type { Contract } from '#contract/index.ts';
import { Connection } from './Connection.ts';
import { pickTransport, type Transport } from './transport.ts';

export type Client = ContractRouterClient<Contract>;

let connection: Connection | undefined;

/** Starts the connection; once, before the first render. Tests hand in their own transport. */
export function connect(transport: Transport = pickTransport()): void {
  connection = new Connection(transport);
  void connection.run();
}

/** The typed client: every operation of the contract, over whatever channel is open. */
export const client: Client = createORPCClient(
  new DynamicLink(() => {
    if (!connection) throw new Error('connect() comes before the first call');
    return connection.link();
  }),
);

/** Query and mutation options for every operation: `useQuery(api.runs.list.queryOptions(...))`. */
export const api = createTanstackQueryUtils(client);

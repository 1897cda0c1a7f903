import { DynamicLink } from '@orpc/client';
import { createTanstackQueryUtils } from '@orpc/tanstack-query';
import { createNexusClient, type NexusClient } from '#contract/client.ts';
import { Connection } from './Connection.ts';
import { pickTransport, type Transport } from './transport.ts';

let connection: Connection | undefined;

/** Starts the connection; once, before the first render. Tests hand in their own transport. */
export function connect(transport: Transport = pickTransport()): void {
  connection = new Connection(transport);
  void connection.run();
}

/** The typed client: every operation of the contract, over whatever channel is open. */
export const client: NexusClient = createNexusClient(
  new DynamicLink(() => {
    if (!connection) throw new Error('connect() comes before the first call');
    return connection.link();
  }),
);

/** Query and mutation options for every operation: `useQuery(api.runs.list.queryOptions(...))`. */
export const api = createTanstackQueryUtils(client);

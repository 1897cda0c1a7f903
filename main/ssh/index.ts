import { Fabric, type SshOptions } from './fabric.ts';

export type {
  Asker,
  LoginSecrets,
  RunOptions,
  RunResult,
  SecretUse,
  ShellChannel,
  ShellRequest,
  SshFabric,
} from './door.ts';
export type { SshEvents } from './events.ts';
export { FileExchange } from './files/exchange.ts';
export { Fabric, type SshOptions } from './fabric.ts';
export type { HostStore } from './hosts.ts';
export { HostOperations } from './operations.ts';
export { type PolicyGate, productionGate } from './policy.ts';
export { sshMigrations } from './migrations.ts';
export { shownOutput } from './shown-output.ts';

/** The SSH fabric over a database that has {@link sshMigrations}. */
export function createSsh(options: SshOptions): Fabric {
  return new Fabric(options);
}

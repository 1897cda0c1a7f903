import type { Host } from '#contract/hosts.ts';
import { NexusError } from '#main/base/errors.ts';
import type { StepContext, StepOutcome } from '#main/workflows/kinds/kind.ts';
import type { HostStore } from '../hosts.ts';
import type { Asker } from '../door.ts';
import type { HostOperations } from '../operations.ts';
import type { HostAction, PolicyGate } from '../policy.ts';

/** What the step kinds work with. */
export interface SshKindDoor {
  inventory: HostStore;
  operations: HostOperations;
  gate: PolicyGate;
}

/** Gives it late: the kinds are declared before there is a platform, and where there never is one. */
export type LateDoor = () => SshKindDoor | undefined;

/** @throws NexusError `ssh.unavailable` where steps are only checked, not run */
export function openDoor(late: LateDoor): SshKindDoor {
  const door = late();
  if (door) return door;
  throw new NexusError({
    code: 'ssh.unavailable',
    message: 'Hosts cannot be reached from here.',
    kind: 'unexpected',
  });
}

/** The hosts that a step names: an expression, or a list of names. @throws NexusError `hosts.*` */
export function chosenHosts(inventory: HostStore, hosts: string | string[]): Host[] {
  if (typeof hosts === 'string') return inventory.select(hosts);
  // A host that is named twice, by its id the second time say, is one host.
  return [
    ...new Map(hosts.map((name) => inventory.get(name)).map((host) => [host.id, host])).values(),
  ];
}

/**
 * Does what a step does on hosts. Where all of it came to nothing because the vault is locked, the
 * step waits for it.
 */
export async function orBlocked(work: () => Promise<StepOutcome>): Promise<StepOutcome> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof NexusError && error.code === 'vault.locked')
      return { type: 'blocked', error };
    throw error;
  }
}

/** The workflow, for the audit of the secrets that its logins take. */
export const askerOf = ({ run }: StepContext): Asker => ({
  by: `workflow:${run.workflow}`,
  run: run.id,
});

/**
 * What a step must ask before it may act; undefined where it may. The approval is bound to the
 * hash of the action: when the command or a host changed meanwhile, it is asked anew.
 */
export function approvalFor(
  gate: PolicyGate,
  action: HostAction,
  context: StepContext,
): StepOutcome | undefined {
  const answer = gate.check(action);
  if (answer.allow || context.approved === answer.hash) return undefined;
  return {
    type: 'approval',
    title: answer.title,
    message: answer.text,
    choices: ['approve', 'reject'],
    fields: [],
    who: [],
    resume: answer.hash,
  };
}

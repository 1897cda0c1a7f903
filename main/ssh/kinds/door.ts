import type { Host } from '#contract/hosts.ts';
import { NexusError } from '#main/base/errors.ts';
import type { StepContext, StepOutcome } from '#main/workflows/kinds/kind.ts';
import type { HostStore } from '../hosts.ts';
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

/** The hosts that a step names, each once: an expression, or a list of names. @throws NexusError `hosts.*` */
export function chosenHosts(inventory: HostStore, hosts: string | string[]): Host[] {
  if (typeof hosts === 'string') return inventory.select(hosts);
  const found = hosts.map((name) => inventory.get(name));
  // A list may name one host twice, by its id or in another case too.
  return [...new Map(found.map((host) => [host.id, host])).values()];
}

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

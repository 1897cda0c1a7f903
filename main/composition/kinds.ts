import { type SshKindDoor, sshKinds } from '#main/ssh/kinds/index.ts';
import { builtinKinds } from '#main/workflows/kinds/index.ts';
import type { StepKind } from '#main/workflows/kinds/kind.ts';

/**
 * Every kind of step that comes with Nexus. @param ssh what the kinds on hosts work with; without it
 * they can be checked and described, not run
 */
export function allKinds(ssh?: () => SshKindDoor | undefined): StepKind[] {
  return [...builtinKinds, ...sshKinds(ssh)];
}

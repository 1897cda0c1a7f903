import type { StepKind } from '#main/workflows/kinds/kind.ts';
import type { LateDoor } from './door.ts';
import { sshKind } from './ssh.ts';
import { downloadKind, uploadKind } from './transfers.ts';

export type { SshKindDoor } from './door.ts';

/** The step kinds of the SSH fabric. @param late gives what they work with, once there is one */
export function sshKinds(late: LateDoor = () => undefined): StepKind[] {
  return [sshKind(late), uploadKind(late), downloadKind(late)];
}

import type { Host } from '#contract/hosts.ts';
import { NexusError } from '#main/base/errors.ts';
import type { Questions } from '#main/questions/index.ts';
import type { HostAction, PolicyGate } from './policy.ts';

/** Asks a person where the gate wants one. @throws NexusError `policy.denied`, `question.*` */
export async function approved(
  gate: PolicyGate,
  questions: Questions,
  action: HostAction,
  options: { interactive: boolean; signal?: AbortSignal },
): Promise<void> {
  const answer = gate.check(action);
  if (answer.allow) return;
  if (!options.interactive) throw needsApproval(action.hosts, answer.hash);
  const { decision } = await questions.ask({
    kind: 'approval',
    title: answer.title,
    text: answer.text,
    subject: action.hosts.map((host) => host.name).join(', '),
    fields: [
      {
        name: 'decision',
        label: 'Decision',
        type: 'choice',
        options: [
          { value: 'approve', label: 'Approve' },
          { value: 'reject', label: 'Reject' },
        ],
      },
    ],
    ...(options.signal ? { signal: options.signal } : {}),
  });
  if (decision === 'approve') return;
  throw new NexusError({
    code: 'policy.denied',
    message: `“${answer.title}” was rejected.`,
    hint: 'Nothing was done on any host.',
    details: { hash: answer.hash, retryable: false },
  });
}

/** The error where an approval is needed and nobody may be asked. */
export function needsApproval(hosts: Pick<Host, 'name'>[], hash: string): NexusError {
  return new NexusError({
    code: 'policy.approval_needed',
    message: `This needs an approval: ${hosts.map((host) => host.name).join(', ')} has a production host among it.`,
    hint: 'Run it where a person can answer, or turn the setting ssh.production_approval off.',
    kind: 'operational',
    details: { hash, retryable: false },
  });
}

import type { RotationPolicy, SecretState } from '#contract/vaultSecrets.ts';

const DAY = 86_400_000;

/** When a value of `changedAt` is to be replaced by its policy, and how things stand at `now`. */
export function rotationState(
  policy: RotationPolicy | undefined,
  changedAt: number,
  now: number,
): { state: SecretState; warns_at?: string; expires_at?: string } {
  if (!policy) return { state: 'ok' };
  const expires = changedAt + policy.max_age_days * DAY;
  const warns = expires - Math.min(policy.warn_days, policy.max_age_days) * DAY;
  const state = now >= expires ? 'expired' : now >= warns ? 'expiring' : 'ok';
  return {
    state,
    warns_at: new Date(warns).toISOString(),
    expires_at: new Date(expires).toISOString(),
  };
}

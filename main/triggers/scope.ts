import type { Json } from '#contract/common.ts';
import type { TriggerInfo } from '#contract/runs.ts';
import { requireSecret } from '#main/secrets/index.ts';
import type { SecretProvider } from '#main/secrets/index.ts';
import type { Scope } from '#main/workflows/language/index.ts';

/** What the expressions of a trigger see: `trigger` as the run will see it, and no run yet. */
export function triggerScope(
  workflow: string,
  { kind, source, payload }: TriggerInfo,
  nowMs: number,
  secrets: SecretProvider,
): Scope {
  return {
    inputs: {},
    steps: {},
    run: { id: '', workflow, started_at: new Date(nowMs).toISOString(), attempt: 1 },
    trigger: { kind, source: source ?? '', ...(payload as Record<string, Json>) },
    env: {},
    secret: (name) => requireSecret(secrets, name),
    needs: { failed: false, cancelled: false },
  };
}

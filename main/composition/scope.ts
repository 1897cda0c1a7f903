import type { Json } from '#contract/common.ts';
import type { Engine } from '#main/workflows/engine/index.ts';
import type { Scope } from '#main/workflows/language/index.ts';

/** What the expressions of a run saw, for the editor's preview; undefined where the run is gone. Secrets are masked. */
export function scopeOf(
  engine: Pick<Engine, 'get'>,
  id: string,
  step: string | undefined,
): Scope | undefined {
  let run;
  try {
    run = engine.get(id);
  } catch {
    return undefined;
  }
  const own = run.steps.find((one) => one.id === step);
  const first = own?.items?.[0];
  // What a step over a list was given is the list itself.
  const list = Array.isArray(own?.inputs) ? own.inputs : [];
  return {
    inputs: (run.inputs ?? {}) as Record<string, Json>,
    steps: Object.fromEntries(
      run.steps.map((one) => [
        one.id,
        { status: one.status, outputs: one.outputs ?? null, error: (one.error ?? null) as Json },
      ]),
    ),
    run: {
      id: run.id,
      workflow: run.workflow,
      started_at: run.started_at ?? run.created_at,
      attempt: own?.attempts ?? 1,
    },
    trigger: (run.trigger.payload ?? {}) as Json,
    env: {},
    secret: () => '***',
    ...(first ? { item: list[first.index] ?? null, index: first.index } : {}),
    needs: { failed: false, cancelled: false },
  };
}

import { NexusError } from '#main/base/errors.ts';
import type { Scope } from '../compiled.ts';

/** A scope for tests; it has one secret, `TOKEN`. */
export function scopeOf(part: Partial<Scope>): Scope {
  return {
    inputs: {},
    steps: {},
    run: { id: 'run_1', workflow: 'w', started_at: '2026-03-29T01:00:00.000Z', attempt: 1 },
    trigger: null,
    env: {},
    needs: { failed: false, cancelled: false },
    secret(name) {
      if (name === 'TOKEN') return 's3cret-value';
      throw new NexusError({ code: 'secret.missing', message: `The secret ${name} is not set.` });
    },
    ...part,
  };
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IDLE_MS, madeLink, settle, type Wire } from '../testing/link.ts';
import type { Lease, Use } from './link.ts';

describe('any course of events', () => {
  type Step =
    | { kind: 'acquire'; use: Use; abort: boolean }
    | { kind: 'release' | 'refuse' | 'abort' | 'drop'; at: number }
    | { kind: 'wait'; ms: number }
    | { kind: 'settle' };
  const at = fc.nat(30);
  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('acquire' as const),
        use: fc.constantFrom<Use>('command', 'command', 'long', 'tunnel'),
        abort: fc.boolean(),
      }),
    },
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('release' as const), at }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('refuse' as const), at }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('abort' as const), at }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop' as const), at }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(IDLE_MS * 2) }),
    },
    { weight: 4, arbitrary: fc.constant({ kind: 'settle' as const }) },
  );

  it('keeps its counts, forgets nobody who waits, and closes all in the end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
        const { acquire, wires, clock, link } = madeLink();
        const leases = new Set<{ lease: Lease; use: Use; wire: Wire }>();
        const aborts: AbortController[] = [];
        let open = 0;
        const pick = (n: number) => [...leases][n % leases.size];
        const check = () => {
          for (const wire of wires) {
            const mine = [...leases].filter((one) => one.wire === wire && wire.alive);
            const sessions = mine.filter((one) => one.use !== 'tunnel').length;
            expect(sessions).toBeLessThanOrEqual(8);
            expect(mine.filter((one) => one.use === 'long').length).toBeLessThanOrEqual(6);
          }
        };
        for (const one of steps) {
          if (one.kind === 'acquire') {
            const abort = new AbortController();
            if (one.abort) aborts.push(abort);
            open += 1;
            void acquire(one.use, { signal: abort.signal })
              .then(
                (lease) => {
                  const wire = lease.connection as unknown as Wire;
                  leases.add({ lease, use: one.use, wire });
                },
                () => undefined,
              )
              .finally(() => (open -= 1));
          } else if (one.kind === 'abort') aborts[one.at % aborts.length || 0]?.abort();
          else if (one.kind === 'drop') wires[one.at % wires.length || 0]?.end(new Error('lost'));
          else if (one.kind === 'wait') clock.advance(one.ms);
          else if (one.kind === 'settle') await settle();
          else if (leases.size > 0) {
            const chosen = pick(one.at)!;
            leases.delete(chosen);
            if (one.kind === 'release' || chosen.use === 'tunnel') chosen.lease.release();
            else chosen.lease.refused();
          }
          check();
        }
        // Everybody who still waits is served, as those before him go.
        for (let round = 0; round < 200 && (open > 0 || leases.size > 0); round += 1) {
          await settle();
          for (const chosen of leases) chosen.lease.release();
          leases.clear();
        }
        expect({ open, left: leases.size }).toEqual({ open: 0, left: 0 });
        expect(link.health().channels).toBe(0);
        clock.advance(IDLE_MS);
        expect(wires.filter((wire) => wire.alive)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});

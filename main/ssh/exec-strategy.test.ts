import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExecEvent } from '#contract/hostCommands.ts';
import type { Host } from '#contract/hosts.ts';
import { type ManyRequest, runMany } from './exec-many.ts';

const named = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ name: `h${i}` }) as Host);

/** What each host does at each try: `.` goes well, `x` fails, `!` cannot be reached. The last one stays. */
type Plan = string[];

/** Runs it, each host for a few turns, and gives what was told. */
async function played(
  plan: Plan,
  request: Pick<ManyRequest, 'strategy' | 'parallel' | 'retries'>,
  turns: (host: number) => number = () => 1,
) {
  const tries = new Map<string, number>();
  const events: ExecEvent[] = [];
  let running = 0;
  let most = 0;
  const all = runMany(
    {
      ...request,
      hosts: named(plan.length),
      maxBytes: 0,
      signal: new AbortController().signal,
    },
    async ({ name }) => {
      most = Math.max(most, (running += 1));
      const host = Number(name.slice(1));
      const attempt = tries.get(name) ?? 0;
      tries.set(name, attempt + 1);
      for (let turn = 0; turn < turns(host); turn += 1)
        await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      const does = plan[host]!;
      const now = does[Math.min(attempt, does.length - 1)];
      if (now === '!') throw new Error('unreachable');
      return { exitCode: now === 'x' ? 1 : 0, signal: null };
    },
  );
  for await (const event of all) events.push(event);
  const done = events.at(-1) as Extract<ExecEvent, { type: 'done' }>;
  const story = events.flatMap((event) =>
    event.type === 'start' || event.type === 'end' ? [`${event.host} ${event.type}`] : [],
  );
  return { events, done, most, story, tries };
}

describe('canary', () => {
  const canary = { strategy: 'canary', parallel: 2, retries: 0 } as const;

  it('tries the first host alone, and no other where it fails', async () => {
    const { story, done } = await played(['x', '.', '.'], canary);
    expect(story).toEqual(['h0 start', 'h0 end']);
    expect(done).toMatchObject({ failed: ['h0'], skipped: ['h1', 'h2'] });
  });

  it('begins no further host after a failure among the others', async () => {
    // Bug caught: the first host is fine, and the change breaks the other ninety-nine.
    const { done, most } = await played(['.', '.', 'x', '.', '.', '.', '.'], canary);
    expect(done.failed).toEqual(['h2']);
    expect(done.skipped).toContain('h6');
    expect(done.skipped.length).toBeGreaterThanOrEqual(3);
    expect(most).toBe(2);
  });
});

describe('rolling', () => {
  const rolling = { strategy: 'rolling', parallel: 1, retries: 1 } as const;

  it('goes on after a host that went well at the second try, before the next one begins', async () => {
    // Bug caught: the failed host is repaired by trying again, and the rest of the fleet stays old.
    const { story, done } = await played(['.', 'x.', '.'], rolling);
    expect(story.filter((line) => line.endsWith('start'))).toEqual(
      ['h0', 'h1', 'h1', 'h2'].map((host) => `${host} start`),
    );
    expect(done).toMatchObject({ succeeded: ['h0', 'h1', 'h2'], failed: [], skipped: [] });
  });

  it('tries all again that failed side by side, whatever the first of them does', async () => {
    // Bug caught: the first one fails again, and the second one is not tried again at all.
    const { tries, done } = await played(['x', 'x.', '.'], { ...rolling, parallel: 2 });
    expect([...tries]).toEqual([
      ['h0', 2],
      ['h1', 2],
    ]);
    expect(done).toMatchObject({ succeeded: ['h1'], failed: ['h0'], skipped: ['h2'] });
  });

  it('begins no further host though whoever reads does not hear of the failure yet', async () => {
    // Bug caught: the failure counts only when its event was taken, and a slow window lets the others begin.
    const begun: string[] = [];
    const chunk = Buffer.alloc(1024 * 1024);
    const all = runMany(
      {
        hosts: named(6),
        strategy: 'rolling',
        parallel: 2,
        retries: 0,
        maxBytes: Number.POSITIVE_INFINITY,
        signal: new AbortController().signal,
      },
      async ({ name }, _, onOutput) => {
        begun.push(name);
        // More than may wait unread; nobody waits for it here, as with the last bytes of a command.
        if (name === 'h0') void onOutput('stdout', chunk);
        else await new Promise((resolve) => setImmediate(resolve));
        return { exitCode: name === 'h0' ? 1 : 0, signal: null };
      },
    );
    expect((await all.next()).value).toMatchObject({ type: 'start' });
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(begun).toEqual(['h0', 'h1']);
    for await (const event of all) if (event.type === 'done') expect(event.skipped).toHaveLength(4);
  });
});

describe('any strategy', () => {
  const plans = fc.array(fc.stringMatching(/^[.x!]{1,3}$/), { minLength: 1, maxLength: 12 });

  it('keeps its word, whatever hosts do', async () => {
    await fc.assert(
      fc.asyncProperty(
        plans,
        fc.constantFrom('all', 'rolling', 'canary'),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 0, max: 3 }),
        fc.array(fc.nat({ max: 4 }), { minLength: 12, maxLength: 12 }),
        async (plan, strategy, parallel, retries, turns) => {
          const { events, done, most, tries } = await played(
            plan,
            { strategy, parallel, retries },
            (host) => turns[host]!,
          );
          const names = plan.map((_, i) => `h${i}`);
          const sorted = (list: string[]) => list.toSorted();
          expect(sorted([...done.succeeded, ...done.failed, ...done.skipped])).toEqual(
            sorted(names),
          );
          expect(most).toBeLessThanOrEqual(parallel);
          // Tried again is what failed, so often as was said, and nothing that went well.
          for (const [host, count] of tries) {
            const does = plan[Number(host.slice(1))]!.slice(0, count);
            expect(does.slice(0, -1)).not.toContain('.');
            expect(count).toBeLessThanOrEqual(retries + 1);
            expect(done.succeeded.includes(host)).toBe(
              plan[Number(host.slice(1))]!.slice(0, retries + 1).includes('.'),
            );
          }
          if (strategy === 'all') {
            expect(done.skipped).toEqual([]);
            return;
          }
          expect(done.failed.length).toBeLessThanOrEqual(
            strategy === 'canary' && tries.size === 1 ? 1 : parallel,
          );
          // In order, and none after a failure that is not made good.
          const begun = names.filter((host) => tries.has(host));
          expect(begun).toEqual(names.slice(0, begun.length));
          const bad = new Set<string>();
          let open = 0;
          for (const event of events) {
            if (event.type === 'start') {
              open += 1;
              if (event.attempt === 1) expect([...bad]).toEqual([]);
              if (strategy === 'canary' && tries.size > 1 && event.host === 'h0')
                expect(open).toBe(1);
            } else if (event.type === 'end') {
              open -= 1;
              if (event.exit_code === 0) bad.delete(event.host);
              else bad.add(event.host);
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

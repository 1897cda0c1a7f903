import { describe, expect, test } from 'vitest';
import type { Json } from '#contract/common.ts';
import type { RunDetail, RunSummary, TriggerInfo } from '#contract/runs.ts';
import { workflowCompletedTrigger } from '#contract/workflow.ts';
import { ManualClock } from '#main/base/clock.ts';
import { migrate, openDatabase } from '#main/base/database.ts';
import { NexusError } from '#main/base/errors.ts';
import { silentLogger } from '#main/base/log.ts';
import { compileJson } from '#main/workflows/language/index.ts';
import { createCompletions, MOST_LINKS } from './completed.ts';
import type { Completions } from './completed.ts';
import { triggersMigrations } from './migrations.ts';

const START = Date.UTC(2026, 0, 1);

/** Completions over a real database and a journal in memory that keeps dedupe keys as the engine does. */
function world() {
  const db = openDatabase(':memory:');
  migrate(db, [triggersMigrations]);
  const clock = new ManualClock(START);
  const journal: RunDetail[] = [];
  const keys = new Set<string>();
  const reports: string[] = [];
  const trouble: { next?: NexusError | undefined } = {};
  const run = (workflow: string, parts: Partial<RunDetail> = {}): RunDetail => {
    const detail = {
      id: `run_${journal.length + 1}`,
      workflow,
      status: 'running',
      trigger: { kind: 'manual' },
      created_at: new Date(clock.now()).toISOString(),
      ...parts,
    } as RunDetail;
    journal.push(detail);
    return detail;
  };
  const create = () =>
    createCompletions({
      db,
      clock,
      log: silentLogger,
      secrets: { get: () => undefined, names: () => [] },
      compile: (value) => compileJson(value, { stepIds: new Set() }),
      report: (workflow, error) => reports.push(`${workflow} ${error.code}`),
      runs: {
        get: (id) => {
          const found = journal.find((one) => one.id === id);
          if (!found) throw new NexusError({ code: 'run.not_found', message: 'gone' });
          return found;
        },
        // Pages of two, so that paging is used.
        list: ({ workflow, status, since, cursor }) => {
          const all = journal
            .filter(
              (one) =>
                (!workflow || one.workflow === workflow) &&
                (!status || status.includes(one.status)) &&
                Date.parse(one.created_at) >= (since ?? 0) &&
                (!cursor || journal.indexOf(one) < Number(cursor)),
            )
            .toReversed();
          const items: RunSummary[] = all.slice(0, 2);
          return all.length > 2 ? { items, next: String(journal.indexOf(all[1]!)) } : { items };
        },
      },
      async start(workflow, inputs, trigger, { dedupeKey }) {
        const error = trouble.next;
        trouble.next = undefined;
        if (error) throw error;
        if (keys.has(`${workflow} ${dedupeKey}`)) return;
        keys.add(`${workflow} ${dedupeKey}`);
        run(workflow, { trigger, inputs });
      },
    });
  const self = {
    clock,
    journal,
    reports,
    trouble,
    run,
    completions: create(),
    /** A process that comes after this one; what it is subscribed to is read from the files again. */
    restart(): Completions {
      self.completions = create();
      return self.completions;
    },
    /** Ends a run in the journal; unless `unheard`, the platform hears of it. */
    end(detail: RunDetail, status: RunDetail['status'] = 'succeeded', unheard = false) {
      const outputs: Json = { n: 1 };
      Object.assign(detail, { status, outputs, ended_at: new Date(clock.now()).toISOString() });
      if (!unheard) self.completions.ended({ run: detail, outputs });
    },
    started: (workflow: string) => journal.filter((one) => one.workflow === workflow),
  };
  return self;
}

const after = (workflow: string, parts: object = {}) => [
  workflowCompletedTrigger.parse({ workflow, ...parts }),
];

describe('following', () => {
  test('a follow-up sees what ended and how', async () => {
    const w = world();
    w.completions.sync('b', after('a', { inputs: { got: '${{ trigger.outputs.n }}' } }));
    await w.completions.open();
    const a = w.run('a');
    w.end(a);
    await w.completions.idle();
    expect(w.started('b')).toMatchObject([
      {
        inputs: { got: 1 },
        trigger: {
          kind: 'workflow_completed',
          source: a.id,
          payload: { run: a.id, workflow: 'a', status: 'succeeded', outputs: { n: 1 }, links: 1 },
        },
      },
    ]);
  });

  test('only the ends that were asked for', async () => {
    const w = world();
    w.completions.sync('on-success', after('a'));
    w.completions.sync('on-failure', after('a', { status: ['failed', 'cancelled'] }));
    await w.completions.open();
    w.end(w.run('a'));
    w.end(w.run('a'), 'failed');
    w.end(w.run('a'), 'cancelled');
    w.end(w.run('other'));
    // Turned away by the workflow's concurrency: it never took place.
    const error = { code: 'run.skipped', message: '', kind: 'operational' as const };
    w.end(w.run('a', { error }), 'cancelled');
    await w.completions.idle();
    expect(w.started('on-success')).toHaveLength(1);
    expect(w.started('on-failure')).toHaveLength(2);
  });

  test('a workflow that no longer waits is not started', async () => {
    const w = world();
    w.completions.sync('b', after('a'));
    await w.completions.open();
    w.completions.sync('b', []);
    w.end(w.run('a'));
    await w.completions.idle();
    expect(w.started('b')).toEqual([]);
  });
});

describe('nothing is lost and nothing doubled', () => {
  test('an end that was committed just before a crash is caught up with, once', async () => {
    const w = world();
    w.completions.sync('b', after('a'));
    await w.completions.open();
    // It began long before, and others began since.
    const old = w.run('a');
    w.clock.advance(86_400_000);
    for (let i = 0; i < 5; i += 1) w.end(w.run('a'));
    await w.completions.idle();
    w.clock.advance(60_000);
    w.end(old, 'succeeded', true);
    // Two crashes in a row.
    for (let i = 0; i < 2; i += 1) {
      w.restart().sync('b', after('a'));
      await w.completions.open();
    }
    expect(w.started('b')).toHaveLength(6);
    expect(w.started('b').filter((run) => run.trigger.source === old.id)).toHaveLength(1);
  });

  test('what ended before the first start of all is left alone', async () => {
    const w = world();
    w.end(w.run('a'), 'succeeded', true);
    w.clock.advance(3_600_000);
    w.completions.sync('b', after('a'));
    await w.completions.open();
    expect(w.started('b')).toEqual([]);
  });

  test('a workflow that began to wait later is not started for ends of long ago', async () => {
    const w = world();
    await w.completions.open();
    w.end(w.run('a'));
    w.clock.advance(60_000);
    await w.completions.close();
    w.restart().sync('b', after('a'));
    await w.completions.open();
    expect(w.started('b')).toEqual([]);
  });

  test('a passing trouble is tried again, also across a restart', async () => {
    const full = new NexusError({ code: 'database.full', message: 'Full.', kind: 'operational' });
    const w = world();
    w.completions.sync('b', after('a'));
    await w.completions.open();
    w.trouble.next = full;
    w.end(w.run('a'));
    await w.completions.idle();
    expect(w.started('b')).toEqual([]);
    w.clock.advance(30_000);
    await w.completions.idle();
    expect(w.started('b')).toHaveLength(1);

    // This one began long before everything else.
    const old = w.run('a');
    w.clock.advance(86_400_000);
    w.end(w.run('a'));
    w.trouble.next = full;
    w.end(old);
    await w.completions.close();
    w.clock.advance(3_600_000);
    w.restart().sync('b', after('a'));
    await w.completions.open();
    expect(w.started('b')).toHaveLength(3);
  });

  test('what cannot be started as it is is reported and not tried again', async () => {
    const w = world();
    w.completions.sync('b', after('a'));
    await w.completions.open();
    w.trouble.next = new NexusError({ code: 'workflow.invalid', message: 'Two problems.' });
    w.end(w.run('a'));
    await w.completions.idle();
    w.clock.advance(60_000);
    await w.completions.idle();
    expect([w.started('b'), w.reports]).toEqual([[], ['b workflow.invalid']]);
  });
});

describe('loops', () => {
  test('two workflows that wait for each other are cut', async () => {
    const w = world();
    w.completions.sync('a', after('b'));
    w.completions.sync('b', after('a'));
    await w.completions.open();
    w.run('a');
    for (let i = 0; i < w.journal.length && i < 100; i += 1) {
      w.end(w.journal[i]!);
      await w.completions.idle();
    }
    expect(w.journal).toHaveLength(1 + MOST_LINKS);
    expect(w.reports).toEqual(['b trigger.loop']);
  });

  test('a chain is followed through sub-workflows and retries', async () => {
    const w = world();
    w.completions.sync('a', after('sub'));
    await w.completions.open();
    let trigger: TriggerInfo = { kind: 'manual' };
    for (let i = 0; i < 30; i += 1) {
      const a = w.run('a', { trigger });
      const again = w.run('a', { trigger: { kind: 'retry', source: a.id } });
      w.end(w.run('sub', { trigger: { kind: 'workflow', source: again.id } }));
      await w.completions.idle();
      const next = w.started('a').at(-1)!;
      if (next === again) break;
      trigger = next.trigger;
    }
    expect(w.reports).toEqual(['a trigger.loop']);
    expect(w.started('sub')).toHaveLength(MOST_LINKS + 1);
  });
});

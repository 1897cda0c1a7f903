import type { Json } from '#contract/common.ts';
import type { TriggerInfo } from '#contract/runs.ts';
import type { EventBus } from '#main/base/events.ts';
import { checkCron, createScheduler, type Scheduler } from '#main/scheduler/index.ts';
import { requireSecret } from '#main/secrets/index.ts';
import { createAlertTriggers, createCompletions, createWebhooks } from '#main/triggers/index.ts';
import { createEngine, type EngineEvents } from '#main/workflows/engine/index.ts';
import { compileJson } from '#main/workflows/language/index.ts';
import { createWorkflowStore, type WorkflowStore } from '#main/workflows/store/index.ts';
import type { Base, Engine, Parts } from './parts.ts';
import { runnableOf, scheduledOf } from './runnable.ts';
import { noticed, splitAtSecrets, vaultDoor } from './vault.ts';

/** Starts the last valid version of a workflow, for what starts by itself. */
export type StartByItself = (
  workflow: string,
  inputs: Record<string, Json>,
  trigger: TriggerInfo,
  more: { dedupeKey?: string; wantResponse?: boolean },
) => ReturnType<Engine['start']>;

type WorkflowParts = Pick<
  Parts,
  'store' | 'engine' | 'scheduler' | 'webhooks' | 'completions' | 'alertTriggers'
> & { start: StartByItself };

/**
 * Workflow files, the engine that runs them, and what starts them.
 *
 * @param notice tells a person that the vault is locked and something waits for it
 */
export function createWorkflows(
  base: Base,
  events: EventBus<EngineEvents>,
  notice: (body: string) => void,
): WorkflowParts {
  const { db, paths, clock, log, secrets, notifications, kinds } = base;
  const store = createWorkflowStore({
    dir: paths.workflows,
    kinds,
    db,
    clock,
    log: log.part('workflows'),
    checkCron,
  });
  const compile = (value: Json) => compileJson(value, { stepIds: new Set() });
  const trigger = { clock, log: log.part('triggers'), compile };
  const completions = createCompletions({
    ...trigger,
    secrets: noticed(secrets, notice),
    workflow: (name) => scheduledOf(store, name),
    report: (workflow, error) => {
      notifications.notify({
        level: 'danger',
        title: `${workflow} was not started`,
        body: error.message,
      });
    },
  });
  const engine = buildEngine(base, store, completions, events);
  const start: StartByItself = async (workflow, inputs, by, more) =>
    engine.start({ workflow: scheduledOf(store, workflow), inputs, trigger: by, ...more });
  return {
    store,
    engine,
    completions,
    scheduler: buildScheduler(base, store, start),
    webhooks: createWebhooks({
      db,
      clock,
      log: log.part('webhooks'),
      secrets: noticed(secrets, notice),
      start,
      compile,
      finished: (run, signal) => engine.finished(run, signal),
    }),
    alertTriggers: createAlertTriggers({ ...trigger, secrets }),
    start,
  };
}

function buildEngine(
  { options, paths, db, clock, log, redactor, settings, vault, secrets, notifications }: Base,
  store: WorkflowStore,
  completions: Parts['completions'],
  events: EventBus<EngineEvents>,
): Engine {
  let parallel = settings.get().max_parallel_steps;
  const engine = createEngine({
    db,
    home: paths.home,
    outputs: paths.outputs,
    clock,
    log: log.part('engine'),
    events,
    definition: (hash) => store.definition(hash),
    versions: store.versions,
    remember: (compiled) => store.remember(compiled),
    workflow: (name) => runnableOf(store, name),
    secret: (name, by) => {
      const value = requireSecret(secrets, name);
      vault.used(name, `workflow:${by.workflow}`, { run: by.run });
      return value;
    },
    ...vaultDoor(vault),
    secretsIn: (text) => splitAtSecrets(secrets, text),
    redact: (text) => redactor.redactText(text),
    redactJson: (value) => redactor.redactJson(value),
    conceal: (value) => redactor.add(value),
    notify: ({ level, title, body, run }) => {
      notifications.notify({
        level,
        title,
        link: `/runs/${run}`,
        ...(body === undefined ? {} : { body }),
      });
    },
    followers: (run, outputs) => completions.followers(run, outputs),
    maxParallelSteps: () => parallel,
    ...(options.leaseTtlMs === undefined ? {} : { leaseTtlMs: options.leaseTtlMs }),
  });
  settings.onChange(() => {
    parallel = settings.get().max_parallel_steps;
    engine.limitsChanged();
  });
  return engine;
}

function buildScheduler(
  { db, clock, log }: Base,
  store: WorkflowStore,
  start: StartByItself,
): Scheduler {
  return createScheduler({
    db,
    clock,
    log: log.part('scheduler'),
    exists: (workflow) => store.files().some((file) => file.name === workflow),
    start: async (workflow, inputs, trigger, dedupeKey) => {
      const { run, skipped } = await start(workflow, inputs, trigger, { dedupeKey });
      return { run: run.id, skipped };
    },
  });
}

import type { Workflow } from '#contract/workflow.ts';
import type { EventBus } from '#main/base/events.ts';
import type { Notifications } from '#main/notifications/index.ts';
import type { Parts } from './parts.ts';
import type { EngineEvents } from '#main/workflows/engine/index.ts';
import type { WorkflowStore } from '#main/workflows/store/index.ts';

const list = <T>(value: T | T[] | undefined): T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

/** What starts a workflow by itself: what its last valid version says, unless its triggers are off or it is gone. */
function triggersOf(store: WorkflowStore, name: string): NonNullable<Workflow['on']> {
  if (!store.isEnabled(name)) return {};
  return store.compiled(name)?.definition.on ?? {};
}

/** Brings schedules, webhooks and completions in line with the files, now and whenever a file changes. */
export function wireTriggers(parts: Parts): void {
  const { store, scheduler, webhooks, completions, alertTriggers, engine } = parts;
  const now = store.files().map(({ name }) => [name, triggersOf(store, name)] as const);
  scheduler.syncAll(new Map(now.map(([name, on]) => [name, list(on.schedule)])));
  webhooks.syncAll(new Map(now.map(([name, on]) => [name, list(on.webhook)])));
  for (const [name, on] of now) {
    completions.sync(name, list(on.workflow_completed));
    alertTriggers.sync(name, list(on.alert));
  }
  store.events.on('changed', ({ name }) => {
    const on = triggersOf(store, name);
    scheduler.sync(name, list(on.schedule));
    webhooks.sync(name, list(on.webhook));
    completions.sync(name, list(on.workflow_completed));
    alertTriggers.sync(name, list(on.alert));
  });
  store.lookups = {
    lastRun: (name) => engine.list({ workflow: name, limit: 1 }).items[0],
    nextAt: (name) => scheduler.nextOf(name),
  };
}

/** Puts what needs a person, and what broke, into the notification centre. */
export function tellPeople(notifications: Notifications, events: EventBus<EngineEvents>): void {
  events.on('approval_asked', (approval) => {
    notifications.notify({
      level: 'warn',
      title: `${approval.workflow} asks for approval`,
      body: approval.title,
      link: `/runs/${approval.run}`,
    });
  });
  events.on('step_interrupted', (step) => {
    notifications.notify({
      level: 'warn',
      title: `${step.workflow} was interrupted`,
      body: `Step ${step.step} was running when Nexus stopped. Say whether to retry, skip or fail it.`,
      link: `/runs/${step.run}`,
    });
  });
  events.on('run_ended', ({ run }) => {
    if (run.status !== 'failed') return;
    notifications.notify({
      level: 'danger',
      title: `${run.workflow} failed`,
      ...(run.error ? { body: run.error.message } : {}),
      link: `/runs/${run.id}`,
    });
  });
}

import { join } from 'node:path';
import type { PlatformStatus } from '#contract/platform.ts';
import type { Services } from '#main/api/index.ts';
import { NexusError } from '#main/base/errors.ts';
import { resourcesFolder } from '#main/base/resources.ts';
import { checkCron } from '#main/scheduler/index.ts';
import type { Parts } from './parts.ts';
import { workflowOperations } from '#main/workflows/store/index.ts';
import { createTemplates } from '#main/workflows/templates/index.ts';
import { version } from '#main/base/version.ts';
import type { Faces } from './faces.ts';
import { monitorService } from './monitoring.ts';
import { scopeOf } from './scope.ts';

/** What the table of operations is bound to. `faces` is looked up late: they are opened on top of the table. */
export function createServices(parts: Parts, faces: () => Faces | undefined): Services {
  const { engine, scheduler, audit, settings, notifications, access } = parts;
  return {
    platform: {
      status: () => statusOf(parts, faces()),
      watch: (signal) => watchStatus(parts, faces, signal),
      logs: (signal) => logLines(parts, signal),
      loginLink: (role) => {
        const open = faces();
        if (open?.address()) return open.loginLink(role);
        throw new NexusError({
          code: 'gateway.off',
          message: 'The dashboard is off: this Nexus does not listen on HTTP.',
          hint: 'Run the headless platform: nexus serve',
          kind: 'operational',
        });
      },
    },
    engine,
    vault: parts.vault,
    workflows: workflowService(parts),
    schedules: {
      list: (workflow) => scheduler.list(workflow),
      add: (input) => scheduler.add(input),
      remove: (id) => scheduler.remove(id),
      pause: (id) => scheduler.pause(id),
      resume: (id) => scheduler.resume(id),
      history: (id, limit) => scheduler.history(id, limit),
      next: (input) => scheduler.next(input),
      watch: (signal) => scheduler.watch(signal),
    },
    ...monitorService(parts),
    audit: {
      list: (input) => audit.list(input),
      verify: () => audit.verify(),
      export: (input) => audit.export(input),
    },
    terminals: parts.terminals,
    settings: { get: () => settings.get(), set: (change) => settings.set(change) },
    tokens: {
      list: () => access.tokens(),
      create: (input) => access.createToken(input),
      revoke: (id) => access.revokeToken(id),
    },
    hosts: {
      inventory: parts.ssh.hosts,
      health: () => parts.ssh.health(),
      operations: parts.hosts,
      redactor: parts.redactor,
    },
    files: parts.files,
    questions: parts.questions,
    notifications: {
      list: () => notifications.list(),
      read: (ids) => notifications.read(ids),
      watch: (signal) => notifications.watch(signal),
    },
  };
}

function workflowService(parts: Parts): Services['workflows'] {
  const { store, engine, secrets, kinds, webhooks } = parts;
  const templates = createTemplates(join(resourcesFolder(), 'templates'));
  return workflowOperations(store, {
    kinds,
    checkCron,
    scopeOf: (run, step) => scopeOf(engine, run, step),
    secretNames: () => secrets.names(),
    templates: () => templates.list(),
    conflicts: (workflow, triggers) => webhooks.conflicts(workflow, triggers),
  });
}

function statusOf(parts: Parts, faces: Faces | undefined): PlatformStatus {
  const { engine, scheduler, store, startedAt, paths } = parts;
  const { state, problem } = engine.state();
  const next = scheduler.earliest();
  return {
    pid: process.pid,
    version,
    home: paths.home,
    address: faces?.address() ?? null,
    started_at: new Date(startedAt).toISOString(),
    uptime_seconds: (Date.now() - startedAt) / 1000,
    schedules: scheduler.count(),
    active_runs: engine.activeRuns(),
    ...(next
      ? { next_schedule: { workflow: next.workflow, at: new Date(next.at).toISOString() } }
      : {}),
    engine: state,
    problems: [problem, store.problem?.toShape()].filter((one) => one !== undefined),
  };
}

// Again whenever a run or a schedule changed; a burst of changes becomes one answer.
async function* watchStatus(
  parts: Parts,
  faces: () => Faces | undefined,
  signal: AbortSignal,
): AsyncGenerator<PlatformStatus, void, undefined> {
  const ended = new AbortController();
  const both = AbortSignal.any([signal, ended.signal]);
  let changed = true;
  let wake: (() => void) | undefined;
  const hear = async (source: AsyncIterable<unknown>) => {
    for await (const _ of source) {
      changed = true;
      wake?.();
    }
  };
  const onAbort = () => wake?.();
  signal.addEventListener('abort', onAbort);
  for (const source of [parts.engine.changes(both), parts.scheduler.watch(both)])
    hear(source).catch(() => undefined);
  try {
    while (!signal.aborted) {
      if (changed) {
        changed = false;
        yield statusOf(parts, faces());
      } else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    ended.abort();
  }
}

async function* logLines(
  parts: Parts,
  signal: AbortSignal,
): ReturnType<Services['platform']['logs']> extends AsyncIterable<infer Line>
  ? AsyncGenerator<Line, void, undefined>
  : never {
  for await (const record of parts.ring.read(signal)) {
    yield {
      at: new Date(record.at).toISOString(),
      level: record.level,
      part: record.part,
      message: record.message,
      ...(record.fields ? { fields: JSON.parse(JSON.stringify(record.fields)) as never } : {}),
    };
  }
}

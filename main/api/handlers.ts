import { roleAllows, roles } from '#contract/define.ts';
import type { OperationTelemetry } from '#main/telemetry/index.ts';
import { compareRuns } from './compareRuns.ts';
import type { Handlers } from './handlerTypes.ts';
import type { Services } from './services.ts';
import { fileHandlers } from './files.ts';
import { hostHandlers } from './hosts.ts';
import { questionHandlers } from './questions.ts';
import { startRun } from './startRun.ts';
import { vaultHandlers } from './vaultHandlers.ts';
import { terminalHandlers } from './terminals.ts';

/** Every operation, one line each into a service. A streaming one gives its bare items; the binding gates them. */
export function createHandlers(services: Services, telemetry: OperationTelemetry): Handlers {
  const { platform, engine, workflows, schedules, monitor, alerts, audit } = services;
  const { settings, tokens, notifications } = services;
  return {
    platform: {
      status: () => platform.status(),
      watch: (_, { signal }) => platform.watch(signal),
      whoami: (_, { caller }) => caller,
      logs: (_, { signal }) => platform.logs(signal),
      loginLink: ({ role }) => platform.loginLink(role),
      metrics: () => ({ operations: telemetry.summary(), engine: engine.counters() }),
    },
    workflows: {
      list: async () => ({ workflows: await workflows.list() }),
      get: async ({ name }) => ({ workflow: await workflows.get(name) }),
      validate: (input) => workflows.validate(input),
      save: async (input) => ({ workflow: await workflows.save(input) }),
      create: async (input) => ({ workflow: await workflows.create(input) }),
      rename: async ({ name, to }) => ({ workflow: await workflows.rename(name, to) }),
      remove: async ({ name }) => ({ trash: await workflows.remove(name) }),
      restore: async ({ trash }) => ({ workflow: await workflows.restore(trash) }),
      enable: async ({ name, enabled }) => ({ workflow: await workflows.enable(name, enabled) }),
      kinds: async () => ({ kinds: await workflows.kinds() }),
      schema: async () => ({ schema: await workflows.schema() }),
      templates: async () => ({ templates: await workflows.templates() }),
      preview: (input) => workflows.preview(input),
    },
    runs: {
      start: async (input, call) => ({ run: await startRun(services, input, call) }),
      list: ({ since, status, ...rest }) =>
        engine.list({
          ...rest,
          status: typeof status === 'string' ? [status] : status,
          since: since === undefined ? undefined : Date.parse(since),
        }),
      get: ({ id }) => ({ run: engine.get(id) }),
      watch: ({ id }, { signal }) => engine.watch(id, signal),
      changes: (_, { signal }) => engine.changes(signal),
      log: ({ id, ...options }, { signal }) => engine.log(id, { ...options, signal }),
      cancel: async ({ id, reason }, { caller }) => ({
        run: await engine.cancel(id, caller.name, reason),
      }),
      retry: async ({ id, from, version }, { caller }) => ({
        run: await engine.retry(id, {
          from,
          by: caller.name,
          latest:
            version === 'latest' ? await workflows.compiled(engine.get(id).workflow) : undefined,
        }),
      }),
      resolve: async ({ id, ...options }, { caller }) => ({
        run: await engine.resolve(id, { ...options, by: caller.name }),
      }),
      approvals: () => engine.approvals(),
      approve: async ({ id, ...options }, { caller }) => ({
        run: await engine.approve(id, {
          ...options,
          by: caller.name,
          roles: roles.filter((role) => roleAllows(caller.role, role)),
        }),
      }),
      event: async (event) => ({ delivered: await engine.sendEvent(event) }),
      compare: ({ id, other }) => compareRuns(engine.get(id), engine.get(other)),
      statistics: ({ hours }) => ({ buckets: engine.statistics(hours) }),
    },
    schedules: {
      list: async ({ workflow }) => ({ schedules: await schedules.list(workflow) }),
      add: async (input) => ({ schedule: await schedules.add(input) }),
      remove: async ({ id }) => ({ removed: await schedules.remove(id) }),
      pause: async ({ id }) => ({ schedule: await schedules.pause(id) }),
      resume: async ({ id }) => ({ schedule: await schedules.resume(id) }),
      history: async ({ id, limit }) => ({ firings: await schedules.history(id, limit) }),
      next: (input) => schedules.next(input),
      watch: (_, { signal }) => schedules.watch(signal),
    },
    monitor: {
      hosts: async () => ({ hosts: await monitor.hosts() }),
      set: async (input) => ({ host: await monitor.set(input) }),
      metrics: async ({ host }) => ({ metrics: await monitor.metrics(host) }),
      latest: async ({ host }) => ({ sample: await monitor.latest(host) }),
      look: async ({ host }) => ({ sample: await monitor.look(host) }),
      facts: async ({ host }) => ({ facts: await monitor.facts(host) }),
      series: (input) => monitor.series(input),
      live: ({ host }, { signal }) => monitor.live(host, signal),
    },
    alerts: {
      rules: async () => ({ rules: await alerts.rules() }),
      add: async (input) => ({ rule: await alerts.add(input) }),
      update: async (input) => ({ rule: await alerts.update(input) }),
      remove: async ({ id }) => ({ removed: await alerts.remove(id) }),
      pause: async ({ id }) => ({ rule: await alerts.setPaused(id, true) }),
      resume: async ({ id }) => ({ rule: await alerts.setPaused(id, false) }),
      states: async (filter) => ({ states: await alerts.states(filter) }),
      history: async ({ limit }) => ({ alerts: await alerts.history(limit) }),
      watch: (_, { signal }) => alerts.watch(signal),
    },
    audit: {
      list: (input) => audit.list(input),
      verify: () => audit.verify(),
      export: (input) => audit.export(input),
    },
    settings: {
      get: () => settings.get(),
      set: (change) => settings.set(change),
    },
    tokens: {
      list: async () => ({ tokens: await tokens.list() }),
      create: (input) => tokens.create(input),
      revoke: async ({ id }) => ({ revoked: await tokens.revoke(id) }),
    },
    notifications: {
      list: async () => ({ notifications: await notifications.list() }),
      read: async ({ ids }) => ({ read: await notifications.read(ids) }),
      watch: (_, { signal }) => notifications.watch(signal),
    },
    vault: vaultHandlers(services.vault),
    terminals: terminalHandlers(services.terminals),
    hosts: hostHandlers(services.hosts),
    files: fileHandlers(services.files),
    questions: questionHandlers(services.questions),
    streams: {
      ack: ({ stream, bytes }, { streams }) => (streams.acknowledge(stream, bytes), {}),
    },
  };
}

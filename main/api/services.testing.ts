import type { Approval } from '#contract/runWaits.ts';
import type { LogLine, RunDetail, RunEvent, RunSummary } from '#contract/runs.ts';
import type { AlertRule } from '#contract/alerts.ts';
import type { MonitoredHost, Sample } from '#contract/monitor.ts';
import type { Terminal } from '#contract/terminals.ts';
import type { Settings, Token } from '#contract/platform.ts';
import type { Schedule } from '#contract/schedules.ts';
import type { WorkflowDetail } from '#contract/workflows.ts';
import { NexusError } from '#main/base/errors.ts';
import { createRedactor } from '#main/base/redact.ts';
import { memoryHosts } from '#main/ssh/testing/memory.ts';
import type { Engine } from '#main/workflows/engine/index.ts';
import type { CompiledWorkflow } from '#main/workflows/language/index.ts';
import type { Services } from './services.ts';
import { memoryVault } from './vault.testing.ts';

const AT = '2026-11-21T00:00:00.000Z';

/** A run as small as the schema allows. */
export const sampleRun: RunSummary = {
  id: 'run_1',
  workflow: 'hello',
  status: 'succeeded',
  trigger: { kind: 'manual', by: 'owner' },
  created_at: AT,
  steps_total: 1,
  steps_done: 1,
  definition_hash: 'abc',
};
export const sampleDetail: RunDetail = {
  ...sampleRun,
  steps: [{ id: 'one', uses: 'transform', status: 'succeeded', attempts: 1, outputs: { n: 1 } }],
  source: 'name: hello',
};
const sampleWorkflow: WorkflowDetail = {
  name: 'hello',
  tags: [],
  file: 'hello.yaml',
  modified_at: AT,
  valid: true,
  problems: [],
  steps: 1,
  triggers: ['manual'],
  enabled: true,
  source: 'name: hello',
  hash: 'abc',
};
const sampleSchedule: Schedule = {
  id: 'sch_1',
  workflow: 'hello',
  origin: 'added',
  expression: 'every 5m',
  words: 'every 5 minutes',
  timezone: 'UTC',
  missed: 'last',
  paused: false,
  next: [],
};
const sampleHost: MonitoredHost = {
  id: 'local',
  name: 'This machine',
  monitored: true,
  interval_seconds: 10,
  status: 'up',
  values: {},
};
const sampleSample: Sample = { host: 'local', at: AT, values: { 'cpu.total': 1 } };
const sampleRule: AlertRule = {
  id: 'rule_1',
  name: 'busy',
  metric: 'cpu.total',
  unit: 'percent',
  comparison: '>',
  threshold: 90,
  for: '5m',
  hosts: '*',
  severity: 'warning',
  notify: true,
  paused: false,
  created_at: AT,
};
const sampleToken: Token = { id: 'tok_1', name: 'ci', role: 'viewer', created_at: AT };
const sampleTerminal: Terminal = {
  id: 'term_1',
  kind: 'local',
  title: 'bash',
  state: 'running',
  cols: 80,
  rows: 24,
  owner: 'owner',
  created_at: AT,
};
const sampleSettings: Settings = {
  retention_days: 30,
  retention_runs: 1000,
  max_parallel_steps: 4,
  desktop_notifications: true,
  vault_idle_minutes: 60,
  vault_lock_with_screen: true,
  terminal_scrollback: 5000,
  'ssh.production_approval': 'off',
  environment: '',
};

/** Yields `items`, then stays open until the signal, as a live view does. */
export async function* openStream<T>(items: T[], signal?: AbortSignal): AsyncGenerator<T> {
  yield* items;
  if (!signal || signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

/** Every call that reached a service, by name. */
export type Reached = { name: string; args: unknown[] }[];

/** Services that hold one thing of each sort in memory; `reached` tells what was called. */
export function memoryServices(): Services & { reached: Reached; log: LogLine[] } {
  const reached: Reached = [];
  const log: LogLine[] = [];
  const note = (name: string, ...args: unknown[]) => void reached.push({ name, args });
  const found = (id: string): RunDetail => {
    if (id === 'missing')
      throw new NexusError({ code: 'run.not_found', message: `No run ${id}.`, hint: 'List them.' });
    if (id === 'defect') throw new TypeError('cannot read /root/secret/place');
    return { ...sampleDetail, id };
  };
  const engine: Engine = {
    open: async () => undefined,
    start: async (request) => {
      note('engine.start', request);
      return { run: sampleRun, created: true, skipped: false };
    },
    adopt: async () => undefined,
    finished: async (run) => found(run),
    parked: async () => undefined,
    get: found,
    outputs: (run) =>
      Object.fromEntries(
        found(run).steps.flatMap(({ id, outputs }) =>
          outputs === undefined ? [] : [[id, outputs]],
        ),
      ),
    list: (filter) => {
      note('engine.list', filter);
      return { items: [sampleRun] };
    },
    watch: (run, signal) =>
      openStream<RunEvent>(
        [
          { type: 'run', run: found(run) },
          { type: 'end', id: run },
        ],
        signal,
      ),
    changes: (signal) => openStream([sampleRun], signal),
    log: (run, options) => {
      note('engine.log', run, options);
      return openStream(log, options.follow ? options.signal : undefined);
    },
    cancel: async (...args) => (note('engine.cancel', ...args), sampleRun),
    retry: async (...args) => (note('engine.retry', ...args), sampleRun),
    resolve: async (...args) => (note('engine.resolve', ...args), sampleRun),
    approvals: () => ({ approvals: [] as Approval[], interrupted: [] }),
    approve: async (...args) => (note('engine.approve', ...args), sampleRun),
    unblock: () => undefined,
    blocked: () => [],
    sendEvent: async () => 1,
    statistics: () => [],
    activeRuns: () => 0,
    state: () => ({ state: 'ready' }),
    counters: () => ({ commits: 3 }),
    retain: async () => ({ deleted: 0 }),
    close: async () => undefined,
  };
  const { fabric, hosts, questions, exchange } = memoryHosts();
  // What needs a host at the other end, or an open question, answers by itself.
  const entry = { name: 'x', path: '/x', type: 'file' as const, size: 1, mode: 0o644 };
  const file = { ...entry, modified_at: AT, uid: 0, gid: 0 };
  hosts.facts = async () => ({});
  hosts.files = async (_, path) => ({ path, entries: [file] });
  hosts.makeFolder = async () => file;
  hosts.renameFile = async () => file;
  hosts.removeFile = async () => 1;
  hosts.shellWrite = () => undefined;
  hosts.shellResize = () => undefined;
  hosts.forwards.add = async ({ host, kind }) => ({
    id: 'fwd_1',
    host,
    kind,
    listen_address: '127.0.0.1',
    listen_port: 1,
    state: 'active',
    connections: 0,
  });
  questions.answer = () => undefined;
  questions.refuse = () => undefined;
  return {
    reached,
    log,
    engine,
    hosts: {
      inventory: fabric.hosts,
      health: () => fabric.health(),
      operations: hosts,
      redactor: createRedactor(),
    },
    files: Object.assign(exchange, {
      openUpload: async () => ({ url: '/files/x', path: '/x/y', offset: 0 }),
      openDownload: async () => ({ url: '/files/x', name: 'x', size: 1 }),
    }),
    questions,
    platform: {
      status: () => ({
        pid: 1,
        version: '0.0.0',
        home: '/home/x',
        address: null,
        started_at: AT,
        uptime_seconds: 1,
        schedules: 0,
        active_runs: 0,
        engine: 'ready',
        problems: [],
      }),
      watch: (signal) => openStream([], signal),
      logs: (signal) => openStream([], signal),
      loginLink: () => ({ url: 'http://127.0.0.1/login?token=x', expires_at: AT }),
    },
    workflows: {
      list: () => [sampleWorkflow],
      get: () => sampleWorkflow,
      validate: () => ({ valid: true, problems: [] }),
      save: (input) => (note('workflows.save', input), sampleWorkflow),
      create: () => sampleWorkflow,
      rename: () => sampleWorkflow,
      remove: () => 'hello-1',
      restore: () => sampleWorkflow,
      enable: () => sampleWorkflow,
      kinds: () => [],
      schema: () => ({}),
      templates: () => [],
      preview: () => ({ names: [] }),
      compiled: (name, source) => {
        note('workflows.compiled', name, source);
        return { name, hash: 'abc', source: source ?? '' } as CompiledWorkflow;
      },
    },
    schedules: {
      list: () => [sampleSchedule],
      add: () => sampleSchedule,
      remove: () => true,
      pause: () => sampleSchedule,
      resume: () => sampleSchedule,
      history: () => [],
      next: () => ({ next: [], words: '', timezone: 'UTC' }),
      watch: (signal) => openStream([], signal),
    },
    monitor: {
      hosts: () => [],
      set: (input) => (note('monitor.set', input), sampleHost),
      metrics: () => [],
      latest: () => undefined,
      look: () => sampleSample,
      facts: () => ({ disks: [] }),
      series: () => ({ level: 'raw' as const, step_seconds: 1, times: [], series: [] }),
      live: (_host, signal) => openStream([sampleSample], signal),
    },
    alerts: {
      rules: () => [sampleRule],
      add: (input) => (note('alerts.add', input), sampleRule),
      update: (input) => (note('alerts.update', input), sampleRule),
      remove: () => true,
      setPaused: (id, paused) => (note('alerts.setPaused', id, paused), sampleRule),
      states: () => [],
      history: () => [],
      watch: (signal) => openStream([{ changed: 'rule_1' }], signal),
    },
    audit: {
      list: () => ({ items: [] }),
      verify: () => ({ ok: true, entries: 0, head: '' }),
      export: () => ({ lines: [] }),
    },
    settings: { get: () => sampleSettings, set: (change) => ({ ...sampleSettings, ...change }) },
    tokens: {
      list: () => [sampleToken],
      create: () => ({ token: sampleToken, secret: 'nxs_x' }),
      revoke: () => true,
    },
    vault: memoryVault(note),
    terminals: {
      list: () => [sampleTerminal],
      watch: (_, signal) => openStream([{ terminals: [sampleTerminal] }], signal),
      openLocal: async () => sampleTerminal,
      openHost: async () => sampleTerminal,
      reconnect: async () => sampleTerminal,
      attach: (_id, _caller, signal) => openStream([], signal),
      input: () => undefined,
      resize: () => undefined,
      rename: () => sampleTerminal,
      foreground: async () => ({ busy: false }),
      closeOne: async () => true,
      startLog: async () => sampleTerminal,
      stopLog: async () => sampleTerminal,
      snippets: () => [],
      saveSnippet: (input) => ({ ...input, id: 'snip_1' }),
      removeSnippet: () => true,
    },
    notifications: { list: () => [], read: () => 0, watch: (signal) => openStream([], signal) },
  };
}

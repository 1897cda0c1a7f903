import type { ConnectionHealth, Host } from '#contract/hosts.ts';
import type { Token } from '#contract/platform.ts';
import type { Approval, Interruption } from '#contract/runWaits.ts';
import type { RunSummary } from '#contract/runs.ts';
import type { Schedule } from '#contract/schedules.ts';
import type { WorkflowSummary } from '#contract/workflows.ts';

/** The instant at which the samples were made. */
export const madeAt = '2026-03-01T10:00:00.000Z';

export const sampleSummary = (id: string, more: Partial<RunSummary> = {}): RunSummary => ({
  id,
  workflow: 'backup',
  status: 'succeeded',
  trigger: { kind: 'manual' },
  created_at: madeAt,
  started_at: madeAt,
  steps_total: 4,
  steps_done: 4,
  definition_hash: 'h',
  ...more,
});

export const sampleApproval = (more: Partial<Approval> = {}): Approval => ({
  id: 'run_1/ok',
  run: 'run_1',
  workflow: 'deploy',
  step: 'ok',
  title: 'Put 4f2c live?',
  choices: ['approve', 'reject'],
  fields: [],
  who: [],
  asked_at: madeAt,
  ...more,
});

export const sampleInterruption = (more: Partial<Interruption> = {}): Interruption => ({
  run: 'run_2',
  workflow: 'grow',
  step: 'resize',
  name: 'Grow the volume',
  uses: 'shell',
  since: madeAt,
  ...more,
});

export const sampleWorkflow = (
  name: string,
  more: Partial<WorkflowSummary> = {},
): WorkflowSummary => ({
  name,
  tags: [],
  file: `${name}.yaml`,
  modified_at: madeAt,
  valid: true,
  problems: [],
  steps: 2,
  triggers: ['manual'],
  enabled: true,
  ...more,
});

export const sampleSchedule = (workflow: string, more: Partial<Schedule> = {}): Schedule => ({
  id: `sch_${workflow}`,
  workflow,
  origin: 'added',
  expression: '0 3 * * *',
  words: 'At 03:00 every day',
  timezone: 'UTC',
  missed: 'last',
  paused: false,
  next: ['2027-01-01T03:00:00.000Z', '2027-01-02T03:00:00.000Z'],
  ...more,
});

export const sampleHost = (name: string, more: Partial<Host> = {}): Host => ({
  id: `host_${name}`,
  name,
  address: `${name}.example.org`,
  port: 22,
  identity: [],
  jump: [],
  groups: [],
  tags: [],
  options: {},
  source: 'added',
  created_at: madeAt,
  updated_at: madeAt,
  ...more,
});

export const sampleHealth = (
  host: string,
  more: Partial<ConnectionHealth> = {},
): ConnectionHealth => ({
  host,
  state: 'connected',
  latency_ms: 3.2,
  since: madeAt,
  channels: 0,
  client: 'builtin',
  ...more,
});

export const sampleToken = (name: string, more: Partial<Token> = {}): Token => ({
  id: `tok_${name}`,
  name,
  role: 'viewer',
  created_at: '2026-01-01T00:00:00.000Z',
  ...more,
});

import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { json, type Json } from '#contract/common.ts';
import { systemClock } from '#main/base/clock.ts';
import { migrate, openDatabase } from '#main/base/database.ts';
import { NexusError, toNexusError } from '#main/base/errors.ts';
import { EventBus } from '#main/base/events.ts';
import { createLogger } from '#main/base/log.ts';
import { createEngine, type EngineEvents, engineMigrations } from '#main/workflows/engine/index.ts';
import { builtinKinds } from '#main/workflows/kinds/index.ts';
import { type StepKind, stepKind } from '#main/workflows/kinds/kind.ts';
import { createKindRegistry } from '#main/workflows/kinds/registry.ts';
import { type CompiledWorkflow, parseWorkflow } from '#main/workflows/language/index.ts';
import { scenarios } from './workflows.ts';

/**
 * The process that the crash test kills: a real engine on NEXUS_HOME, with kinds whose every
 * execution leaves a synced line in a ledger. It takes commands as JSON lines and reports in kind.
 */
const home = process.env['NEXUS_HOME']!;
const ledger = openSync(join(home, 'ledger.jsonl'), 'a');

const say = (line: Record<string, unknown>) => writeSync(1, `${JSON.stringify(line)}\n`);

function kind(
  name: string,
  effects: StepKind['effects'],
  act: (input: Record<string, Json>, attempt: number) => Json,
): StepKind {
  return stepKind({
    kind: name,
    title: name,
    description: name,
    icon: 'box',
    group: 'Other',
    with: z.record(z.string(), json),
    outputs: json,
    example: '',
    effects,
    execute: async (input, context) => {
      const { id, index = -1, attempt } = context.step;
      const line = { run: context.run.id, step: id, index, attempt, effects };
      writeSync(ledger, `${JSON.stringify(line)}\n`);
      fsyncSync(ledger);
      await context.log('stdout', `attempt ${attempt}\n`);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 8));
      return { type: 'done', outputs: act(input as Record<string, Json>, attempt) };
    },
  });
}

const fail = (code: string): never => {
  throw new NexusError({ code, message: 'As planned.' });
};

const kinds = createKindRegistry([
  ...builtinKinds,
  kind('effect', 'once', (_, attempt) => ({ attempt })),
  kind(
    'safe',
    'idempotent',
    (input, attempt): Json =>
      typeof input['size'] === 'number' ? { text: 'x'.repeat(input['size']) } : { attempt },
  ),
  kind('flaky', 'idempotent', (_, attempt) => (attempt < 3 ? fail('test.flaky') : { attempt })),
  kind('boom', 'idempotent', () => fail('test.boom')),
]);

const workflows = new Map<string, CompiledWorkflow>();
const versions = new Map<string, CompiledWorkflow>();
for (const [name, { yaml }] of Object.entries(scenarios)) {
  const { compiled, problems } = parseWorkflow(yaml, { kinds });
  if (!compiled) throw new Error(`${name}: ${JSON.stringify(problems)}`);
  workflows.set(name, compiled);
  versions.set(compiled.hash, compiled);
}

const db = openDatabase(join(home, 'nexus.db'));
migrate(db, [engineMigrations]);
const remember = db.prepare('INSERT OR IGNORE INTO definitions VALUES (?, ?, ?, ?)');
const events = new EventBus<EngineEvents>((error) => say({ error: String(error) }));
const engine = createEngine({
  db,
  home,
  outputs: join(home, 'outputs'),
  clock: systemClock,
  log: createLogger(
    [({ level, message, fields }) => say({ log: level, message, fields })],
    (text) => text,
    'warn',
  ),
  events,
  definition: (hash) => versions.get(hash),
  remember: (one) => remember.run(one.hash, one.name, one.source, Date.now()),
  workflow: (name) => workflows.get(name)!,
  secret: () => '',
  redact: (text) => text,
  redactJson: (value) => value,
  maxParallelSteps: () => 8,
});

events.on('run_changed', ({ id, status }) => say({ changed: id, status }));

const commandSchema = z.object({
  re: z.number(),
  do: z.enum(['start', 'approve', 'resolve', 'cancel', 'event', 'retain', 'asking', 'active']),
  run: z.string().default(''),
  workflow: z.string().default(''),
  key: z.string().default(''),
  step: z.string().default(''),
  index: z.number().default(-1),
  action: z.enum(['retry', 'skip']).default('retry'),
  runs: z.number().default(0),
});
type Command = z.infer<typeof commandSchema>;

async function perform(command: Command): Promise<Json> {
  const { run, step, action, index } = command;
  const by = 'the crash test';
  switch (command.do) {
    case 'start': {
      const started = await engine.start({
        workflow: workflows.get(command.workflow)!,
        inputs: {},
        trigger: { kind: 'api' },
        dedupeKey: command.key,
      });
      return { run: started.run.id, created: started.created };
    }
    case 'approve':
      return (await engine.approve(run, { fields: {}, by, roles: [] })).status;
    case 'resolve': {
      const at = index < 0 ? {} : { index };
      return (await engine.resolve(run, { step, ...at, action, by })).status;
    }
    case 'cancel':
      return (await engine.cancel(run, by)).status;
    case 'event':
      return engine.sendEvent({ name: 'go', data: 1 });
    case 'retain':
      return engine.retain({ days: 365, runs: command.runs });
    case 'asking':
      return engine.approvals() as unknown as Json;
    case 'active':
      return engine.list({ status: ['queued', 'running', 'waiting', 'interrupted'], limit: 500 })
        .items as unknown as Json;
  }
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const command = commandSchema.parse(JSON.parse(line));
  perform(command).then(
    (value) => say({ re: command.re, value }),
    (error: unknown) => say({ re: command.re, refused: toNexusError(error).code }),
  );
});
process.stdin.on('end', () => {
  void engine.close(2000).then(() => {
    db.close();
    closeSync(ledger);
    process.exit(0);
  });
});

await engine.open('all');
say({ ready: process.pid });

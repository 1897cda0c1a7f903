import type { Json } from '#contract/common.ts';
import type { RunDetail } from '#contract/runs.ts';
import { ManualClock } from '#main/base/clock.ts';
import { isTerminal } from '../engine/records.ts';
import type { DurableEngine } from '../engine/engine.ts';
import { Lab } from '../engine/testing.ts';
import type { Harness } from '../kinds/harness.testing.ts';
import { createTemplates } from './index.ts';

/** How a test answers what a template asks of people and of the world. */
export interface Answers {
  approvals?: Record<string, { choice: string; fields?: Record<string, Json> }>;
  /** Data of the event that a step waits for; a step without one runs into its timeout. */
  events?: Record<string, Json>;
  secrets?: Record<string, string>;
}

export interface TemplateRun {
  status: RunDetail['status'];
  steps: Record<string, { status: string; outputs: Json }>;
  outputs: Record<string, Json>;
  error: RunDetail['error'];
  detail: RunDetail;
  log: string;
}

/** The templates that ship. */
export const templates = createTemplates('resources/templates');

interface World {
  lab: Lab;
  engine: DurableEngine;
  clock: ManualClock;
}
const worlds = new Map<Harness, Promise<World>>();

/**
 * Runs a template as it ships on the real engine with the real kinds: its scripts, its requests and
 * its journal are true. Only time is not: when everything rests the clock goes on to what is due
 * next, so that a wait of a day takes no time. Addresses of this machine are let through, since the
 * servers of the tests are here.
 */
export async function runTemplate(
  id: string,
  inputs: Record<string, Json>,
  h: Harness,
  answers: Answers = {},
): Promise<TemplateRun> {
  let opening = worlds.get(h);
  if (!opening) worlds.set(h, (opening = openWorld(h)));
  const world = await opening;
  const { lab, engine } = world;
  for (const [name, value] of Object.entries(answers.secrets ?? {})) lab.secrets.set(name, value);
  const { run } = await engine.start({
    workflow: lab.workflows.get(id)!,
    inputs,
    trigger: { kind: 'manual', by: 'owner' },
  });
  await attend(world, run.id, answers);
  const detail = await engine.finished(run.id);
  const whole = engine.outputs(run.id);
  const log: string[] = [];
  for await (const line of engine.log(run.id, { after: 0, follow: false })) log.push(line.text);
  return {
    status: detail.status,
    steps: Object.fromEntries(
      detail.steps.map(({ id: step, status, outputs }) => [
        step,
        { status, outputs: whole[step] ?? outputs ?? null },
      ]),
    ),
    outputs: (detail.outputs ?? {}) as Record<string, Json>,
    error: detail.error,
    detail,
    log: log.join('\n'),
  };
}

async function openWorld(h: Harness): Promise<World> {
  const clock = new ManualClock(Date.now());
  const lab = new Lab({ clock, notify: (note) => void h.notes.push(note) });
  for (const { source } of await templates.list()) {
    const said = /^allow_private_addresses:/m.test(source);
    lab.workflow(said ? source : `${source}\nallow_private_addresses: true\n`);
  }
  return { lab, engine: await lab.opened(), clock };
}

/** Closes the engine of a test's runs as a process that ends does; the next run opens another on the same home. */
export async function restart(h: Harness): Promise<DurableEngine> {
  const world = await worlds.get(h)!;
  await world.engine.close(50);
  world.engine = await world.lab.opened();
  return world.engine;
}

/** Starts a template and leaves it where it first rests. */
export async function begin(
  id: string,
  inputs: Record<string, Json>,
  h: Harness,
): Promise<{ run: string; engine: DurableEngine; clock: ManualClock }> {
  let opening = worlds.get(h);
  if (!opening) worlds.set(h, (opening = openWorld(h)));
  const { lab, engine, clock } = await opening;
  const trigger = { kind: 'manual' as const, by: 'owner' };
  const { run } = await engine.start({ workflow: lab.workflows.get(id)!, inputs, trigger });
  await engine.parked();
  return { run: run.id, engine, clock };
}

/** Closes what the runs of a test were made on. */
export async function closeWorlds(): Promise<void> {
  const open = [...worlds.values()];
  worlds.clear();
  for (const world of open) await (await world).lab.close();
}

// Answers what is asked, and lets time go on where nobody has an answer.
async function attend({ lab, engine, clock }: World, run: string, answers: Answers): Promise<void> {
  for (;;) {
    await engine.parked();
    if (isTerminal(engine.get(run).status)) return;
    const asked = engine.approvals().approvals.find((one) => answers.approvals?.[one.step]);
    if (asked) {
      const { choice, fields = {} } = answers.approvals![asked.step]!;
      const roles = ['viewer', 'operator', 'admin'];
      await engine.approve(asked.run, { step: asked.step, choice, fields, by: 'owner', roles });
      continue;
    }
    const waits = lab.rows('SELECT event, wait FROM steps WHERE event IS NOT NULL') as {
      event: string;
      wait: string;
    }[];
    const wait = waits.find(({ event }) => answers.events?.[event] !== undefined);
    if (wait) {
      const { key } = JSON.parse(wait.wait) as { key?: string };
      const data = answers.events![wait.event]!;
      await engine.sendEvent({ name: wait.event, data, ...(key === undefined ? {} : { key }) });
      continue;
    }
    const [next] = lab.rows('SELECT min(wake_at) AS at FROM runs WHERE ended_at IS NULL') as {
      at: number;
    }[];
    clock.advance(Math.max(1, next!.at - clock.now()));
  }
}

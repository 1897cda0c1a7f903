import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { json, type Json } from '#contract/common.ts';
import type { RunDetail } from '#contract/runs.ts';
import { type Clock, systemClock } from '#main/base/clock.ts';
import { type Database, migrate, openDatabase } from '#main/base/database.ts';
import { NexusError } from '#main/base/errors.ts';
import { EventBus } from '#main/base/events.ts';
import { silentLogger } from '#main/base/log.ts';
import { builtinKinds } from '../kinds/index.ts';
import { type StepContext, type StepKind, stepKind, type StepOutcome } from '../kinds/kind.ts';
import { createKindRegistry } from '../kinds/registry.ts';
import { type CompiledWorkflow, parseWorkflow } from '../language/index.ts';
import type { EngineOptions } from './core.ts';
import type { EngineEvents } from './door.ts';
import { DurableEngine } from './engine.ts';
import { engineMigrations } from './schema.ts';

/** Effects that a test holds in its hand: each call of the kind `gate` waits until it is let through. */
export class Gate {
  readonly calls: { step: StepContext['step']; input: Json; signal: AbortSignal }[] = [];
  #open: { place: string; resolve: (fate: () => Json) => void }[] = [];
  #arrived: (() => void)[] = [];

  kind(name: string, effects: StepKind['effects']): StepKind {
    return stepKind({
      ...base(name, effects),
      execute: async (input, context) => {
        this.calls.push({ step: context.step, input: input as Json, signal: context.signal });
        const fate = new Promise<() => Json>((resolve, reject) => {
          const { id, index } = context.step;
          this.#open.push({ place: index === undefined ? id : `${id}[${index}]`, resolve });
          context.signal.addEventListener('abort', () => reject(context.signal.reason as Error));
        });
        for (const tell of this.#arrived.splice(0)) tell();
        return { type: 'done', outputs: (await fate)() };
      },
      rollback: async (_input, outputs, context) => {
        this.calls.push({ step: context.step, input: { undo: outputs }, signal: context.signal });
      },
    });
  }

  /** Resolves once `count` calls in all have arrived. */
  async arrived(count: number): Promise<void> {
    while (this.calls.length < count)
      await new Promise<void>((resolve) => {
        this.#arrived.push(resolve);
      });
  }

  /** Lets the longest waiting call (of `place`: a step's id, or `id[index]`) end with these outputs. */
  pass(outputs: Json = null, place?: string): void {
    this.#take(place)?.(() => outputs);
  }

  /** Lets the longest waiting call fail. */
  break(code = 'test.failed', details?: Record<string, unknown>): void {
    this.#take(undefined)?.(() => {
      throw new NexusError({ code, message: `It broke: ${code}`, details });
    });
  }

  /** Forgets the calls that wait: their process is as good as dead. */
  abandon(): void {
    this.#open = [];
  }

  #take(place: string | undefined): ((fate: () => Json) => void) | undefined {
    const at = place === undefined ? 0 : this.#open.findIndex((one) => one.place === place);
    return at < 0 ? undefined : this.#open.splice(at, 1)[0]?.resolve;
  }
}

const base = (kind: string, effects: StepKind['effects']) => ({
  kind,
  title: kind,
  description: kind,
  icon: 'box',
  group: 'Other' as const,
  with: z.record(z.string(), json),
  outputs: json,
  example: '',
  effects,
});

/** A kind that does at once what `act` says. */
export function instantKind(
  name: string,
  effects: StepKind['effects'],
  act: (input: Record<string, Json>, context: StepContext) => Json,
): StepKind {
  return stepKind({
    ...base(name, effects),
    execute: (input, context) => ({
      type: 'done',
      outputs: act(input as Record<string, Json>, context),
    }),
  });
}

/** A kind whose steps come to whatever `act` says. */
export function outcomeKind(name: string, act: () => StepOutcome): StepKind {
  return stepKind({ ...base(name, 'once'), execute: () => act() });
}

/** One home with one engine over it; further engines on the same home can be made. */
export class Lab {
  readonly home: string;
  readonly gate = new Gate();
  readonly workflows = new Map<string, CompiledWorkflow>();
  readonly events = new EventBus<EngineEvents>((error) => {
    throw error;
  });
  readonly secrets = new Map<string, string>();
  readonly #kinds;
  readonly #versions = new Map<string, CompiledWorkflow>();
  readonly #open: { engine: DurableEngine; db: Database }[] = [];
  readonly #options: Partial<EngineOptions>;

  constructor(options: Partial<EngineOptions> & { kinds?: StepKind[]; home?: string } = {}) {
    const { kinds = [], home, ...rest } = options;
    this.home = home ?? mkdtempSync(join(tmpdir(), 'nexus-engine-'));
    this.#options = rest;
    this.#kinds = createKindRegistry([
      ...builtinKinds,
      this.gate.kind('gate', 'once'),
      this.gate.kind('safe', 'idempotent'),
      instantKind('boom', 'pure', (input) => {
        throw new NexusError({
          code: (input['code'] as string | undefined) ?? 'test.boom',
          message: 'Boom.',
        });
      }),
      ...kinds,
    ]);
  }

  /** Compiles a workflow and makes it known by its name. */
  workflow(yaml: string): CompiledWorkflow {
    const parsed = parseWorkflow(yaml, { kinds: this.#kinds });
    if (!parsed.compiled) throw new Error(JSON.stringify(parsed.problems, null, 1));
    this.workflows.set(parsed.compiled.name, parsed.compiled);
    this.#versions.set(parsed.compiled.hash, parsed.compiled);
    return parsed.compiled;
  }

  database(): Database {
    const db = openDatabase(join(this.home, 'nexus.db'));
    migrate(db, [engineMigrations]);
    return db;
  }

  /** An engine of its own connection on this home; `open` it. */
  engine(options: Partial<EngineOptions> = {}, db = this.database()): DurableEngine {
    const definition = (hash: string): CompiledWorkflow | undefined => {
      const known = this.#versions.get(hash);
      if (known) return known;
      const row = db.prepare('SELECT source FROM definitions WHERE hash = ?').get(hash) as
        | { source: string }
        | undefined;
      return row && this.workflow(row.source);
    };
    const remember = db.prepare('INSERT OR IGNORE INTO definitions VALUES (?, ?, ?, ?)');
    const clock: Clock = systemClock;
    const engine = new DurableEngine({
      db,
      home: this.home,
      outputs: join(this.home, 'outputs'),
      clock,
      log: silentLogger,
      events: this.events,
      definition,
      versions: {
        source: (hash) => {
          const row = db.prepare('SELECT source FROM definitions WHERE hash = ?').get(hash);
          return (row as { source: string } | undefined)?.source;
        },
        hashes: () =>
          (db.prepare('SELECT hash FROM definitions').all() as { hash: string }[]).map(
            (row) => row.hash,
          ),
        forget: (hashes) => {
          for (const hash of hashes) db.prepare('DELETE FROM definitions WHERE hash = ?').run(hash);
        },
      },
      remember: (compiled) =>
        remember.run(compiled.hash, compiled.name, compiled.source, Date.now()),
      workflow: (name) => {
        const found = this.workflows.get(name);
        if (found) return found;
        throw new NexusError({
          code: 'workflow.not_found',
          message: `There is no workflow ${name}.`,
        });
      },
      secret: (name) => {
        const value = this.secrets.get(name);
        if (value !== undefined) return value;
        throw new NexusError({ code: 'secret.missing', message: `The secret ${name} is not set.` });
      },
      redact: (text) => this.#redact(text),
      redactJson: (value) => this.#redactJson(value),
      maxParallelSteps: () => 16,
      ...this.#options,
      ...options,
    });
    this.#open.push({ engine, db });
    return engine;
  }

  /** An engine that drives everything on this home. */
  async opened(options: Partial<EngineOptions> = {}): Promise<DurableEngine> {
    const engine = this.engine(options);
    await engine.open('all');
    return engine;
  }

  /** What a query finds in the journal, read by a connection of its own. */
  rows(sql: string): unknown[] {
    const db = this.database();
    try {
      return db.prepare(sql).all();
    } finally {
      db.close();
    }
  }

  #redact(text: string): string {
    let out = text;
    for (const value of this.secrets.values()) out = out.replaceAll(value, '***');
    return out;
  }

  #redactJson(value: Json): Json {
    if (this.secrets.size === 0) return value;
    return JSON.parse(this.#redact(JSON.stringify(value))) as Json;
  }

  /** Closes every engine and removes the home. */
  async close(): Promise<void> {
    for (const { engine, db } of this.#open.splice(0)) {
      await engine.close(50);
      db.close();
    }
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** Start values for a run by hand. */
export const manual = { trigger: { kind: 'manual' as const }, inputs: {} };

/** Makes every instance on this home look as if it had been stopped for longer than its lease. */
export function stall(lab: Lab): void {
  const db = lab.database();
  db.prepare('UPDATE instances SET heartbeat_at = 1').run();
  db.close();
}

/** Resolves after `count` turns of the event loop: what was decided is committed by then. */
export async function turn(count = 3): Promise<void> {
  for (let i = 0; i < count; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** `id: status` of every step. */
export const statuses = (run: RunDetail): Record<string, string> =>
  Object.fromEntries(run.steps.map((step) => [step.id, step.status]));

/** A value as text: a text as it is, anything else as JSON. */
export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

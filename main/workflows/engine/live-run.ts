import type { Json } from '#contract/common.ts';
import type { CompiledStep, CompiledWorkflow, Scope } from '../language/compiled.ts';
import type { StepOutcome } from '../kinds/kind.ts';
import { Code, endCode } from './decide.ts';
import { graphOf, type Graph } from './graph.ts';
import { stepEnded, WHOLE, type Phase, type RunRecord, type StepRecord } from './records.ts';

/** The items of a `foreach` step that is under way. */
export interface Items {
  list: Json[];
  records: (StepRecord | undefined)[];
  next: number;
  active: number;
  /** The first item that failed for good. */
  failed: StepRecord | undefined;
}

/** One of the lists of steps that a run goes through: its own, the rollbacks, the failure steps. */
export interface Stage {
  phase: Phase;
  graph: Graph;
  codes: Uint8Array;
  records: (StepRecord | undefined)[];
  items: Map<number, Items>;
  /** Steps that have not ended. */
  left: number;
}

/** A step's attempt that is being executed. */
export interface Execution {
  at: number;
  record: StepRecord;
  controller: AbortController;
  /** Its end no longer counts: it did not stop in time. */
  abandoned: boolean;
  cancelGrace: (() => void) | undefined;
}

/** An effect to begin once its started row is committed. */
export interface Launch {
  at: number;
  record: StepRecord;
  input: unknown;
  env: Record<string, string>;
}

type Response = { status: number; headers: Record<string, string>; body: Json };

/** A run in memory: its record, its steps, and what is to be written and begun next. */
export class LiveRun {
  readonly record: RunRecord;
  readonly compiled: CompiledWorkflow;
  stage: Stage;
  /** The stage of the workflow's own steps; what was done there is what gets undone. */
  readonly main: Stage;
  readonly scope: Scope;
  /** Whether the journal has a row of it. */
  stored = false;
  endWritten = false;
  /** Its creation was rolled back. */
  discarded = false;
  advancing = false;
  ended = false;
  /** Steps and items that began and neither ended nor parked: queued, executing, writing a file. */
  busy = 0;
  orders = 0;
  /** Looks since the turn began at `since`, and whether the turn's share is used up. */
  spent = 0;
  since = 0;
  over = false;
  readonly successes: StepRecord[] = [];
  readonly dirty = new Set<StepRecord>();
  readonly parked = new Set<StepRecord>();
  readonly interrupted = new Set<StepRecord>();
  readonly executing = new Map<StepRecord, Execution>();
  /** Large outputs on their way to a file; what they bring about is applied when they resolve. */
  readonly spilling = new Set<Promise<void>>();
  readonly agenda: number[] = [];
  readonly retried: { record: StepRecord; endedAt: number }[] = [];
  launches: Launch[] = [];
  /** Runs of its group that are to end for it, once its creation is committed. */
  evicts: string[] = [];
  responses: Extract<StepOutcome, { type: 'respond' }>[] = [];
  env: Record<string, string> | undefined;
  finalOutputs: Json = null;
  /** Resolves what the webhook that started it is answered with. */
  responder: ((response: Response | undefined) => void) | undefined;

  constructor(record: RunRecord, compiled: CompiledWorkflow) {
    this.record = record;
    this.compiled = compiled;
    this.main = newStage('steps', compiled.steps);
    this.stage = this.main;
    this.agenda.push(...this.main.graph.roots);
    this.scope = {
      inputs: record.inputs,
      steps: Object.create(null) as Scope['steps'],
      run: {
        id: record.id,
        workflow: record.workflow,
        started_at: new Date(record.startedAt ?? record.createdAt).toISOString(),
        attempt: record.attempt,
      },
      trigger: {
        ...record.trigger,
        ...fieldsOf(record.trigger.payload),
      } as Json,
      env: {},
      secret: noSecret,
      needs: { failed: false, cancelled: false },
    };
  }

  /** Whether nothing of it runs or is about to. */
  get idle(): boolean {
    return (
      this.busy === 0 &&
      this.agenda.length === 0 &&
      this.launches.length === 0 &&
      this.dirty.size === 0
    );
  }

  /** The record of a step or an item that is under way in the present stage. */
  find(step: string, index: number): { at: number; record: StepRecord } | undefined {
    const at = this.stage.graph.position.get(step);
    if (at === undefined) return undefined;
    const record =
      index === WHOLE ? this.stage.records[at] : this.stage.items.get(at)?.records[index];
    return record && { at, record };
  }
}

const noSecret = (): string => '';
const fieldsOf = (payload: Json | undefined): { [key: string]: Json } =>
  payload !== null && typeof payload === 'object' && !Array.isArray(payload) ? payload : {};

export function newStage(phase: Phase, steps: CompiledStep[]): Stage {
  return {
    phase,
    graph: graphOf(steps),
    codes: new Uint8Array(steps.length),
    records: Array.from({ length: steps.length }),
    items: new Map(),
    left: steps.length,
  };
}

/** Whether a failed step's failure stands: nothing continues past it. */
export function failsForGood(step: CompiledStep): boolean {
  return step.onError === 'fail';
}

/** Puts journaled records into a fresh stage and works out its codes. */
export function restoreStage(stage: Stage, rows: StepRecord[]): void {
  const { graph } = stage;
  for (const row of rows) {
    const at = graph.position.get(row.step);
    if (at === undefined) continue;
    if (row.index === WHOLE) stage.records[at] = row;
    else {
      let items = stage.items.get(at);
      if (!items)
        stage.items.set(
          at,
          (items = { list: [], records: [], next: 0, active: 0, failed: undefined }),
        );
      items.records[row.index] = row;
    }
  }
  // A step's code needs those of what it needs: settle them as they become known.
  const ready = [...graph.roots];
  const waiting = graph.needs.map((needs) => needs.length);
  for (let at = ready.pop(); at !== undefined; at = ready.pop()) {
    const record = stage.records[at];
    if (record && record.status !== 'pending') {
      const over = stepEnded(record.status);
      const failed = record.status === 'failed' && failsForGood(graph.steps[at]!);
      stage.codes[at] = over ? endCode(graph, stage.codes, at, failed) : Code.active;
      if (over) stage.left -= 1;
    }
    for (const next of graph.dependents[at]!) if (--waiting[next]! === 0) ready.push(next);
  }
}

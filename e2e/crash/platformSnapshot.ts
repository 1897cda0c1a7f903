import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';

export interface RunRow {
  id: string;
  workflow: string;
  status: string;
  ended_at: number | null;
  caller_run: string | null;
  trigger: string;
}

export interface StepRow {
  run: string;
  step: string;
  idx: number;
  status: string;
  attempts: number;
  outputs: string | null;
  outputs_file: string | null;
  ended_at: number | null;
}

export interface FiringRow {
  schedule: string;
  due_at: number;
  outcome: string;
  run: string | null;
}

/** Everything that is checked, as the disk has it. */
export interface Snapshot {
  runs: Map<string, RunRow>;
  /** By `RUN STEP INDEX`. */
  steps: Map<string, StepRow>;
  firings: FiringRow[];
  /** Run by its dedupe key. */
  keys: Map<string, string>;
  /** Lines of the ledger: `RUN STEP INDEX`, one per effect. */
  effects: string[];
  /** What `PRAGMA integrity_check` says. */
  integrity: string;
}

/** Reads a home while no worker runs on it. `thorough` also checks the database's every page. */
export function readSnapshot(home: string, ledger: string, thorough: boolean): Snapshot {
  const db = new Sqlite(join(home, 'nexus.db'));
  try {
    const all = <T>(sql: string) => db.prepare(sql).all() as T[];
    const runs = all<RunRow>(
      'SELECT id, workflow, status, ended_at, caller_run, trigger FROM runs',
    );
    const steps = all<StepRow>(
      'SELECT run, step, idx, status, attempts, outputs, outputs_file, ended_at FROM steps',
    );
    return {
      runs: new Map(runs.map((run) => [run.id, run])),
      steps: new Map(steps.map((step) => [`${step.run} ${step.step} ${step.idx}`, step])),
      firings: all<FiringRow>('SELECT schedule, due_at, outcome, run FROM firings ORDER BY due_at'),
      keys: new Map(
        all<{ key: string; run: string }>('SELECT key, run FROM dedupe').map((row) => [
          row.key,
          row.run,
        ]),
      ),
      effects: readFileSync(ledger, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => line.split(' ').slice(0, 3).join(' ')),
      integrity: thorough
        ? (db.pragma('integrity_check', { simple: true }) as string)
        : (db.pragma('quick_check', { simple: true }) as string),
    };
  } finally {
    db.close();
  }
}

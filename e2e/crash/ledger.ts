import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { scenarios } from './workflows.ts';

export interface Finished {
  attempts: number;
  outputs: string | null;
  status: string;
}

interface Snapshot {
  runs: { id: string; workflow: string; status: string; caller_run: string | null }[];
  /** By `run/step/index`. */
  steps: Map<string, Finished>;
  keys: Map<string, string>;
}

/** Reads a copy of the journal, so that looking changes nothing of what the next life finds. */
export function readJournal(home: string): Snapshot {
  const folder = mkdtempSync(join(tmpdir(), 'nexus-crash-look-'));
  for (const name of ['nexus.db', 'nexus.db-wal'])
    if (existsSync(join(home, name))) copyFileSync(join(home, name), join(folder, name));
  const db = new Sqlite(join(folder, 'nexus.db'));
  try {
    const known = db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'steps'").get();
    if (!known) return { runs: [], steps: new Map(), keys: new Map() };
    const steps = db
      .prepare('SELECT run, step, idx, status, attempts, outputs FROM steps')
      .all() as {
      run: string;
      step: string;
      idx: number;
      status: string;
      attempts: number;
      outputs: string | null;
    }[];
    const keys = db.prepare('SELECT key, run FROM dedupe').all() as { key: string; run: string }[];
    return {
      runs: db
        .prepare('SELECT id, workflow, status, caller_run FROM runs')
        .all() as Snapshot['runs'],
      steps: new Map(
        steps.map(({ run, step, idx, ...rest }) => [`${run}/${step}/${idx}`, rest] as const),
      ),
      keys: new Map(keys.map(({ key, run }) => [key, run] as const)),
    };
  } finally {
    db.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface LedgerLine {
  run: string;
  step: string;
  index: number;
  attempt: number;
  effects: string;
}

/** Executions that have happened, by `run/step/index`. */
export function readLedger(home: string): Map<string, LedgerLine[]> {
  const file = join(home, 'ledger.jsonl');
  const found = new Map<string, LedgerLine[]>();
  if (!existsSync(file)) return found;
  for (const text of readFileSync(file, 'utf8').split('\n')) {
    if (text === '') continue;
    const line = JSON.parse(text) as LedgerLine;
    const key = `${line.run}/${line.step}/${line.index}`;
    found.set(key, [...(found.get(key) ?? []), line]);
  }
  return found;
}

/** What a person was asked and answered, and what was acknowledged, over all lives. */
export interface Memory {
  /** Dedupe key → run, as acknowledged. */
  acknowledged: Map<string, string>;
  retries: Map<string, number>;
  /** Steps seen finished after some crash, with the executions up to then. */
  finished: Map<string, Finished & { executions: number }>;
  /** Every key that was ever sent. */
  sent: Map<string, string>;
}

const over = (status: string) => ['succeeded', 'failed', 'skipped', 'cancelled'].includes(status);

/** Notes what has finished by now, for {@link verify} to compare with at the end. */
export function noteFinished(home: string, memory: Memory): void {
  const { steps } = readJournal(home);
  const ledger = readLedger(home);
  for (const [key, step] of steps) {
    if (!over(step.status) || memory.finished.has(key)) continue;
    memory.finished.set(key, { ...step, executions: ledger.get(key)?.length ?? 0 });
  }
}

/** The checks of the whole test: each with what speaks against it. */
export function verify(home: string, memory: Memory): { check: string; against: string[] }[] {
  const { runs, steps, keys } = readJournal(home);
  const ledger = readLedger(home);
  const lost: string[] = [];
  const repeated: string[] = [];
  for (const [key, was] of memory.finished) {
    const now = steps.get(key);
    if (!now || now.status !== was.status || now.outputs !== was.outputs)
      lost.push(`${key}: ${was.status} → ${now?.status ?? 'gone'}`);
    const executions = ledger.get(key)?.length ?? 0;
    if (executions !== was.executions)
      repeated.push(`${key}: ${was.executions} → ${executions} executions`);
  }
  const twice: string[] = [];
  const attempts: string[] = [];
  for (const [key, lines] of ledger) {
    if (new Set(lines.map((line) => line.attempt)).size !== lines.length)
      attempts.push(`${key}: ${lines.map((line) => line.attempt).join(', ')}`);
    const allowed = 1 + (memory.retries.get(key) ?? 0);
    if (lines[0]!.effects === 'once' && lines.length > allowed)
      twice.push(`${key}: ${lines.length} times, ${allowed} allowed`);
  }
  const ids = new Set(runs.map((run) => run.id));
  const stuck = runs.filter((run) => !over(run.status));
  const wrong = runs.filter(
    (run) => over(run.status) && scenarios[run.workflow]!.ends !== run.status,
  );
  const orphans = [...steps.keys()].filter((key) => !ids.has(key.split('/')[0]!));
  return [
    { check: 'no finished step is lost', against: lost },
    { check: 'no finished step is repeated', against: repeated },
    { check: 'no attempt is executed twice', against: attempts },
    { check: 'no once step is executed again without a person’s retry', against: twice },
    {
      check: 'no run is stuck',
      against: stuck.map((run) => `${run.id} ${run.workflow} ${run.status}`),
    },
    {
      check: 'every run ended as its workflow must',
      against: wrong.map((run) => `${run.id} ${run.workflow} ${run.status}`),
    },
    {
      check: 'every acknowledged start exists',
      against: [...memory.acknowledged].flatMap(([key, run]) =>
        ids.has(run) ? [] : [`${key} ${run}`],
      ),
    },
    {
      check: 'every key that was sent started one run, the acknowledged one',
      against: [...memory.sent.keys()].flatMap((key) => {
        const run = keys.get(key);
        const told = memory.acknowledged.get(key);
        return run !== undefined && ids.has(run) && (told === undefined || told === run)
          ? []
          : [key];
      }),
    },
    { check: 'no step without its run', against: orphans },
  ];
}

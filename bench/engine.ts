import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#main/base/clock.ts';
import { migrate, openDatabase } from '#main/base/database.ts';
import { silentLogger } from '#main/base/log.ts';
import { createEngine, engineMigrations } from '#main/workflows/engine/index.ts';
import { builtinKinds } from '#main/workflows/kinds/index.ts';
import { createKindRegistry } from '#main/workflows/kinds/registry.ts';
import { type CompiledWorkflow, parseWorkflow } from '#main/workflows/language/index.ts';
import { measureBareJournal } from './support/bareJournal.ts';
import { tenStepWorkflow } from './support/nexus.ts';
import { median, number, type Row } from './support/table.ts';

const RUNS = 1000;
const ROUNDS = 5;

interface Round {
  runsPerSecond: number;
  commitsPerRun: number;
  rowsPerRun: number;
  cpuMsPerRun: number;
}

/** The same with two steps that touch the disk, and so have a started row before their effect. */
const mixedWorkflow = `name: mixed
file_roots: [files]
steps:
${Array.from({ length: 10 }, (_, i) =>
  i === 3 || i === 7
    ? `  - { id: s${i}, uses: file, with: { action: exists, path: files/nothing } }\n`
    : `  - { id: s${i}, uses: transform, with: { set: { n: ${i} } } }\n`,
).join('')}`;

/**
 * The engine alone, in this process: durable runs of ten steps, without HTTP before it, beside the
 * bare journal on the same disk, measured between the engine's rounds.
 */
export async function measure(): Promise<Row[]> {
  const home = mkdtempSync(join(tmpdir(), 'nexus-bench-engine-'));
  const db = openDatabase(join(home, 'nexus.db'));
  migrate(db, [engineMigrations]);
  const ten = compile(tenStepWorkflow);
  const mixed = compile(mixedWorkflow);
  const remember = db.prepare('INSERT OR IGNORE INTO definitions VALUES (?, ?, ?, ?)');
  const engine = createEngine({
    db,
    home,
    outputs: join(home, 'outputs'),
    clock: systemClock,
    log: silentLogger,
    definition: (hash) => (hash === mixed.hash ? mixed : ten),
    remember: (one) => remember.run(one.hash, one.name, one.source, Date.now()),
    workflow: () => ten,
    secret: () => '',
    redact: (text) => text,
    redactJson: (value) => value,
    maxParallelSteps: () => 16,
  });
  await engine.open('all');
  const rows: Row[] = [];
  for (const atOnce of [10, 1, 100]) {
    await round(engine, ten, atOnce);
    const rounds: Round[] = [];
    const bare: number[] = [];
    for (let n = 0; n < ROUNDS; n += 1) {
      rounds.push(await round(engine, ten, atOnce));
      bare.push(measureBareJournal(RUNS, atOnce));
    }
    rows.push(...rowsOf(titleOf('10 pure steps', atOnce), rounds, median(bare)));
  }
  await round(engine, mixed, 10);
  const rounds: Round[] = [];
  for (let n = 0; n < ROUNDS; n += 1) rounds.push(await round(engine, mixed, 10));
  rows.push(...rowsOf(titleOf('8 pure, 2 idempotent steps', 10), rounds));
  await engine.close(0);
  db.close();
  rmSync(home, { recursive: true, force: true });
  return rows;
}

async function round(
  engine: ReturnType<typeof createEngine>,
  workflow: CompiledWorkflow,
  atOnce: number,
): Promise<Round> {
  const trigger = { kind: 'manual' as const };
  const before = engine.counters();
  const cpu = process.cpuUsage();
  const from = performance.now();
  let left = RUNS;
  const worker = async () => {
    while (left-- > 0) {
      const { run } = await engine.start({ workflow, inputs: {}, trigger });
      const { status } = run.ended_at === undefined ? await engine.finished(run.id) : run;
      if (status !== 'succeeded') throw new Error(`a run ended as ${status}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const seconds = (performance.now() - from) / 1000;
  const used = process.cpuUsage(cpu);
  const after = engine.counters();
  return {
    runsPerSecond: RUNS / seconds,
    commitsPerRun: (after['commits']! - before['commits']!) / RUNS,
    rowsPerRun: (after['rows']! - before['rows']!) / RUNS,
    cpuMsPerRun: (used.user + used.system) / 1000 / RUNS,
  };
}

function compile(text: string): CompiledWorkflow {
  const parsed = parseWorkflow(text, { kinds: createKindRegistry(builtinKinds) });
  if (!parsed.compiled) throw new Error(JSON.stringify(parsed.problems));
  return parsed.compiled;
}

const titleOf = (what: string, atOnce: number) =>
  `engine, ${RUNS} runs of ${what}, ${atOnce === 1 ? 'one at a time' : `${atOnce} at once`}`;

/** @param bare runs/s of the journal alone, with as many runs in a commit. */
function rowsOf(bench: string, rounds: Round[], bare?: number): Row[] {
  const of = (key: keyof Round) => median(rounds.map((one) => one[key]));
  const rate = of('runsPerSecond');
  const beside =
    bare === undefined
      ? {}
      : { ratio: `the bare journal ${number(bare)}, of which ${number((100 * rate) / bare)} %` };
  return [
    { bench, figure: 'runs/s, durable', value: number(rate), ...beside },
    { bench, figure: 'steps/s, durable', value: number(rate * 10) },
    { bench, figure: 'syncs per run', value: of('commitsPerRun').toFixed(3) },
    { bench, figure: 'rows per run', value: number(of('rowsPerRun')) },
    { bench, figure: 'CPU ms per run', value: of('cpuMsPerRun').toFixed(3) },
  ];
}

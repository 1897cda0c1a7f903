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

/** The engine alone, in this process: durable runs of ten transform steps, without HTTP before it. */
export async function measure(): Promise<Row[]> {
  const home = mkdtempSync(join(tmpdir(), 'nexus-bench-engine-'));
  const db = openDatabase(join(home, 'nexus.db'));
  migrate(db, [engineMigrations]);
  const workflow = compile();
  const remember = db.prepare('INSERT OR IGNORE INTO definitions VALUES (?, ?, ?, ?)');
  const engine = createEngine({
    db,
    home,
    outputs: join(home, 'outputs'),
    clock: systemClock,
    log: silentLogger,
    definition: () => workflow,
    remember: (one) => remember.run(one.hash, one.name, one.source, Date.now()),
    workflow: () => workflow,
    secret: () => '',
    redact: (text) => text,
    redactJson: (value) => value,
    maxParallelSteps: () => 16,
  });
  await engine.open('all');
  const trigger = { kind: 'manual' as const };
  const round = async (atOnce: number): Promise<Round> => {
    const before = engine.counters();
    const cpu = process.cpuUsage();
    const from = performance.now();
    let left = RUNS;
    const worker = async () => {
      while (left-- > 0) {
        const { run } = await engine.start({ workflow, inputs: {}, trigger });
        if (run.status !== 'succeeded') throw new Error(`a run ended as ${run.status}`);
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
  };
  const rows: Row[] = [];
  for (const atOnce of [10, 1, 100]) {
    await round(atOnce);
    const rounds: Round[] = [];
    for (let n = 0; n < ROUNDS; n += 1) rounds.push(await round(atOnce));
    rows.push(...rowsOf(atOnce, rounds));
  }
  await engine.close(0);
  db.close();
  rmSync(home, { recursive: true, force: true });
  return rows;
}

function compile(): CompiledWorkflow {
  const parsed = parseWorkflow(tenStepWorkflow, { kinds: createKindRegistry(builtinKinds) });
  if (!parsed.compiled) throw new Error(JSON.stringify(parsed.problems));
  return parsed.compiled;
}

function rowsOf(atOnce: number, rounds: Round[]): Row[] {
  const of = (key: keyof Round) => median(rounds.map((round) => round[key]));
  const bench = `engine, ${RUNS} runs of 10 steps, ${atOnce === 1 ? 'one at a time' : `${atOnce} at once`}`;
  return [
    { bench, figure: 'runs/s, durable', value: number(of('runsPerSecond')) },
    { bench, figure: 'steps/s, durable', value: number(of('runsPerSecond') * 10) },
    { bench, figure: 'syncs per run', value: of('commitsPerRun').toFixed(3) },
    { bench, figure: 'rows per run', value: number(of('rowsPerRun')) },
    { bench, figure: 'CPU ms per run', value: of('cpuMsPerRun').toFixed(3) },
  ];
}

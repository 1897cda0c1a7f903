import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { failpoints } from '#main/workflows/engine/index.ts';
import { Child, Died } from './child.ts';
import { type Memory, noteFinished, readJournal, verify } from './ledger.ts';
import { fencing } from './fencing.ts';
import { PlatformCrash, platformFailpoints } from './platform.ts';
import { scenarios } from './workflows.ts';

/**
 * `npm run test:crash -- --kills 200 [--seed N]`: kills a working engine with SIGKILL, first at every
 * named failpoint, then at moments drawn by the seed, and starts it again; at the end everything must
 * have happened, and nothing twice. A quarter of the kills goes to the whole platform, with files,
 * schedules, webhooks and real shell steps; and one process is stopped for longer than its lease.
 *
 * What this shows is what a killed process leaves. A power cut also takes what the operating system
 * had not written: against that stands SQLite's `synchronous=FULL`, which cannot be shown from here.
 */
const { values } = parseArgs({
  options: { kills: { type: 'string', default: '200' }, seed: { type: 'string' } },
});
const kills = Number(values.kills);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const random = mulberry32(seed);
const home = mkdtempSync(join(tmpdir(), 'nexus-crash-'));
const memory: Memory = {
  acknowledged: new Map(),
  retries: new Map(),
  finished: new Map(),
  sent: new Map(),
};
const warnings: string[] = [];
const tally = { failpoint: 0, random: 0, missed: [] as string[] };
/** By failpoint: how often it killed, at its first passage and in the midst of work. */
const table = new Map<string, { kills: number; interrupted: number; finished: number }>();

// mulberry32 (Tommy Ettinger, public domain): a run of the test is repeated by its seed.
function mulberry32(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
const below = (n: number) => Math.floor(random() * n);

/** Sends a start, as a sender would that repeats what was not acknowledged. */
async function start(child: Child, key: string, workflow: string): Promise<void> {
  memory.sent.set(key, workflow);
  const { value } = await child.ask({ do: 'start', workflow, key });
  if (value) memory.acknowledged.set(key, (value as { run: string }).run);
}

interface Asking {
  approvals: { run: string }[];
  interrupted: { run: string; step: string; index?: number }[];
}

/** Does once what people and the outside would do: approve, resolve, send events, cancel. @returns whether runs are left. */
async function attend(child: Child): Promise<boolean> {
  const asking = (await child.ask({ do: 'asking' })).value as Asking;
  await Promise.all([
    ...asking.approvals.map(({ run }) => child.ask({ do: 'approve', run })),
    ...asking.interrupted.map(({ run, step, index = -1 }) => {
      const action = random() < 0.7 ? 'retry' : 'skip';
      const key = `${run}/${step}/${index}`;
      // Counted before it is sent: it may have been heard although no answer came.
      if (action === 'retry') memory.retries.set(key, (memory.retries.get(key) ?? 0) + 1);
      return child.ask({ do: 'resolve', run, step, index, action });
    }),
    child.ask({ do: 'event' }),
  ]);
  const active = (await child.ask({ do: 'active' })).value as {
    id: string;
    workflow: string;
    status: string;
  }[];
  await Promise.all(
    active
      .filter((run) => run.workflow === 'endless' && run.status === 'waiting')
      .map((run) => child.ask({ do: 'cancel', run: run.id })),
  );
  return active.length > 0;
}

/** Attends to everything until no run is left. */
async function attendToAll(child: Child): Promise<void> {
  for (;;) {
    const seen = child.changes;
    if (!(await attend(child))) return;
    await child.moved(seen);
  }
}

/** One life: work until it dies, or until everything has ended. */
async function live(child: Child, life: number): Promise<void> {
  try {
    await Promise.race([child.ready, child.dead]);
    if (!child.alive) return;
    const open = [...memory.sent].filter(([key]) => !memory.acknowledged.has(key));
    const fresh = Object.keys(scenarios)
      .filter((name) => name !== 'child')
      .map((name) => [`${life}-${name}`, name] as const);
    const starts = [...open, ...fresh].map(([key, name]) => start(child, key, name));
    // All are awaited even when one fails, so that no rejection is left alone.
    const settled = Promise.allSettled(starts);
    await attend(child);
    const results = await settled;
    for (const result of results) if (result.status === 'rejected') throw result.reason;
    await attendToAll(child);
  } catch (error) {
    if (!(error instanceof Died)) throw error;
  } finally {
    child.kill();
    await child.dead;
    warnings.push(...child.warnings);
  }
}

async function killAtFailpoints(): Promise<number> {
  let life = 0;
  // Deletion has its own small home below.
  for (const name of failpoints.filter((one) => !one.startsWith('engine.retain.'))) {
    let reached = false;
    for (let tries = 0; tries < 6 && !reached; tries += 1) {
      // Something has to be in flight for the passages that belong to the recovery.
      if (tries > 0) await killAtRandom(1, life++);
      reached = await killAt(`${name}:1`, life++);
    }
    if (!reached) tally.missed.push(name);
    // A later passage is in the midst of work, where the first may be in the recovery.
    await killAt(`${name}:${2 + below(12)}`, life++);
  }
  return life;
}

async function killAt(failpoint: string, life: number): Promise<boolean> {
  const child = new Child(home, failpoint);
  child.killAfter(3000);
  await live(child, life);
  noteFinished(home, memory);
  if (child.diedEarly) {
    tally.failpoint += 1;
    note(failpoint.split(':')[0]!);
  }
  return child.diedEarly;
}

// What the death left: steps that were in flight, and how much had been finished by then.
function note(name: string): void {
  const row = table.get(name) ?? { kills: 0, interrupted: 0, finished: 0 };
  const steps = [...readJournal(home).steps.values()];
  table.set(name, {
    kills: row.kills + 1,
    interrupted: row.interrupted + steps.filter((step) => step.status === 'running').length,
    finished: memory.finished.size,
  });
}

async function killAtRandom(count: number, from: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const child = new Child(home);
    child.killAfter(20 + below(130));
    await live(child, from + n);
    tally.random += 1;
    noteFinished(home, memory);
    if ((n + 1) % 25 === 0) console.log(`  ${n + 1} of ${count} random kills`);
  }
}

/** The last life: everything that was begun comes to its end. */
async function finish(): Promise<void> {
  const child = new Child(home);
  await Promise.race([child.ready, child.dead]);
  for (const [key, name] of memory.sent)
    if (!memory.acknowledged.has(key)) await start(child, key, name);
  await attendToAll(child);
  await child.close();
  warnings.push(...child.warnings);
}

/** Deletion of old runs, killed between their files and their rows. */
async function killInRetention(): Promise<{ check: string; against: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'nexus-crash-retain-'));
  const against: string[] = [];
  for (const failpoint of [undefined, 'engine.retain.files', 'engine.retain.rows', undefined]) {
    const child = new Child(folder, failpoint);
    try {
      await child.ready;
      for (let n = 0; n < 12; n += 1)
        await child.ask({ do: 'start', workflow: 'big', key: `${failpoint ?? ''}${random()}` });
      await attendToAll(child);
      await child.ask({ do: 'retain', runs: 5 });
      if (failpoint) against.push(`${failpoint} was not reached`);
    } catch (error) {
      if (!(error instanceof Died)) throw error;
    }
    child.kill();
    await child.dead;
    warnings.push(...child.warnings);
  }
  const { runs, steps } = readJournal(folder);
  const ids = new Set(runs.map((run) => run.id));
  if (runs.length !== 5) against.push(`${runs.length} runs are left`);
  const outputs = join(folder, 'outputs');
  for (const name of existsSync(outputs) ? readdirSync(outputs) : [])
    if (!ids.has(name)) against.push(`files of ${name} are left`);
  for (const key of steps.keys())
    if (!ids.has(key.split('/')[0]!)) against.push(`rows of ${key} are left`);
  rmSync(folder, { recursive: true, force: true });
  return { check: 'deletion leaves neither rows nor files behind', against };
}

/**
 * Every name that the source passes to `failpoint` is killed at, here or by the tests of the service
 * that it belongs to, and no other.
 */
function failpointsInSource(): string[] {
  const main = fileURLToPath(new URL('../../main/', import.meta.url));
  const names = new Set<string>();
  let tests = '';
  for (const file of readdirSync(main, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    const text = readFileSync(join(main, file), 'utf8');
    if (file.includes('.test')) tests += text;
    else for (const [, name] of text.matchAll(/\bfailpoint\('([^']+)'\)/g)) names.add(name!);
  }
  const known = new Set<string>([...failpoints, ...platformFailpoints]);
  const killedAt = (name: string) =>
    known.has(name) || ["'", '"', '`', ':'].some((end) => tests.includes(`${name}${end}`));
  return [
    ...[...names].filter((name) => !killedAt(name)).map((name) => `${name} is not listed`),
    ...[...known].filter((name) => !names.has(name)).map((name) => `${name} is not in the source`),
  ];
}

const begun = performance.now();
console.log(`seed ${seed}, home ${home}`);
console.log(`killing at ${failpoints.length} failpoints`);
const lives = await killAtFailpoints();
const ofPlatform = Math.max(3, Math.floor(kills / 4));
await killAtRandom(Math.max(0, kills - tally.failpoint - tally.random - ofPlatform), lives);
await finish();
console.log(`killing the whole platform, and stopping one process of two`);
const platform = new PlatformCrash(random);
const [platformChecks, fencingCheck] = await Promise.all([platform.run(ofPlatform), fencing()]);
const checks = [
  ...verify(home, memory),
  await killInRetention(),
  ...platformChecks.map(({ check, against }) => ({ check: `platform: ${check}`, against })),
  fencingCheck,
  {
    check: 'the failpoints of the source are those that are killed at',
    against: failpointsInSource(),
  },
  {
    check: 'every failpoint was reached',
    against: tally.missed,
  },
  {
    check: 'the engine reported no error',
    against: warnings.filter((one) => /"error"|ended with/.test(one)),
  },
];
const { runs, steps } = readJournal(home);
const cells = (...values: (string | number)[]) =>
  values
    .map((value, n) => (n === 0 ? String(value).padEnd(26) : String(value).padStart(12)))
    .join('');
console.log(`\n${cells('failpoint', 'kills', 'in flight', 'finished')}`);
for (const [name, row] of table) console.log(cells(name, row.kills, row.interrupted, row.finished));
const retries = (of: Map<string, number>) => [...of.values()].reduce((a, b) => a + b, 0);
console.log(`
kills at failpoints   ${tally.failpoint}
kills at random       ${tally.random}
kills of the platform ${platform.kills}
runs                  ${runs.length}
steps in the journal  ${steps.size}
steps resolved        ${retries(memory.retries) + retries(platform.book.retries)} by retry
platform, seen        ${platform.book.finished.size} steps, ${platform.book.deliveries.size} deliveries
seconds               ${((performance.now() - begun) / 1000).toFixed(0)}
`);
let failed = 0;
for (const { check, against } of checks) {
  console.log(`${against.length === 0 ? 'ok    ' : 'FAILED'} ${check}`);
  for (const one of against.slice(0, 10)) console.log(`         ${one}`);
  if (against.length > 0) failed += 1;
}
console.log(`\n${checks.length - failed} passed, ${failed} failed`);
if (failed === 0) {
  rmSync(home, { recursive: true, force: true });
  platform.remove();
} else console.log(`what was found is kept in ${home} and ${platform.home}`);
process.exitCode = failed === 0 ? 0 : 1;

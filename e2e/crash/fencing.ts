import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { Child, type Refused } from './platformChild.ts';
import type { Check } from './platformVerify.ts';

const LEASE_TTL_MS = '3000';

const workflow = (folder: string) => {
  const note = (step: string) =>
    `echo ${step} | dd of=${folder}/ledger oflag=append conv=notrunc,fsync status=none`;
  return `name: held
steps:
  - id: hold
    uses: shell
    with: { run: ${JSON.stringify(`${note('hold')}; read line < ${folder}/release`)} }
  - id: next
    uses: shell
    if: always()
    with: { run: ${JSON.stringify(note('next'))} }
`;
};

/**
 * Two processes on one home: one is stopped (SIGSTOP) in the midst of a step for longer than its
 * lease, the other takes its run over and brings it to its end, and the first one wakes up. It must
 * find itself fenced, write nothing and begin nothing.
 */
export async function fencing(): Promise<Check> {
  const home = mkdtempSync(join(tmpdir(), 'nexus-crash-fence-'));
  mkdirSync(join(home, 'workflows'));
  writeFileSync(join(home, 'workflows', 'held.yaml'), workflow(home));
  writeFileSync(join(home, 'ledger'), '');
  // A file that never has a line until the end: what reads it waits.
  execFileSync('mkfifo', [join(home, 'release')]);
  const env = { CRASH_LEASE_TTL_MS: LEASE_TTL_MS };
  const server = new Child(home, { env, told: () => undefined });
  await server.ready;
  const stopped = new Child(home, { env, mode: 'command', told: () => undefined });
  await stopped.ready;
  try {
    const against = await robbed(home, server, stopped);
    return {
      check: 'a process that was stopped past its lease is fenced, and nothing is doubled',
      against,
    };
  } finally {
    await Promise.all([server.kill(), stopped.kill()]);
    rmSync(home, { recursive: true, force: true });
  }
}

async function robbed(home: string, server: Child, stopped: Child): Promise<string[]> {
  const ledger = () => readFileSync(join(home, 'ledger'), 'utf8').split('\n').filter(Boolean);
  const { run } = await stopped.call<{ run: { id: string } }>('start', { name: 'held' });
  await written(join(home, 'ledger'), () => ledger().length > 0);
  stopped.process.kill('SIGSTOP');
  await attend(server, run.id);
  const before = stateOf(home, run.id);
  // The step of the stopped process ends now, and its process wakes up to see it.
  writeFileSync(join(home, 'release'), 'go\n');
  stopped.process.kill('SIGCONT');
  const state = await fenced(stopped);
  const refused = await stopped.call('start', { name: 'held' }).then(
    () => 'accepted',
    (error: Refused) => error.code ?? error.message,
  );
  const against: string[] = [];
  if (state !== 'fenced') against.push(`the process that was stopped is ${state}`);
  if (refused !== 'engine.fenced') against.push(`a start of it is ${refused}`);
  if (ledger().join() !== 'hold,next') against.push(`the effects are ${ledger().join()}`);
  const after = stateOf(home, run.id);
  if (after !== before) against.push(`the run was ${before} and is ${after}`);
  if (!before.startsWith('succeeded hold:skipped:1 next:succeeded:1'))
    against.push(`the run is ${before}`);
  return against;
}

// Skips what the other process left in flight, until the run has ended here.
async function attend(server: Child, run: string): Promise<void> {
  for (;;) {
    const { interrupted } = await server.call<{ interrupted: { step: string }[] }>('approvals');
    for (const { step } of interrupted)
      await server.call('resolve', { id: run, step, action: 'skip' });
    const active = await server.call<unknown[]>('active');
    if (active.length === 0) return;
    await server.stirred();
  }
}

// It finds out with its next look at the journal, which nothing announces: asked until it has.
async function fenced(child: Child): Promise<string> {
  for (const begun = Date.now(); Date.now() - begun < 15_000; ) {
    const { state } = await child.call<{ state: string }>('state');
    if (state !== 'ready') return state;
  }
  return 'ready';
}

function stateOf(home: string, run: string): string {
  const db = new Sqlite(join(home, 'nexus.db'), { readonly: true });
  try {
    const { status } = db.prepare('SELECT status FROM runs WHERE id = ?').get(run) as {
      status: string;
    };
    const steps = db
      .prepare('SELECT step, status, attempts FROM steps WHERE run = ? ORDER BY step')
      .all(run) as { step: string; status: string; attempts: number }[];
    return [status, ...steps.map((one) => `${one.step}:${one.status}:${one.attempts}`)].join(' ');
  } finally {
    db.close();
  }
}

/** Resolves when `holds` does, looked at whenever the file changes. */
function written(file: string, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(file, look);
    function look(): void {
      if (!holds()) return;
      watcher.close();
      resolve();
    }
    look();
  });
}

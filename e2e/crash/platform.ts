import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFlakyServer } from './flakyServer.ts';
import { Book } from './platformBook.ts';
import { Child, Died, Refused } from './platformChild.ts';
import { sabotaged } from './platformSabotage.ts';
import { readSnapshot } from './platformSnapshot.ts';
import { type Check, verifyPlatform } from './platformVerify.ts';
import { savedText, startable, workflows } from './platformWorkflows.ts';

/** Failpoints of the parts around the engine. */
export const platformFailpoints = [
  'scheduler.claimed',
  'scheduler.started',
  'workflow.file.written',
  'workflow.file.synced',
];

interface Asking {
  approvals: { run: string }[];
  interrupted: { run: string; step: string; index?: number }[];
}

/** The whole platform (files, schedules, webhooks, engine with its real kinds, audit) under kill -9. */
export class PlatformCrash {
  readonly home = mkdtempSync(join(tmpdir(), 'nexus-crash-platform-'));
  readonly book = new Book();
  kills = 0;
  readonly missed: string[] = [];
  readonly #ledger = join(this.home, 'ledger');
  readonly #cache = join(this.home, 'compiled');
  readonly #random: () => number;
  #keys = 0;

  /** @param random gives numbers from 0 to 1. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Kills at every failpoint and `kills` times at random, lets everything finish, and checks. */
  async run(kills: number): Promise<Check[]> {
    const server = await startFlakyServer();
    try {
      writeFileSync(this.#ledger, '');
      mkdirSync(join(this.home, 'workflows'), { recursive: true });
      this.#write(workflows({ ledger: this.#ledger, server: server.address }, true));
      for (const name of platformFailpoints) await this.#killAt(name);
      for (let n = 0; n < kills; n += 1) await this.#killAtRandom();
      // The schedule ends here; everything that it has fired has to finish.
      this.#write(workflows({ ledger: this.#ledger, server: server.address }, false));
      const audit = await this.#finish();
      const end = readSnapshot(this.home, this.#ledger, true);
      this.book.survived(end);
      const checks = verifyPlatform(end, this.book, server.visits);
      return [
        ...checks,
        { check: 'the audit log verifies', against: audit },
        { check: 'every saved workflow is whole', against: this.#files() },
        { check: 'every failpoint of the platform was reached', against: this.missed },
        sabotaged(end, this.book, server.visits),
      ];
    } finally {
      server.close();
    }
  }

  /** Removes its home. */
  remove(): void {
    rmSync(this.home, { recursive: true, force: true });
  }

  #write(files: Record<string, string>): void {
    for (const [name, text] of Object.entries(files))
      writeFileSync(join(this.home, 'workflows', `${name}.yaml`), text);
  }

  #spawn(failpoint?: string): Child {
    return new Child(this.home, {
      env: {
        NODE_COMPILE_CACHE: this.#cache,
        ...(failpoint ? { NEXUS_FAILPOINT: failpoint } : {}),
      },
      told: (told) => this.book.told(told),
    });
  }

  async #killAt(failpoint: string): Promise<void> {
    const child = this.#spawn(failpoint);
    const limit = setTimeout(() => {
      this.missed.push(failpoint);
      void child.kill();
    }, 20_000);
    await this.#live(child);
    clearTimeout(limit);
  }

  // The moment is random, not a wait for anything: some deaths fall into the opening itself.
  async #killAtRandom(): Promise<void> {
    const child = this.#spawn();
    if (this.#random() < 0.8) await child.ready;
    const limit = setTimeout(() => void child.kill(), 30 + this.#random() * 700);
    await this.#live(child);
    clearTimeout(limit);
  }

  /** One life, until it dies. */
  async #live(child: Child): Promise<void> {
    const address = await child.ready;
    if (address !== undefined) {
      const both = await Promise.allSettled([
        this.#feed(child, address),
        this.#attend(child, false),
      ]);
      await child.ended;
      for (const one of both)
        if (one.status === 'rejected' && !(one.reason instanceof Died)) throw one.reason;
    }
    const how = await child.ended;
    if (how !== 'SIGKILL')
      this.book.broken.push(`a process ended by itself: ${how} ${child.stderr}`);
    this.kills += 1;
    this.book.survived(readSnapshot(this.home, this.#ledger, false));
  }

  /** Starts something of everything, and sends again what was not acknowledged. */
  async #feed(child: Child, address: string): Promise<void> {
    // Few places, so that steps have to wait for one.
    await child.call('settings', { max_parallel_steps: 4 });
    const again = [...this.book.unanswered];
    const picked = startable.filter(() => this.#random() < 0.4);
    const jobs = [
      ...again.map(
        ([key, name]) =>
          () =>
            this.#send(child, address, key, name),
      ),
      ...picked.map((name) => () => this.#send(child, address, `start-${(this.#keys += 1)}`, name)),
      ...[1, 2].map(
        () => () => this.#send(child, address, `delivery-${(this.#keys += 1)}`, 'hook'),
      ),
      // What was acknowledged before, as a sender does that lost the answer.
      ...[...this.book.deliveries.keys()]
        .slice(-1)
        .map((id) => () => this.#send(child, address, id, 'hook')),
      () => this.#save(child, `saved-${(this.#keys += 1)}`),
    ];
    await Promise.all(jobs.map((job) => job()));
  }

  async #send(child: Child, address: string, key: string, workflow: string): Promise<void> {
    if (!this.book.deliveries.has(key)) this.book.unanswered.set(key, workflow);
    const run = await (workflow === 'hook' ? deliver(address, key) : start(child, key, workflow));
    if (run === undefined) return;
    const known = workflow === 'hook' ? this.book.deliveries : this.book.starts;
    const before = known.get(key);
    if (before !== undefined && before !== run)
      this.book.broken.push(`${key} started ${before} and ${run}`);
    known.set(key, run);
    this.book.unanswered.delete(key);
  }

  async #save(child: Child, name: string): Promise<void> {
    await child.call('save', { name, source: savedText(name) });
    this.book.saved.add(name);
  }

  /** Does what people do, whenever something changed. `toEnd`: until no run is left. */
  async #attend(child: Child, toEnd: boolean): Promise<void> {
    while (child.alive) {
      const asking = await child.call<Asking>('approvals');
      const active = await child.call<{ id: string; workflow: string; status: string }[]>('active');
      if (toEnd && active.length === 0) return;
      await Promise.all([
        ...asking.approvals.map(({ run }) => decide(child, 'approve', { id: run })),
        ...asking.interrupted.map((one) => this.#resolve(child, one)),
        ...active
          .filter((run) => run.status === 'waiting')
          .map(({ id, workflow }) => {
            if (workflow === 'listens') return decide(child, 'event', { name: 'go', key: id });
            if (workflow === 'stopped') return decide(child, 'cancel', { id });
            return undefined;
          }),
      ]);
      await child.stirred();
    }
  }

  async #resolve(child: Child, step: Asking['interrupted'][number]): Promise<void> {
    const { run, index } = step;
    const action = this.#random() < 0.6 ? 'retry' : 'skip';
    const key = `${run} ${step.step} ${index ?? -1}`;
    // Counted before it is sent: it may be heard although no answer comes.
    if (action === 'retry') this.book.retries.set(key, (this.book.retries.get(key) ?? 0) + 1);
    await decide(child, 'resolve', { id: run, step: step.step, index, action });
  }

  /** The last life: everything comes to its end. @returns what speaks against the audit log. */
  async #finish(): Promise<string[]> {
    const child = this.#spawn();
    const address = await child.ready;
    if (address === undefined) throw new Error(`the last life did not begin\n${child.stderr}`);
    for (const [key, name] of this.book.unanswered) await this.#send(child, address, key, name);
    await this.#attend(child, true);
    const audit = await child.call<{ ok: boolean; entries: number }>('verify');
    await child.kill();
    return audit.ok && audit.entries > 0 ? [] : [JSON.stringify(audit)];
  }

  // A file is there whole or not at all; what was acknowledged is there.
  #files(): string[] {
    const folder = join(this.home, 'workflows');
    const there = readdirSync(folder).filter((name) => /^saved-\d+\.yaml$/.test(name));
    const against = there.flatMap((file) => {
      const name = file.replace('.yaml', '');
      return readFileSync(join(folder, file), 'utf8') === savedText(name) ? [] : [`${file} is cut`];
    });
    for (const name of this.book.saved)
      if (!there.includes(`${name}.yaml`)) against.push(`${name} is gone`);
    return against;
  }
}

async function start(child: Child, key: string, name: string): Promise<string | undefined> {
  const { run } = await child.call<{ run: { id: string } }>('start', { name, dedupe_key: key });
  return run.id;
}

/** Sends a webhook. @returns the run, or undefined when no answer said that it was accepted. */
async function deliver(address: string, id: string): Promise<string | undefined> {
  try {
    const answer = await fetch(`${address}/hooks/crash`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id }),
    });
    if (!answer.ok) return undefined;
    return ((await answer.json()) as { run: { id: string } }).run.id;
  } catch {
    // The connection broke with the process.
    return undefined;
  }
}

// A person is too late now and then: the run went on, or another asked twice.
async function decide(child: Child, command: string, input: unknown): Promise<void> {
  try {
    await child.call(command, input);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
}

import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ExecEvent } from '#contract/hostCommands.ts';
import { collected } from '#main/base/collected.testing.ts';
import { systemClock } from '#main/base/clock.ts';
import { HostOperations } from './operations.ts';
import { productionGate } from './policy.ts';
import { closeFabrics, testFabric } from './testing/fabric.ts';
import { endTree, startSshd, stopAll, type Sshd } from './testing/sshd.ts';

const servers: Sshd[] = [];
beforeAll(async () => {
  servers.push(...(await Promise.all([startSshd(), startSshd(), startSshd()])));
});
afterEach(closeFabrics);
afterAll(stopAll);

function operations() {
  const test = testFabric();
  const { fabric, questions } = test;
  const hosts = new HostOperations({
    fabric,
    questions,
    gate: productionGate(() => false),
    clock: systemClock,
  });
  return { ...test, hosts };
}

const command = (text: string, more = {}) => ({
  hosts: 'all',
  command: text,
  strategy: 'all' as const,
  retries: 0,
  max_bytes: null,
  interactive: false,
  ...more,
});

const textOf = (events: ExecEvent[], host: string) =>
  Buffer.concat(
    events.flatMap((one) =>
      one.type === 'output' && one.host === host ? [Buffer.from(one.data, 'base64')] : [],
    ),
  ).toString();

/** The sessions that an sshd has open, by the processes below it. */
function sessionsOf(server: Sshd): number {
  const below = (pid: number): number[] => {
    const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return list === ''
      ? []
      : list.split(/\s+/).flatMap((one) => [Number(one), ...below(Number(one))]);
  };
  return below(server.process.pid!).filter((pid) => {
    try {
      return !readFileSync(`/proc/${pid}/cmdline`, 'latin1').startsWith('sshd');
    } catch {
      return false;
    }
  }).length;
}

describe('many hosts at once', () => {
  it('give all of their 10,000 lines, each host’s in order, to a reader who takes his time', async () => {
    // Bug caught: lines that are lost, doubled or out of order when hosts speak at once.
    const { hosts, host } = operations();
    for (const [index, server] of servers.entries())
      for (const half of ['a', 'b']) host(`h${index}${half}`, server);
    const stream = hosts.exec(
      command('i=0; while [ $i -lt 10000 ]; do echo "line $i"; i=$((i+1)); done'),
      new AbortController().signal,
    );
    const events: ExecEvent[] = [];
    for await (const event of stream) {
      events.push(event);
      if (events.length % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    const expected = Array.from({ length: 10_000 }, (_, i) => `line ${i}\n`).join('');
    for (const name of ['h0a', 'h0b', 'h1a', 'h1b', 'h2a', 'h2b'])
      expect(textOf(events, name) === expected, name).toBe(true);
    expect(events.at(-1)).toMatchObject({ type: 'done', failed: [], skipped: [] });
  });

  it('are tried again only where they failed, on real servers too', async () => {
    const { hosts, host } = operations();
    for (const [index, server] of servers.entries()) host(`h${index}`, server);
    const dir = join(servers[0]!.dir, 'tries');
    mkdirSync(dir);
    // The second host succeeds at its third try, the last one never.
    const script = `
      case $NEXUS_HOST_PORT in
        ${servers[0]!.port}) exit 0;;
        ${servers[1]!.port}) touch ${dir}/x$$; [ $(ls ${dir} | wc -l) -ge 3 ];;
        *) exit 7;;
      esac`;
    const text = script.replace('$NEXUS_HOST_PORT', '$(echo $SSH_CONNECTION | cut -d" " -f4)');
    const events = await collected(
      hosts.exec(command(text, { retries: 4 }), new AbortController().signal),
    );
    const starts = (name: string) =>
      events.filter((one) => one.type === 'start' && one.host === name).length;
    expect(['h0', 'h1', 'h2'].map(starts)).toEqual([1, 3, 5]);
    expect(events.at(-1)).toMatchObject({ succeeded: ['h0', 'h1'], failed: ['h2'] });
    expect(readdirSync(dir)).toHaveLength(3);
  });

  it('end at the time-out of each, with what they had said until then', async () => {
    const { hosts, host } = operations();
    for (const [index, server] of servers.entries()) host(`h${index}`, server);
    // The first command is quick everywhere; the connections stand.
    await collected(hosts.exec(command('true'), new AbortController().signal));
    const slow = `echo begun; [ $(echo $SSH_CONNECTION | cut -d" " -f4) != ${servers[1]!.port} ] || sleep 100`;
    const events = await collected(
      hosts.exec(command(slow, { timeout_ms: 1500 }), new AbortController().signal),
    );
    expect(events.at(-1)).toMatchObject({ failed: ['h1'], skipped: [] });
    expect(textOf(events, 'h1')).toBe('begun\n');
    const end = events.find((one) => one.type === 'end' && one.host === 'h1');
    expect(end).toMatchObject({ error: { code: 'ssh.timeout' }, exit_code: null });
  });

  it('stop when whoever reads goes away: no session is left on any host', async () => {
    const { hosts, host } = operations();
    for (const [index, server] of servers.entries()) host(`h${index}`, server);
    const abort = new AbortController();
    const stream = hosts.exec(command('yes'), abort.signal);
    let seen = 0;
    for await (const event of stream) {
      if (event.type === 'output' && (seen += 1) === 20) break;
    }
    await expect
      .poll(() => servers.map(sessionsOf), { timeout: 15_000 })
      .toEqual(servers.map(() => 0));
  });
});

describe('any course of commands on real servers', () => {
  type Step =
    | { kind: 'run'; on: number; bytes: number }
    | { kind: 'abort'; on: number; ms: number }
    | { kind: 'late'; on: number; ms: number }
    | { kind: 'shell'; on: number };
  const on = fc.nat(1);
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ kind: fc.constant('run' as const), on, bytes: fc.nat(200_000) }),
    fc.record({ kind: fc.constant('abort' as const), on, ms: fc.nat(60) }),
    fc.record({ kind: fc.constant('late' as const), on, ms: fc.integer({ min: 1, max: 60 }) }),
    fc.record({ kind: fc.constant('shell' as const), on }),
  );

  it('leaves no session and no place behind, and answers each with its own output', async () => {
    // Bug caught: a place that is lost with a command that was given up; after eight nothing goes.
    const { fabric, host } = testFabric();
    for (const n of [0, 1]) host(`h${n}`, servers[n]!);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 40 }), async (steps) => {
        const outcomes = await Promise.all(
          steps.map(async (one, index) => {
            const name = `h${one.on}`;
            if (one.kind === 'run') {
              const text = `head -c ${one.bytes} /dev/zero; echo own-${index}`;
              const { stdout, exitCode } = await fabric.run(name, text);
              const rest = stdout.subarray(one.bytes).toString();
              return exitCode === 0 && rest === `own-${index}\n`;
            }
            if (one.kind === 'shell') {
              const shell = await fabric.shell(name, { cols: 80, rows: 24 });
              const exit = new Promise((resolve) => shell.onExit(resolve));
              shell.onData(() => undefined);
              shell.close();
              await exit;
              return true;
            }
            const abort = new AbortController();
            if (one.kind === 'abort') setTimeout(() => abort.abort(new Error('enough')), one.ms);
            const error = await fabric
              .run(name, 'sleep 50', {
                signal: abort.signal,
                ...(one.kind === 'late' ? { timeoutMs: one.ms } : {}),
              })
              .catch((thrown: Error & { code?: string }) => thrown.code ?? thrown.message);
            return error === (one.kind === 'abort' ? 'enough' : 'ssh.timeout');
          }),
        );
        expect(outcomes.filter((fine) => !fine)).toEqual([]);
        expect(fabric.health().map((one) => one.channels)).toEqual(fabric.health().map(() => 0));
      }),
      { numRuns: 3 },
    );
    await expect
      .poll(() => servers.slice(0, 2).map(sessionsOf), { timeout: 15_000 })
      .toEqual([0, 0]);
    // All eight places are there still.
    const together = Array.from({ length: 8 }, (_, i) => fabric.run('h0', `echo ${i}`));
    expect((await Promise.all(together)).map((one) => one.stdout.toString())).toEqual(
      Array.from({ length: 8 }, (_, i) => `${i}\n`),
    );
  });

  it('goes on after the server was killed in the middle of it, again and again', async () => {
    const own = await startSshd();
    const { fabric, host } = testFabric();
    host('a', own);
    for (let round = 0; round < 3; round += 1) {
      const mark = join(own.dir, `begun-${round}`);
      const running = Array.from({ length: 12 }, (_, i) =>
        fabric.run('a', i === 0 ? `touch ${mark}; sleep 100` : 'sleep 100').then(
          () => 'ended',
          (error: { code: string }) => error.code,
        ),
      );
      await expect.poll(() => existsSync(mark)).toBe(true);
      endTree(own.process.pid!);
      const codes = new Set(await Promise.all(running));
      // What ran was lost or killed with it; what waited for a place found nobody there.
      const fine = /^(ended|ssh\.(connection_lost|unreachable|circuit_open|handshake_failed))$/;
      expect([...codes].filter((code) => !fine.test(code))).toEqual([]);
      await own.restart();
      const target = fabric.hosts.get('a');
      const back = await fabric.withSession(target, 'command', { force: true }, (connection) =>
        connection.ping(),
      );
      expect(back).toBeGreaterThan(0);
    }
    expect(fabric.health()).toMatchObject([{ channels: 0, state: 'connected' }]);
    await own.stop();
  });
});

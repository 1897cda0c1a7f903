import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { processesOf } from '#main/base/processes.testing.ts';
import type { ExecChannel, Exit } from './connection/connection.ts';
import { connectionLost } from './connection/errors.ts';
import { atMost, Collected, execute, runOn, timedOut } from './run.ts';
import { closeFabrics, testFabric } from './testing/fabric.ts';
import { startSshd, stopAll, type Sshd } from './testing/sshd.ts';

describe('collected output', () => {
  it('is the beginning of what came, up to its limit, and says when there was more', () => {
    // Bug caught: a limit that falls into a piece, or on its end, cuts or counts wrongly.
    const pieces = fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 20 });
    fc.assert(
      fc.property(pieces, fc.nat(100), (parts, limit) => {
        const all = Buffer.concat(parts);
        const collected = new Collected(limit);
        for (const part of parts) collected.add(Buffer.from(part));
        expect(collected.bytes().equals(all.subarray(0, limit))).toBe(true);
        expect(collected.truncated).toBe(all.length > limit);
      }),
    );
  });

  it('without a limit is all of it', () => {
    const collected = new Collected(Number.POSITIVE_INFINITY);
    for (let i = 0; i < 100; i += 1) collected.add(Buffer.from('x'));
    expect(collected.bytes()).toHaveLength(100);
    expect(collected.truncated).toBe(false);
  });
});

it('atMost ends with the work or with its time, and leaves no timer', async () => {
  await atMost(Promise.resolve(), 3_600_000);
  let over = false;
  const work = new Promise<void>(() => undefined);
  await atMost(work, 1).then(() => (over = true));
  expect(over).toBe(true);
  expect(process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length).toBeLessThan(
    // vitest's own for this test
    5,
  );
});

it('a timeout is told in seconds', () => {
  expect(timedOut('web', 1500).message).toContain('within 1.5 s');
});

/** A channel whose other side is in the test's hands. */
function channel() {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const stdin = new PassThrough();
  stdin.resume();
  let end: (exit: Exit) => void = () => undefined;
  let lose: (error: Error) => void = () => undefined;
  const exit = new Promise<Exit>((resolve, reject) => ([end, lose] = [resolve, reject]));
  exit.catch(() => undefined);
  const state = { killed: 0 };
  const made: ExecChannel = { stdin, stdout, stderr, exit, kill: () => (state.killed += 1) };
  return { made, stdout, stderr, end, lose, state };
}

describe('what one command came to', () => {
  it('waits for the output that comes after the exit code', async () => {
    // Bug caught: the last lines of a command that ends at once are lost.
    const { made, stdout, stderr, end } = channel();
    const running = runOn({ exec: () => Promise.resolve(made) }, 'web', 'x', {});
    end({ code: 0, signal: null });
    await new Promise((resolve) => setImmediate(resolve));
    stdout.end('late');
    stderr.end('later');
    const result = await running;
    expect([result.stdout.toString(), result.stderr.toString()]).toEqual(['late', 'later']);
  });

  it('holds the host back while whoever reads is busy', async () => {
    const { made, stdout, stderr, end } = channel();
    let go: () => void = () => undefined;
    const seen: string[] = [];
    const running = execute({ exec: () => Promise.resolve(made) }, 'web', 'x', {}, (_, chunk) => {
      seen.push(chunk.toString());
      return new Promise<void>((resolve) => (go = resolve));
    });
    await new Promise((resolve) => setImmediate(resolve));
    stdout.write('a');
    await new Promise((resolve) => setImmediate(resolve));
    stdout.write('b');
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen).toEqual(['a']);
    expect(stdout.isPaused()).toBe(true);
    go();
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen).toEqual(['a', 'b']);
    go();
    stdout.end();
    stderr.end();
    end({ code: 0, signal: null });
    expect(await running).toEqual({ exitCode: 0, signal: null });
  });

  it('ends the command where whoever reads fails, and gives that error', async () => {
    const { made, stdout, state } = channel();
    const running = execute({ exec: () => Promise.resolve(made) }, 'web', 'x', {}, () => {
      throw new Error('disk full');
    });
    running.catch(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    stdout.write('a');
    await expect(running).rejects.toThrow('disk full');
    expect(state.killed).toBe(1);
  });

  it('is an error where the connection is lost, whatever came before', async () => {
    const { made, stdout, stderr, lose } = channel();
    const running = runOn({ exec: () => Promise.resolve(made) }, 'web', 'x', {});
    stdout.end('half');
    stderr.end();
    lose(connectionLost('web'));
    await expect(running).rejects.toMatchObject({ code: 'ssh.connection_lost' });
  });
});

describe('giving up', () => {
  let sshd: Sshd;
  beforeAll(async () => {
    sshd = await startSshd();
  });
  afterEach(closeFabrics);
  afterAll(stopAll);

  it('in whatever moment leaves nothing running on the host', async () => {
    // Bug caught: a command that was given up before its number had come ran on to its end, unseen.
    const { fabric, host } = testFabric();
    host('a', sshd);
    await fabric.run('a', 'true');
    const mark = `nexus-orphan-${process.pid}`;
    const target = fabric.hosts.get('a');
    const command = `sh -c 'sleep 300; : ${mark}'`;
    /** Gives up so many milliseconds after the command was asked for, or after its program was sent. */
    const giveUp = (ms: number, afterProgram: boolean) =>
      fabric.withSession(target, 'command', {}, (connection) => {
        const abort = new AbortController();
        const soon = () => setTimeout(() => abort.abort(new Error('enough')), ms);
        const exec = async (text: string) => {
          if (!afterProgram) soon();
          const opened = await connection.exec(text);
          if (afterProgram) opened.stdin.once('finish', soon);
          return opened;
        };
        return execute({ exec }, 'a', command, { signal: abort.signal }, () => undefined);
      });
    for (let turn = 0; turn < 24; turn += 1)
      await expect(giveUp(turn / 2, turn % 3 > 0)).rejects.toThrow('enough');
    await expect.poll(() => processesOf(mark), { timeout: 10_000 }).toEqual([]);
    expect(fabric.health()).toMatchObject([{ channels: 0, state: 'connected' }]);
    expect((await fabric.run('a', 'echo on')).stdout.toString()).toBe('on\n');
  });

  it('of many commands at once ends all of them, though the server has no sessions left for that', async () => {
    // Bug caught: Ctrl-C on eight commands of one host, and six of them run on.
    const { fabric, host } = testFabric();
    host('a', sshd);
    const mark = `nexus-crowd-${process.pid}`;
    const abort = new AbortController();
    const running = Array.from({ length: 8 }, () =>
      fabric.run('a', `sh -c 'sleep 300; : ${mark}'`, { signal: abort.signal }).catch(String),
    );
    const sleeping = () => processesOf(`sleep 300; : ${mark}`).length;
    await expect.poll(sleeping, { timeout: 10_000 }).toBeGreaterThanOrEqual(8);
    abort.abort(new Error('enough'));
    expect(new Set(await Promise.all(running))).toEqual(new Set(['Error: enough']));
    await expect.poll(() => processesOf(mark), { timeout: 10_000 }).toEqual([]);
  });

  it('at the time-out ends the command and all that it began', async () => {
    const { fabric, host } = testFabric();
    host('a', sshd);
    const mark = `nexus-timeout-${process.pid}`;
    await expect(
      fabric.run('a', `sh -c 'sleep 300; : ${mark}' & sh -c 'trap "" TERM; sleep 300; : ${mark}'`, {
        timeoutMs: 300,
      }),
    ).rejects.toMatchObject({ code: 'ssh.timeout', message: expect.stringMatching(/0\.\d+ s/) });
    // The second must be asked twice.
    await expect.poll(() => processesOf(mark), { timeout: 10_000 }).toEqual([]);
  });

  it('before it began does nothing at all', async () => {
    const { fabric, host } = testFabric();
    host('a', sshd);
    const before = sshd.log();
    await expect(
      fabric.run('a', 'true', { signal: AbortSignal.abort(new Error('before')) }),
    ).rejects.toThrow('before');
    expect(sshd.log()).toBe(before);
  });
});

import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cpus, loadavg, platform, totalmem } from 'node:os';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { collect, type RunCommand } from './collect.ts';
import { collectFacts } from './facts.ts';
import { runHere } from './local.ts';
import { figuresOf } from './rates.ts';
import { sampleScript } from './script.ts';
import { lookHere, readNode } from './thisMachine.ts';

const run = promisify(execFile);
const limits = { timeoutMs: 20_000 };
/** Runs the script with a given shell, as a host with that shell would. */
const withShell =
  (shell: string[]): RunCommand =>
  (_command, { stdin }) =>
    new Promise((resolve, reject) => {
      const [program = '', ...args] = shell;
      const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'] });
      const chunks: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
      child.once('error', reject);
      child.once('close', (exitCode) =>
        resolve({ exitCode, stdout: Buffer.concat(chunks), stderr: Buffer.alloc(0) }),
      );
      child.stdin.end(stdin);
    });

describe.runIf(platform() === 'linux')('this Linux', () => {
  const shells = [
    ['/bin/sh', '-s'],
    ['bash', '--posix', '-s'],
    ['bash', '-s'],
    ['busybox', 'sh', '-s'],
  ];
  const installed = shells.filter(([name = '']) =>
    name.startsWith('/')
      ? existsSync(name)
      : ['/bin/', '/usr/bin/'].some((dir) => existsSync(dir + name)),
  );

  test.each(installed)('is read by %s %s', async (...shell) => {
    const reading = await collect(withShell(shell), limits);
    expect(reading.cpu?.cores.filter(Boolean)).toHaveLength(cpus().length);
    // What a container is given may be less than what the kernel says: then Node knows less, too.
    expect(reading.memory?.total).toBeGreaterThanOrEqual(totalmem());
    expect(reading.memory!.used + reading.memory!.available).toBe(reading.memory!.total);
    expect(Math.abs(reading.load![2] - loadavg()[2]!)).toBeLessThan(1);
    expect(reading.disks.some(({ mount }) => mount === '/')).toBe(true);
    expect(reading.processes!.some(({ pid }) => pid === 1)).toBe(true);
    expect(reading.uptime).toBeGreaterThan(0);
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8');
    expect(`${reading.boot}\n`).toBe(boot);
  });

  // Bug caught: memory that caches hold is shown as used, or another definition than the one people know.
  test('memory is what free says at the same moment', async () => {
    const free = async () => {
      const { stdout } = await run('free', ['-b'], { env: { ...process.env, LC_ALL: 'C' } });
      const [, total, used, , , , available] = /^Mem:\s+(.*)$/m
        .exec(stdout)![1]!
        .split(/\s+/)
        .reduce<number[]>((all, text) => [...all, Number(text)], [0]);
      return { total: total!, used: used!, available: available! };
    };
    const before = await free();
    const { memory } = await collect(runHere, limits);
    const after = await free();
    expect(memory!.total).toBe(before.total);
    // Memory moves while one looks; another definition (cache counted as used) is further off than this.
    const slack = before.total * 0.02 + Math.abs(after.used - before.used);
    expect(memory!.used).toBeGreaterThan(Math.min(before.used, after.used) - slack);
    expect(memory!.used).toBeLessThan(Math.max(before.used, after.used) + slack);
  });

  test('a process that keeps a core busy is seen, by name and share', async () => {
    const busy = spawn('/bin/sh', ['-c', 'while :; do :; done'], { stdio: 'ignore' });
    onTestFinished(() => void busy.kill('SIGKILL'));
    const first = await collect(runHere, limits);
    // Until it has had processor time, however busy this machine is.
    for (;;) {
      const next = await collect(runHere, limits);
      const { values, processes } = figuresOf(next, first, 1);
      const mine = processes!.by_cpu.find(({ pid }) => pid === busy.pid);
      if (!mine) continue;
      expect(mine.cpu).toBeGreaterThan(0);
      expect(values['cpu.total']).toBeGreaterThan(0);
      break;
    }
  });

  // Bug caught: a process chooses a name that breaks the reading.
  test('a process with a name made to confuse is one process', async () => {
    const name = 'a) R 1 (b';
    const odd = spawn(
      '/bin/sh',
      ['-c', 'printf "%s" "$0" > /proc/self/comm; echo; read line', name],
      {
        stdio: ['pipe', 'pipe', 'ignore'],
      },
    );
    onTestFinished(() => void odd.kill('SIGKILL'));
    await new Promise((resolve) => odd.stdout.once('data', resolve));
    const { processes } = await collect(runHere, limits);
    const found = processes!.find(({ pid }) => pid === odd.pid);
    expect(found?.name).toBe(name);
    expect(found?.memory).toBeGreaterThan(0);
  });

  test('facts agree with what the system’s own commands say', async () => {
    const facts = await collectFacts(runHere);
    const { stdout } = await run('uname', ['-srm']);
    expect(`${facts.os} ${facts.kernel} ${facts.architecture}`).toBe(stdout.trim());
    expect(facts.cores).toBe(cpus().length);
    expect(facts.memory).toBeGreaterThanOrEqual(totalmem());
    expect(facts.disks.length).toBeGreaterThan(0);
    expect(Date.parse(facts.booted_at!)).toBeLessThan(Date.now());
    if (existsSync('/etc/os-release')) expect(facts.distribution).toMatch(/\w/);
  });

  test('nothing is printed besides sections, and nothing to stderr', async () => {
    const child = spawn('/bin/sh', ['-s'], { stdio: ['pipe', 'pipe', 'pipe'] });
    let errors = '';
    let output = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk));
    child.stdout.on('data', (chunk: Buffer) => (output += chunk));
    child.stdin.end(sampleScript('mark12345678'));
    await new Promise((resolve) => child.once('close', resolve));
    expect(errors).toBe('');
    expect(output.startsWith('mark12345678 system')).toBe(true);
    expect(output.trimEnd().endsWith('mark12345678 end')).toBe(true);
  });
});

describe('the runner on this machine', () => {
  const stdin = Buffer.from('');

  test('gives what a command prints, and its code', async () => {
    const ran = await runHere('cat; exit 3', {
      stdin: Buffer.from('hello'),
      timeoutMs: 10_000,
      maxBytes: 100,
    });
    expect(Buffer.from(ran.stdout).toString()).toBe('hello');
    expect(ran.exitCode).toBe(3);
  });

  // Bug caught: a df on a dead network disk keeps its processes for ever, one more with each sample.
  test('ends a command that does not end, and its children', async () => {
    const mine = `sleep 9${process.pid}`;
    const command = `${mine} & wait`;
    const killed = runHere(command, { stdin, timeoutMs: 300, maxBytes: 100 });
    await expect(killed).rejects.toMatchObject({ code: 'monitor.timeout' });
    const { stdout } = await run('ps', ['-axo', 'pid=,args=']);
    const left = stdout.split('\n').filter((line) => line.includes(mine));
    expect(left).toEqual([]);
  });

  test('is stopped by its signal, also one that was given before', async () => {
    const stop = new AbortController();
    const running = runHere('sleep 1000', {
      stdin,
      timeoutMs: 60_000,
      maxBytes: 100,
      signal: stop.signal,
    });
    stop.abort();
    await expect(running).rejects.toMatchObject({ code: 'monitor.stopped' });
    await expect(
      runHere('sleep 1000', { stdin, timeoutMs: 60_000, maxBytes: 100, signal: stop.signal }),
    ).rejects.toMatchObject({ code: 'monitor.stopped' });
  });

  test('keeps no more than the limit of what is printed', async () => {
    const ran = await runHere('yes', { stdin, timeoutMs: 20_000, maxBytes: 1000 });
    expect(ran.truncated).toBe(true);
    expect(ran.stdout.length).toBeLessThanOrEqual(1000);
  });

  // Bug caught: secrets of Nexus's environment reach whatever the script starts.
  test('passes nothing of its own environment but the path', async () => {
    process.env['MONITOR_TEST_SECRET'] = 'hidden';
    onTestFinished(() => void delete process.env['MONITOR_TEST_SECRET']);
    const ran = await runHere('env', { stdin, timeoutMs: 10_000, maxBytes: 10_000 });
    expect(Buffer.from(ran.stdout).toString()).not.toContain('hidden');
  });
});

describe('a host that answers wrongly', () => {
  const answering =
    (stdout: string, truncated = false): RunCommand =>
    async () => ({ exitCode: 0, stdout: Buffer.from(stdout), stderr: Buffer.alloc(0), truncated });

  test.each(['', 'Windows cannot find sh', '\u0000\u0001'])('%j is refused', async (text) => {
    await expect(collect(answering(text), limits)).rejects.toMatchObject({
      code: 'monitor.unreadable',
    });
    await expect(collectFacts(answering(text))).rejects.toMatchObject({
      code: 'monitor.unreadable',
    });
  });

  test('an endless answer is refused', async () => {
    await expect(collect(answering('x', true), limits)).rejects.toMatchObject({
      code: 'monitor.unreadable',
    });
  });

  // Bug caught: the answer of one look, sent again, passes for another.
  test('each look has a mark of its own', async () => {
    let sent = '';
    const remember: RunCommand = async (_command, { stdin }) => {
      sent = Buffer.from(stdin).toString();
      throw new Error('no');
    };
    await expect(collect(remember, limits)).rejects.toThrow('no');
    const first = /^M=(\w+)$/m.exec(sent)?.[1];
    await expect(collect(remember, limits)).rejects.toThrow('no');
    expect(first).toMatch(/^[0-9a-f]{24}$/);
    expect(/^M=(\w+)$/m.exec(sent)?.[1]).not.toBe(first);
  });

  test.each(['', 'short', 'with space in it', 'quote"quote"', 'x'.repeat(65)])(
    'no script is made with the mark %j',
    (mark) => {
      expect(() => sampleScript(mark)).toThrow(TypeError);
    },
  );
});

test('what Node alone knows of a machine is less, and in the same units', async () => {
  const reading = await readNode();
  expect(reading.cpu?.cores).toHaveLength(cpus().length);
  expect(reading.memory?.total).toBe(totalmem());
  expect(reading.disks).toHaveLength(1);
  expect(figuresOf(reading).values['memory.used_percent']).toBeLessThanOrEqual(100);
  expect((await lookHere(limits)).memory?.total).toBeGreaterThan(0);
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { cpuSeconds, residentMiB, startServer } from './processes.ts';

const node = (script: string, options: { timeoutMs?: number; env?: NodeJS.ProcessEnv } = {}) =>
  startServer(process.execPath, ['-e', script], { ready: /^ready/, ...options });
const STAY = 'setInterval(() => undefined, 1000);';

/** Those of every process. */
const commandLines = () =>
  globSync('/proc/[0-9]*/cmdline').map((file) => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return '';
    }
  });

const opened: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const server of opened.splice(0)) await server.stop();
});

describe('a server that is measured', () => {
  it('is ready with its line, not before, and is gone when it was stopped', async () => {
    const server = await node(
      `console.log('not yet'); console.log('ready on ' + process.env.PLACE); ${STAY}`,
      { env: { PLACE: 'port 1' } },
    );
    opened.push(server);
    expect(server.line).toBe('ready on port 1');
    expect(server.readyMs).toBeGreaterThan(0);
    await server.stop();
    expect(server.child.signalCode).toBe('SIGTERM');
    await server.stop();
  });

  it('that ends before it is ready is an error with what it said last', async () => {
    await expect(
      node(`console.log('one'); console.error('the reason'); process.exit(3)`),
    ).rejects.toThrow(/ended with 3\n(one\nthe reason|the reason\none)/);
  });

  it('that is never ready is ended, and is not left to run beside the next figures', async () => {
    // Bug caught: a peer that had not come up in time went on loading the machine.
    const mark = `never-ready-${process.pid}`;
    await expect(node(`'${mark}'; ${STAY}`, { timeoutMs: 1 })).rejects.toThrow(
      'was not ready in time',
    );
    await expect.poll(() => commandLines().filter((line) => line.includes(mark))).toEqual([]);
  });

  it('that is not there is an error at once', async () => {
    const missing = startServer('/nonexistent/program', [], { ready: /./ });
    await expect(missing).rejects.toThrow('ENOENT');
  });
});

describe('what a process uses', () => {
  it('is what the process itself knows', async () => {
    expect(await residentMiB(process.pid)).toBeCloseTo(process.memoryUsage.rss() / 2 ** 20, -2);
    const { user, system } = process.cpuUsage();
    const seconds = await cpuSeconds(process.pid);
    expect(seconds).toBeGreaterThan(0);
    // Clock ticks of 10 ms, and threads that had not been counted yet.
    expect(Math.abs(seconds - (user + system) / 1e6)).toBeLessThan(5);
  });

  it('is read past a name with blanks and brackets in it', async () => {
    // Bug caught: proc(5) puts the name, as it is, before the figures.
    const folder = mkdtempSync(join(tmpdir(), 'nexus-bench-'));
    const program = join(folder, 'a) S (b c');
    copyFileSync('/bin/sleep', program);
    const child = spawn(program, ['60']);
    await once(child, 'spawn');
    expect(await cpuSeconds(child.pid!)).toBeLessThan(5);
    expect(await residentMiB(child.pid!)).toBeGreaterThan(0);
    child.kill();
    await once(child, 'exit');
    rmSync(folder, { recursive: true });
  });

  it('is no number where there is no process', async () => {
    expect(await residentMiB(2 ** 30)).toBeNaN();
    expect(await cpuSeconds(2 ** 30)).toBeNaN();
  });
});

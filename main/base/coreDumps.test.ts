import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const MODULE = new URL('./coreDumps.ts', import.meta.url).href;
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nexus-core-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const linux = process.platform === 'linux';
const hard = linux ? execFileSync('sh', ['-c', 'ulimit -H -c'], { encoding: 'utf8' }).trim() : '0';
/** Runs a program whose dumps may be so large; they would be in `folder`. */
const run = (program: string, limit = hard) =>
  spawnSync('sh', ['-c', `ulimit -S -c ${limit} && exec "$0" -e "$1"`, process.execPath, program], {
    cwd: folder,
    encoding: 'utf8',
  });
const START = `const { withoutCoreDumps } = await import(${JSON.stringify(MODULE)});`;

// Where no program may write dumps there is nothing to take away.
describe.runIf(linux && hard !== '0')('core dumps', () => {
  it('are not written when the process crashes, where a process without it writes one', () => {
    // Bug caught: a crash leaves all of memory, with every unlocked secret, in a file.
    const here = readFileSync('/proc/sys/kernel/core_pattern', 'utf8').trim();
    const crash = "process.kill(process.pid, 'SIGABRT'); setInterval(() => {}, 1000)";
    expect(run(crash).signal).toBe('SIGABRT');
    // Elsewhere the system sends dumps to a program of its own; the limit is looked at below.
    if (/^core(\.%p)?$/.test(here)) expect(readdirSync(folder)).toHaveLength(1);
    for (const file of readdirSync(folder)) rmSync(join(folder, file));
    const said = run(`${START} console.log(await withoutCoreDumps()); ${crash}`);
    expect([said.stdout, said.signal]).toEqual(['true\n', 'SIGABRT']);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leave the hard limit alone, so that a program in a terminal may have its own', () => {
    // Bug caught: nobody can debug a crashing program from a terminal of Nexus.
    const look = `${START} await withoutCoreDumps();
      console.log((await import('node:child_process')).execFileSync('sh', ['-c', 'ulimit -S -c; ulimit -H -c']).toString())`;
    expect(run(look).stdout.trim().split('\n')).toEqual(['0', hard]);
  });

  it('are not written by processes that were started before, either', () => {
    // Bug caught: a page of the window crashes, and its dump has the passphrase of the environment.
    const look = `${START}
      const { spawn } = await import('node:child_process');
      const child = spawn('sh', ['-c', 'sh -c "ulimit -S -c; read x; ulimit -S -c"; true'], { stdio: ['pipe', 'pipe', 2] });
      let text = '';
      child.stdout.on('data', async (chunk) => {
        const first = text === '';
        text += chunk;
        if (!first || (await withoutCoreDumps()) !== true) return;
        child.stdin.end('go\\n');
      });
      child.on('close', () => console.log(JSON.stringify(text.trim().split('\\n'))));`;
    const said = run(look);
    expect([said.stderr, JSON.parse(said.stdout)]).toEqual(['', [hard, '0']]);
  });

  it('answers false where the limit cannot be lowered, and throws nothing', () => {
    const look = `${START} process.env.PATH = '/nonexistent'; console.log(await withoutCoreDumps())`;
    expect(run(look).stdout).toBe('false\n');
    expect(run(look, '0').stdout).toBe('true\n');
  });
});

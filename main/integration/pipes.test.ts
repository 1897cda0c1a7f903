import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { COMPILED, newFolder, nexus } from './nexus.testing.ts';

const CLI = fileURLToPath(new URL('../cli.ts', import.meta.url));

/** A line of a real shell in which `nexus` is the command line. */
async function shell(line: string, home: string): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(
    'bash',
    ['-c', `nexus() { "${process.execPath}" "${CLI}" "$@"; }; ${line}`],
    {
      env: {
        PATH: process.env['PATH'],
        HOME: home,
        LANG: 'C.UTF-8',
        NEXUS_HOME: home,
        NODE_COMPILE_CACHE: COMPILED,
      },
    },
  );
}

describe('in a pipe', { timeout: 120_000 }, () => {
  it('a long answer that is cut off ends quietly', async () => {
    const said = await shell(
      'nexus schema workflow | head -1; echo "${PIPESTATUS[@]}"',
      newFolder(),
    );
    expect(said).toEqual({ stdout: '{\n0 0\n', stderr: '' });
  });

  it('stdout that is closed keeps no command from its work', async () => {
    const home = newFolder();
    const said = await shell('nexus workflow new mine >&-; echo "$?"', home);
    expect(said).toEqual({ stdout: '0\n', stderr: '' });
    expect(existsSync(join(home, 'workflows', 'mine.yaml'))).toBe(true);
  });

  it('stdout on a full disk is an error in the end, and keeps no command from its work', async () => {
    // Bug caught: `nexus vault get NAME > file` ended like a defect of Nexus, in a stack trace.
    const home = newFolder();
    const line = 'nexus workflow new mine --json >/dev/full; echo "$?"';
    expect(await shell(line, home)).toEqual({
      stdout: '1\n',
      stderr: 'error: The output could not be written: the disk is full. [output.failed]\n',
    });
    expect(existsSync(join(home, 'workflows', 'mine.yaml'))).toBe(true);
    const both = await shell('nexus run show none >/dev/full 2>&1; echo "$?"', home);
    expect(both).toEqual({ stdout: '1\n', stderr: '' });
  });

  it('has no colours, and has them where they are asked for; NO_COLOR is heard', async () => {
    const home = newFolder();
    const colours = async (env: Record<string, string>) =>
      (await nexus(['audit', 'verify'], { home, env })).stdout.includes('\u001b[');
    expect(await colours({})).toBe(false);
    expect(await colours({ FORCE_COLOR: '1' })).toBe(true);
    expect(await colours({ NO_COLOR: '1' })).toBe(false);
    expect(await colours({ CI: 'true' })).toBe(false);
  });

  it('a workflow is checked and run from stdin', async () => {
    const home = newFolder();
    const input =
      'name: piped\nsteps:\n  - { id: say, uses: transform, with: { set: { n: 7 } } }\n';
    const checked = await nexus(['workflow', 'validate', '-'], { home, input });
    expect(checked).toMatchObject({ code: 0, stdout: '✓ - is valid\n', stderr: '' });
    const ran = await nexus(['workflow', 'run', '-', '--wait', '--json'], { home, input });
    expect(ran.json.run).toMatchObject({
      workflow: 'piped',
      status: 'succeeded',
      steps: [{ outputs: { n: 7 } }],
    });
    const nothing = await nexus(['workflow', 'validate', '-'], { home, input: '' });
    expect([nothing.code, nothing.stdout]).toEqual([2, expect.stringContaining('-:1:1: error: ')]);
  });

  it('a home on a file system without folders is refused at once', async () => {
    // Bug caught: `nexus --home /proc/nope …` took a processor for ever.
    const said = await nexus(['vault', 'status', '--home', '/proc/nope'], {});
    expect(said.code).toBe(1);
    expect(said.stderr).toMatch(/^error: .*\[database\.unavailable\]\nhint: /);
  });
});

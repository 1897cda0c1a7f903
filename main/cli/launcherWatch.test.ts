import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { watchLauncher } from './launcherWatch.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function script(body: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'nexus-launcher-'));
  folders.push(folder);
  const file = join(folder, 'child.ts');
  const module = JSON.stringify(resolve('main/cli/launcherWatch.ts'));
  writeFileSync(file, `import { watchLauncher } from ${module};\n${body}`);
  return file;
}

describe('the watch on the launcher', () => {
  it('ends the child when the other end of the pipe goes away', async () => {
    // Bug caught: a launcher killed with SIGKILL leaves a platform running that nobody sees.
    const file = script(
      `watchLauncher(); setInterval(() => {}, 1000); process.stdout.write('up');`,
    );
    const child = spawn(process.execPath, [file], {
      stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
      env: { ...process.env, NEXUS_LAUNCHER_FD: '3' },
    });
    await once(child.stdout!, 'data');
    child.stdio[3]!.destroy();
    const [, signal] = await once(child, 'exit');
    expect(signal).toBe('SIGTERM');
  });

  it('lets a finished command end although the launcher is there', async () => {
    // Bug caught: the open pipe keeps the event loop alive, and `nexus status` never returns.
    const file = script(`watchLauncher();`);
    const child = spawn(process.execPath, [file], {
      stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
      env: { ...process.env, NEXUS_LAUNCHER_FD: '3' },
    });
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
  });

  it('does nothing without a launcher', () => {
    // Bug caught: a number that is no pipe of ours is taken for one and closes the log or the terminal.
    for (const value of [undefined, '', 'x', '0', '1', '2', '3.5']) {
      const env = { NEXUS_LAUNCHER_FD: value };
      expect(watchLauncher(env, () => expect.unreachable())).toBe(false);
      expect(env).not.toHaveProperty('NEXUS_LAUNCHER_FD');
    }
  });
});

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newFolder, nexus, start, until, workflowFile } from './nexus.testing.ts';

/** Two steps and two items that had begun when the process was killed; `go` lets them end. */
const BROKEN = (home: string) => `name: broken
steps:
  - { id: left, needs: [], uses: shell, with: { run: 'touch ${home}/left; [ -e ${home}/go ] || sleep 300' } }
  - id: each
    needs: []
    uses: shell
    foreach: "\${{ ['a', 'b'] }}"
    with:
      run: |
        touch ${home}/each\${{ item }}
        [ -e ${home}/go ] || sleep 300
`;

describe('run resolve', { timeout: 120_000 }, () => {
  it('decides each interrupted step and item by itself, and follows the run to its end', async () => {
    const home = newFolder();
    const file = workflowFile(home, 'broken', BROKEN(home));
    const command = start(['workflow', 'run', file, '--wait', '--json'], { home });
    await until(() => ['left', 'eacha', 'eachb'].every((name) => existsSync(join(home, name))));
    command.child.kill('SIGKILL');
    await command.ended;
    const listed = await nexus(['run', 'list', '--json'], { home });
    const { id } = listed.json.runs[0] as { id: string };
    const resolve = (...args: string[]) => nexus(['run', 'resolve', id, ...args], { home });

    const unnamed = await resolve('retry');
    expect([unnamed.code, unnamed.stderr]).toEqual([
      2,
      `error: Several steps of ${id} are interrupted: left, each. [usage.invalid]\nhint: Name one with --step.\n`,
    ]);
    const none = await resolve('skip', '--step', 'lft');
    expect(none.code).not.toBe(0);
    expect(none.stderr).toMatch(/^error: .*lft.*\[\w+\.\w+\]\nhint: /);

    expect((await resolve('skip', '--step', 'left')).stderr).toMatch(/^The run is interrupted/);
    expect((await resolve('skip', '--step', 'each', '--index', '1')).code).toBe(0);
    const last = await nexus(
      ['run', 'resolve', id, 'skip', '--step', 'each', '--index', '0', '--wait', '--json'],
      { home },
    );
    expect([last.code, last.json.run.status]).toEqual([0, 'succeeded']);
    expect(last.json.run.steps.map((step: { status: string }) => step.status)).toEqual([
      'skipped',
      'succeeded',
    ]);
    const again = await resolve('skip');
    expect([again.code, again.stderr]).toEqual([
      2,
      `error: No step of ${id} is interrupted. [usage.invalid]\n`,
    ]);
  });
});

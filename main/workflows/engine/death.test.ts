import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { Lab } from './testing.ts';

let lab: Lab;
afterEach(() => lab.close());

const source = `
name: w
steps:
  - { id: done, uses: transform, with: { set: { v: 1 } } }
  - { id: ask, uses: wait, needs: [], with: { event: go } }
  - { id: twice, uses: safe, needs: [done] }
  - { id: once, uses: gate, needs: [done] }
  - { id: last, uses: transform, needs: [ask, twice, once], with: { set: { all: '\${{ [steps.done.outputs.v, steps.ask.outputs.data, steps.twice.outputs, steps.once.outputs] }}' } } }
`;

/** Another Nexus process on this home: it starts the run, says so once both effects are under way, and lives on. */
const other = (home: string) => `
  const { Lab, manual } = await import(${JSON.stringify(new URL('./testing.ts', import.meta.url).href)});
  const lab = new Lab({ home: ${JSON.stringify(home)} });
  const engine = await lab.opened();
  const { run } = await engine.start({ workflow: lab.workflow(${JSON.stringify(source)}), ...manual });
  await lab.gate.arrived(2);
  process.stdout.write(run.id + '\\n');
  setInterval(() => {}, 1000);
`;

test('kill -9 of a real process: finished steps stay, harmless ones run again, and nobody repeats the other unasked', async () => {
  lab = new Lab();
  const child = spawn(process.execPath, ['--input-type=module', '-e', other(lab.home)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [id] = (await once(child.stdout, 'data')).map((chunk) => String(chunk).trim());
    const engine = await lab.opened();
    // It lives: nothing of its run is touched.
    await expect(engine.adopt(id!)).rejects.toMatchObject({ code: 'run.owned' });
    await engine.close(0);
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    const heir = await lab.opened();
    await lab.gate.arrived(1);
    expect(lab.gate.calls.map(({ step }) => [step.id, step.attempt])).toEqual([['twice', 2]]);
    expect(heir.approvals().interrupted.map((one) => one.step)).toEqual(['once']);
    lab.gate.pass('T');
    await heir.sendEvent({ name: 'go', data: 'E' });
    await heir.resolve(id!, { step: 'once', action: 'retry', by: 'me' });
    await lab.gate.arrived(2);
    lab.gate.pass('O');
    const detail = await heir.finished(id!);
    expect(detail.status).toBe('succeeded');
    expect(detail.steps.map((step) => [step.id, step.attempts])).toEqual([
      ['done', 1],
      ['ask', 1],
      ['twice', 2],
      ['once', 2],
      ['last', 1],
    ]);
    expect(detail.steps.at(-1)!.outputs).toEqual({ all: [1, 'E', 'T', 'O'] });
  } finally {
    child.kill('SIGKILL');
  }
});

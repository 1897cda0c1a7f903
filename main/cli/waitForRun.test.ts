import { describe, expect, it, vi } from 'vitest';
import { NexusError } from '#main/base/errors.ts';
import { captured, runningNexus, tempFile } from './here.testing.ts';
import type { Session } from './session.ts';
import { waitFor } from './waitForRun.ts';

const nexus = runningNexus();
const session = (): Session => ({ client: nexus.client, close: async () => undefined });
const wait = () =>
  nexus.client.runs.start({
    name: 'wait',
    source: 'name: wait\nsteps:\n  - { id: long, uses: wait, with: { duration: 1h } }\n',
  });

describe('what is begun and waited for', () => {
  it('is cancelled by a Ctrl-C that comes before its beginning is known', async () => {
    // Bug caught: the command was gone, and the running Nexus went on with the run.
    const before = process.listenerCount('SIGINT');
    let code: number | undefined;
    let id = '';
    const said = await captured(async () => {
      code = await waitFor(
        session(),
        async () => {
          const started = await wait();
          id = started.run.id;
          process.emit('SIGINT');
          return started;
        },
        false,
      );
    });
    expect(code).toBe(130);
    expect(said.stderr).toMatch(/^Cancelling the run\.\n/);
    expect(said.stdout).toContain(`■ run ${id} cancelled`);
    expect((await nexus.client.runs.get({ id })).run.status).toBe('cancelled');
    expect(process.listenerCount('SIGINT')).toBe(before);
  });

  it('that cannot begin says why, and hears Ctrl-C no more', async () => {
    const before = process.listenerCount('SIGINT');
    const refused = new NexusError({ code: 'workflow.not_found', message: 'No.' });
    await expect(waitFor(session(), () => Promise.reject(refused), true)).rejects.toBe(refused);
    expect(process.listenerCount('SIGINT')).toBe(before);
  });

  it('is named where it goes out of sight', async () => {
    const { run } = await wait();
    const lost = new NexusError({
      code: 'connection.failed',
      message: 'It was closed.',
      kind: 'operational',
    });
    const gone = { ...nexus.client, runs: { ...nexus.client.runs, watch: vi.fn<() => never>() } };
    gone.runs.watch.mockImplementation(() => {
      throw lost;
    });
    const blind = { ...session(), client: gone as unknown as Session['client'] };
    await expect(waitFor(blind, async () => ({ run }), true)).rejects.toMatchObject({
      code: 'connection.failed',
      hint: `The run goes on as soon as Nexus runs again. Follow it: nexus run watch ${run.id}`,
      details: { run: run.id },
    });
    await nexus.client.runs.cancel({ id: run.id });
  });

  it('goes through the commands: approve, retry and resolve begin and follow as run does', async () => {
    const ask = tempFile(
      'name: ask\nsteps:\n  - { id: sure, uses: approval, with: { title: Sure } }\n',
      'ask.yaml',
    );
    const { id } = (await nexus.run('workflow', 'run', ask, '--json')).json.run as { id: string };
    const approved = await nexus.run('run', 'approve', id, '--wait', '--json');
    expect(approved.json.run).toMatchObject({ id, status: 'succeeded' });
    const refused = await nexus.run('run', 'retry', id, '--wait');
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toMatch(/^error: .*\[\w+\.\w+\]\nhint: /);
  });
});

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSshd, stopAll, type Sshd } from '#main/ssh/testing/sshd.ts';
import { newFolder, nexus, serve, until, workflowFile } from './nexus.testing.ts';

let sshd: Sshd;
beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(stopAll);

/** Starts a workflow in `nexus serve`, kills that when `begun`, and gives what a new one makes of the run. */
async function killedAndBack(home: string, text: string, begun: () => boolean) {
  const where = ['--address', '127.0.0.1', '--port', String(sshd.port), '--user', sshd.user];
  const how = ['--identity', sshd.key, '--agent', 'none', '--accept-new'];
  expect((await nexus(['host', 'add', 'web', ...where, ...how], { home })).code).toBe(0);
  const first = await serve(home);
  const file = workflowFile(home, 'ship', text);
  const { json } = await nexus(['workflow', 'run', file, '--json'], { home });
  const { id } = json.run as { id: string };
  await until(begun);
  await first.kill('SIGKILL');
  const second = await serve(home);
  const status = async () => {
    const said = await nexus(['run', 'show', id, '--json'], { home });
    return (said.json.run as { status: string }).status;
  };
  return {
    id,
    second,
    reaches: (wanted: string) => until(async () => (await status()) === wanted),
  };
}

const script = (place: string, more = '') => `name: ship
steps:
  - id: work
    uses: ssh
    with:
      hosts: web${more}
      run: |
        echo begun >> ${place}/trace
        [ -e ${place}/go ] || exec sleep 60
        echo done >> ${place}/trace
`;
const trace = (place: string) =>
  existsSync(join(place, 'trace')) ? readFileSync(join(place, 'trace'), 'utf8') : '';

describe('kill -9 in the middle of a step on hosts', { timeout: 120_000 }, () => {
  it('of a script waits for a person: it may have run', async () => {
    const home = newFolder();
    const { id, second, reaches } = await killedAndBack(home, script(home), () =>
      trace(home).includes('begun'),
    );
    await reaches('interrupted');
    expect(trace(home)).toBe('begun\n');
    writeFileSync(join(home, 'go'), '');
    expect((await nexus(['run', 'resolve', id, 'retry'], { home })).code).toBe(0);
    await reaches('succeeded');
    expect(trace(home)).toBe('begun\nbegun\ndone\n');
    await second.kill('SIGTERM');
  });

  it('of a script that says it is safe to repeat does it again by itself', async () => {
    const home = newFolder();
    const text = script(home, '\n      idempotent: true');
    const { second, reaches } = await killedAndBack(home, text, () => {
      if (!trace(home).includes('begun')) return false;
      writeFileSync(join(home, 'go'), '');
      return true;
    });
    await reaches('succeeded');
    expect(trace(home)).toBe('begun\nbegun\ndone\n');
    await second.kill('SIGTERM');
  });

  it.each(['upload', 'download'])(
    'of ssh.%s goes on with it, and the file is whole',
    async (way) => {
      const home = newFolder();
      const there = join(home, 'there');
      mkdirSync(there);
      const bytes = randomBytes(200_000_000);
      writeFileSync(join(there, 'from'), bytes);
      const text = `name: ship
file_roots: ['${there}']
steps:
  - id: move
    uses: ssh.${way}
    with: { hosts: web, from: '${there}/from', to: '${there}/to' }
`;
      const part = () => readdirSync(there).find((name) => name.endsWith('.part'));
      const { second, reaches } = await killedAndBack(home, text, () => {
        const name = part();
        return name !== undefined && statSync(join(there, name)).size > 1_000_000;
      });
      await reaches('succeeded');
      expect(readFileSync(join(there, 'to')).equals(bytes)).toBe(true);
      expect(readdirSync(there).toSorted()).toEqual(['from', 'to']);
      await second.kill('SIGTERM');
    },
  );
});

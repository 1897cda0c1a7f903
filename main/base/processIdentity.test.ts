import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { processGone, thisProcess } from './processIdentity.ts';

/** A process of its own, and what identifies it. */
async function other() {
  const script = `
    import { thisProcess } from '#main/base/processIdentity.ts';
    process.stdout.write(JSON.stringify(thisProcess()));
    setInterval(() => undefined, 1000);
  `;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, identity: JSON.parse(said.toString()) as ReturnType<typeof thisProcess> };
}

describe('the identity of a process', () => {
  it('is that of this one, which is there', () => {
    expect(thisProcess()).toMatchObject({ pid: process.pid });
    expect(processGone(thisProcess())).toBe(false);
    expect(thisProcess()).toEqual(thisProcess());
  });

  it('outlives the process: it is there until it was killed, and gone from then on', async () => {
    const { child, identity } = await other();
    expect(processGone(identity)).toBe(false);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(processGone(identity)).toBe(true);
  });

  it.skipIf(process.platform !== 'linux')(
    'is not that of another process which has its number now',
    () => {
      // Bug caught: after a restart of a container everything has number 1 again, and nothing is ever taken over.
      const { started, ...rest } = thisProcess();
      expect(started).not.toBe('');
      expect(processGone({ ...rest, started: `${started}0` })).toBe(true);
      expect(processGone({ ...rest, started: '' })).toBe(true);
    },
  );

  it('of another host or container cannot be judged from here', () => {
    expect(processGone({ ...thisProcess(), host: 'elsewhere' })).toBeUndefined();
  });

  it('of a number that nobody has is gone', () => {
    expect(processGone({ ...thisProcess(), pid: 2 ** 22 + 1 })).toBe(true);
  });
});

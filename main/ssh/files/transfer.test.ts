import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TransferEvent } from '#contract/hostFiles.ts';
import { testFabric } from '../testing/fabric.ts';
import { withPlace } from '../testing/place.ts';
import { type Sshd } from '../testing/sshd.ts';
import { transfer } from './transfer.ts';

let sshd: Sshd;
let dir: string;
withPlace(
  'nexus-files-',
  (made) => (sshd = made),
  (made) => (dir = made),
);

type Done = Extract<TransferEvent, { type: 'done' }>;

function mover() {
  const { fabric, host } = testFabric();
  const target = host('a', sshd);
  return async (
    direction: 'upload' | 'download',
    from: string,
    to: string,
    more: { resume?: boolean; verify?: boolean; signal?: AbortSignal } = {},
  ): Promise<Done & { events: TransferEvent[] }> => {
    const signal = more.signal ?? new AbortController().signal;
    const sessions = fabric.sessions(target, { interactive: false, signal });
    const request = {
      host: 'a',
      from,
      to,
      resume: true,
      verify: true,
      interactive: false,
      ...more,
    };
    const events: TransferEvent[] = [];
    for await (const event of transfer(direction, sessions, request, signal)) events.push(event);
    return { ...(events.at(-1) as Done), events };
  };
}

const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const parts = (folder: string) => readdirSync(folder).filter((name) => name.includes('.part'));

describe.each(['upload', 'download'] as const)('%s', (direction) => {
  it.each([0, 1, 65_536, 5_000_001])(
    'a file of %d bytes, verified, with mode and time',
    async (size) => {
      const move = mover();
      const bytes = randomBytes(size);
      writeFileSync(join(dir, 'from'), bytes, { mode: 0o640 });
      utimesSync(join(dir, 'from'), 1_700_000_000, 1_700_000_000);
      const done = await move(direction, join(dir, 'from'), join(dir, 'to'));
      expect(readFileSync(join(dir, 'to')).equals(bytes)).toBe(true);
      expect(done).toMatchObject({
        type: 'done',
        files: 1,
        bytes: size,
        verified: true,
        sha256: sha(bytes),
      });
      expect(statSync(join(dir, 'to')).mode & 0o777).toBe(0o640);
      expect(statSync(join(dir, 'to')).mtimeMs).toBe(1_700_000_000_000);
      expect(parts(dir)).toEqual([]);
    },
  );

  it('goes on where an interrupted one stopped, and begins anew where the part is another’s', async () => {
    const move = mover();
    const bytes = randomBytes(30_000_000);
    writeFileSync(join(dir, 'from'), bytes);
    const abort = new AbortController();
    const first = move(direction, join(dir, 'from'), join(dir, 'to'), { signal: abort.signal });
    first.catch(() => undefined);
    const part = () => parts(dir)[0] && join(dir, parts(dir)[0]!);
    await expect
      .poll(() => (part() ? statSync(part()!).size : 0), { interval: 5 })
      .toBeGreaterThan(0);
    abort.abort(new Error('enough'));
    await expect(first).rejects.toThrow('enough');
    expect(existsSync(join(dir, 'to'))).toBe(false);
    // What was on its way is still written down; then the part stays as it is.
    let size = -1;
    const settled = () => size === (size = statSync(part()!).size);
    await expect.poll(settled, { interval: 100 }).toBe(true);
    const second = await move(direction, join(dir, 'from'), join(dir, 'to'));
    expect(second.resumed).toBe(size);
    expect(readFileSync(join(dir, 'to')).equals(bytes)).toBe(true);
  });

  it('does not trust a part that is not the beginning of this file', async () => {
    const move = mover();
    writeFileSync(join(dir, 'from'), randomBytes(3_000_000));
    const abort = new AbortController();
    abort.abort(new Error('at once'));
    await move(direction, join(dir, 'from'), join(dir, 'first'));
    // The name of the part is stable: make one with other bytes.
    const again = mover();
    const watch = again(direction, join(dir, 'from'), join(dir, 'to'));
    await watch;
    const name = '.to.nexus-000000000000.part';
    writeFileSync(join(dir, name), randomBytes(1000));
    const done = await mover()(direction, join(dir, 'from'), join(dir, 'to'));
    expect(done.resumed).toBe(0);
    expect(readFileSync(join(dir, 'to')).equals(readFileSync(join(dir, 'from')))).toBe(true);
  });

  it('a folder with strange names, skipping links, and a second time only what changed', async () => {
    const move = mover();
    const names = ['plain', 'sp ace', "quo'te", '-dash', 'newline\nin', '$(touch PWNED)', 'ü漢🦊'];
    mkdirSync(join(dir, 'src', 'sub', 'empty'), { recursive: true });
    for (const name of names) writeFileSync(join(dir, 'src', 'sub', name), name);
    symlinkSync('/etc/passwd', join(dir, 'src', 'link'));
    mkdirSync(join(dir, 'dst'));
    const first = await move(direction, join(dir, 'src'), join(dir, 'dst'));
    expect(first).toMatchObject({ files: names.length, resumed: 0 });
    for (const name of names)
      expect(readFileSync(join(dir, 'dst', 'src', 'sub', name), 'utf8')).toBe(name);
    expect(existsSync(join(dir, 'dst', 'src', 'link'))).toBe(false);
    expect(existsSync(join(dir, 'PWNED')) || existsSync('PWNED')).toBe(false);
    writeFileSync(join(dir, 'src', 'sub', 'plain'), 'changed, and longer');
    const second = await move(direction, join(dir, 'src'), join(dir, 'dst'));
    expect(second.bytes - second.resumed).toBe('changed, and longer'.length);
    expect(readFileSync(join(dir, 'dst', 'src', 'sub', 'plain'), 'utf8')).toContain('changed');
  });

  it('leaves the target alone when it fails, and says why', async () => {
    const move = mover();
    writeFileSync(join(dir, 'from'), 'new');
    await expect(move(direction, join(dir, 'missing'), join(dir, 'to'))).rejects.toMatchObject({
      code: expect.stringMatching(/^ssh\.(source_invalid|download_failed)$/),
    });
    mkdirSync(join(dir, 'to', 'from', 'in the way'), { recursive: true });
    await expect(move(direction, join(dir, 'from'), `${join(dir, 'to')}/`)).rejects.toThrow(
      /folder|directory/i,
    );
    expect(existsSync(join(dir, 'to', 'from', 'in the way'))).toBe(true);
  });
});

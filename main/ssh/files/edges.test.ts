import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TransferEvent } from '#contract/hostFiles.ts';
import type { Sessions } from '../connection/connection.ts';
import { testFabric } from '../testing/fabric.ts';
import { withPlace } from '../testing/place.ts';
import type { Sshd } from '../testing/sshd.ts';
import { transfer } from './transfer.ts';

let sshd: Sshd;
let dir: string;
withPlace(
  'nexus-edges-',
  (made) => (sshd = made),
  (made) => (dir = made),
);

type Direction = 'upload' | 'download';
type Done = Extract<TransferEvent, { type: 'done' }>;

function sessions(): Sessions {
  const { fabric, host } = testFabric();
  return fabric.sessions(host('a', sshd), { interactive: false });
}

async function events(
  direction: Direction,
  from: string,
  to: string,
  over = sessions(),
): Promise<TransferEvent[]> {
  const request = { host: 'a', from, to, resume: true, verify: true, interactive: false };
  const all: TransferEvent[] = [];
  for await (const event of transfer(direction, over, request, new AbortController().signal))
    all.push(event);
  return all;
}

const move = async (...how: Parameters<typeof events>): Promise<Done> =>
  (await events(...how)).at(-1) as Done;

/** Sessions in which something happens before each command. */
const disturbed = (over: Sessions, disturb: () => void): Sessions => ({
  sftp: () => over.sftp(),
  exec: (command) => {
    disturb();
    return over.exec(command);
  },
});

describe.each<Direction>(['upload', 'download'])('%s', (direction) => {
  it.each(['n'.repeat(255), `${'é'.repeat(127)}.`, '漢'.repeat(85)])(
    'takes a name of 255 bytes: %s',
    async (name) => {
      // Bug caught: the part beside the target has a longer name than the target, and no disk takes it.
      writeFileSync(join(dir, name), 'x');
      mkdirSync(join(dir, 'to'));
      expect(await move(direction, join(dir, name), `${join(dir, 'to')}/`)).toMatchObject({
        bytes: 1,
        verified: true,
      });
      expect(readdirSync(join(dir, 'to'))).toEqual([name]);
    },
  );

  it('takes folders over in which nothing is', async () => {
    mkdirSync(join(dir, 'src', 'a', 'b'), { recursive: true });
    mkdirSync(join(dir, 'src', 'c'));
    writeFileSync(join(dir, 'src', 'c', 'file'), 'x');
    await move(direction, join(dir, 'src'), join(dir, 'dst'));
    expect(readdirSync(join(dir, 'dst'), { recursive: true }).toSorted()).toEqual([
      'a',
      'a/b',
      'c',
      'c/file',
    ]);
    rmSync(join(dir, 'src', 'c'), { recursive: true });
    await move(direction, join(dir, 'src'), join(dir, 'again'));
    expect(existsSync(join(dir, 'again', 'a', 'b'))).toBe(true);
  });

  it.each(['c', 'p'])('does not replace what is no file: mknod %s', async (type) => {
    // Bug caught: `nexus ssh pull web:/big /dev/null`, by root, and the machine has no /dev/null.
    const numbers = type === 'c' ? ['1', '3'] : [];
    writeFileSync(join(dir, 'from'), 'x');
    execFileSync('mknod', [join(dir, 'node'), type, ...numbers]);
    await expect(move(direction, join(dir, 'from'), join(dir, 'node'))).rejects.toMatchObject({
      code: `ssh.${direction}_failed`,
      message: expect.stringContaining('device or pipe'),
    });
    expect(lstatSync(join(dir, 'node')).isFile()).toBe(false);
  });

  it('follows a link that is named, and none in a folder', async () => {
    // Bug caught: `nexus ssh push current.tar web:` says that a link is no file.
    mkdirSync(join(dir, 'release'));
    writeFileSync(join(dir, 'release', 'file'), 'x');
    symlinkSync('release', join(dir, 'release', 'loop'));
    symlinkSync('release/file', join(dir, 'link'));
    symlinkSync('release', join(dir, 'folder'));
    await move(direction, join(dir, 'link'), join(dir, 'to'));
    expect(readFileSync(join(dir, 'to'), 'utf8')).toBe('x');
    await move(direction, join(dir, 'folder'), join(dir, 'all'));
    expect(readdirSync(join(dir, 'all'))).toEqual(['file']);
    await expect(move(direction, join(dir, 'nowhere'), join(dir, 'no'))).rejects.toMatchObject({
      code: expect.stringMatching(/^ssh\./),
    });
  });

  it('tells how much there is from the beginning, also of a single file', async () => {
    // Bug caught: the bar of a download stands at 100 % from its first moment.
    writeFileSync(join(dir, 'from'), Buffer.alloc(20_000_000));
    const all = await events(direction, join(dir, 'from'), join(dir, 'to'));
    const told = all.filter((event) => event.type === 'progress');
    expect(told.length).toBeGreaterThan(0);
    expect(new Set(told.map(({ total }) => total))).toEqual(new Set([20_000_000]));
    expect(told.at(-1)).toMatchObject({ bytes: 20_000_000, files: 1 });
  });

  it('names a file whose name is no UTF-8', async () => {
    // Bug caught: “no such file”, of a file that everybody sees.
    mkdirSync(join(dir, 'src'));
    writeFileSync(Buffer.concat([Buffer.from(`${dir}/src/a`), Buffer.from([0xe9])]), 'x');
    await expect(move(direction, join(dir, 'src'), join(dir, 'dst'))).rejects.toMatchObject({
      code: 'ssh.name_refused',
      message: expect.stringContaining('not UTF-8'),
    });
  });

  it('takes a file with holes over, byte for byte', async () => {
    const from = join(dir, 'from');
    writeFileSync(from, 'begin');
    truncateSync(from, 3_000_000);
    appendFileSync(from, 'end');
    await move(direction, from, join(dir, 'to'));
    expect(readFileSync(join(dir, 'to')).equals(readFileSync(from))).toBe(true);
  });

  it('of a log that grows gives what it was when it was looked at, or a little more, and checks it', async () => {
    // Bug caught: a log that is written to can never be fetched.
    const from = join(dir, 'log');
    writeFileSync(from, 'line\n'.repeat(400_000));
    const over = disturbed(sessions(), () => appendFileSync(from, 'more\n'.repeat(1000)));
    const done = await move(direction, from, join(dir, 'to'), over);
    expect(done.verified).toBe(true);
    const came = readFileSync(join(dir, 'to'), 'utf8');
    expect(came.length).toBe(done.bytes);
    expect(came.length).toBeGreaterThanOrEqual(2_000_000);
    expect(readFileSync(from, 'utf8').startsWith(came)).toBe(true);
  });
});

it('a file that grows as fast as it is read comes to an end', async () => {
  const from = join(dir, 'log');
  writeFileSync(from, 'x'.repeat(3_000_000));
  const over = sessions();
  const growing: Sessions = {
    sftp: () => over.sftp(),
    exec: async (command) => {
      const channel = await over.exec(command);
      channel.stdout.on('data', () => appendFileSync(from, 'x'.repeat(100_000)));
      return channel;
    },
  };
  const done = await move('download', from, join(dir, 'to'), growing);
  expect(done.verified).toBe(true);
  expect(done.bytes).toBeGreaterThanOrEqual(3_000_000);
  expect(done.bytes).toBeLessThan(lstatSync(from).size);
  expect(lstatSync(join(dir, 'to')).size).toBe(done.bytes);
});

it('a file that says it is empty and is not is an error, not an empty file', async () => {
  await expect(move('download', '/proc/self/status', join(dir, 'to'))).rejects.toMatchObject({
    code: 'ssh.download_failed',
  });
  expect(existsSync(join(dir, 'to'))).toBe(false);
});

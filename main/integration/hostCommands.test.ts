import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPlatform } from '#main/platform.ts';
import { hostOn } from '#main/ssh/testing/host.ts';
import { freePort, startSshd, stopAll, type Sshd } from '#main/ssh/testing/sshd.ts';
import { newFolder, nexus, start, until } from './nexus.testing.ts';

let sshd: Sshd;
let home: string;
const ssh = (...words: string[]) => nexus(['ssh', ...words], { home });
const add = (name: string, ...more: string[]) => {
  const where = ['--address', '127.0.0.1', '--port', String(sshd.port), '--user', sshd.user];
  const how = ['--identity', sshd.key, '--agent', 'none', '--accept-new'];
  return nexus(['host', 'add', name, ...where, ...how, ...more], { home });
};

beforeAll(async () => {
  sshd = await startSshd();
  home = join(sshd.dir, 'home');
  mkdirSync(home);
  const platform = await createPlatform({ mode: 'command', home });
  const client = platform.localClient({ name: 'owner', role: 'admin', face: 'cli' });
  for (const name of ['one', 'two', 'three'])
    await client.hosts.add(hostOn(sshd, name, { groups: ['all'] }));
  await platform.close();
});
afterAll(stopAll);

describe('nexus host', { timeout: 120_000 }, () => {
  it('adds, changes, lists, tests and removes', async () => {
    expect((await add('four', '--environment', 'production')).code).toBe(0);
    expect(await add('four')).toMatchObject({ code: 1, stderr: expect.stringContaining('four') });
    await nexus(['host', 'set', 'four', '--environment', '', '--tag', 'new'], { home });
    const { json } = await nexus(['host', 'list', 'tag:new', '--json'], { home });
    expect(json.hosts).toMatchObject([{ name: 'four', tags: ['new'] }]);
    expect(json.hosts[0]).not.toHaveProperty('environment');
    expect((await nexus(['host', 'test', 'four'], { home })).stdout).toMatch(
      /✓ four: connected in/,
    );
    const facts = await nexus(['host', 'facts', 'four', '--json'], { home });
    expect(facts.json.facts.kernel).toMatch(/Linux/);
    await nexus(['host', 'rm', 'four'], { home });
    expect((await nexus(['host', 'test', 'four'], { home })).stderr).toContain('host.not_found');
  });

  it('a host whose key nobody has confirmed is no surprise in a script, and says what to do', async () => {
    await add('new');
    await nexus(['host', 'rm', 'new'], { home });
    const other = await startSshd();
    const words = ['--address', '127.0.0.1', '--port', String(other.port), '--user', other.user];
    await nexus(['host', 'add', 'new', ...words, '--identity', other.key], { home });
    for (const command of [
      ['host', 'test', 'new'],
      ['ssh', 'new', 'true'],
      ['ssh', 'forward', 'new', '-D', '0'],
    ]) {
      const said = await nexus(command, { home });
      expect(said.code).not.toBe(0);
      expect(said.stderr).toMatch(/SHA256:\S+ .*ssh\.host_key_unknown/s);
    }
    await nexus(['host', 'rm', 'new'], { home });
    await other.stop();
  });
});

describe('nexus ssh', { timeout: 120_000 }, () => {
  it('hands output through byte for byte, however much, and ends with the command’s own code', async () => {
    const bytes = 20_000_000;
    const file = join(sshd.dir, 'bytes');
    writeFileSync(file, randomBytes(bytes));
    const sum = createHash('sha256').update(readFileSync(file)).digest('hex');
    const { child } = start(['ssh', 'one', `cat ${file}; exit 42`], { home });
    const hash = createHash('sha256');
    child.stdout!.setEncoding('latin1').on('data', (text: string) => {
      hash.update(Buffer.from(text, 'latin1'));
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect([code, hash.digest('hex')]).toEqual([42, sum]);
  });

  it('gives both streams, and 255 where the command could not be run', async () => {
    const said = await ssh('one', 'echo out; echo err >&2; exit 3');
    expect(said).toMatchObject({ code: 3, stdout: 'out\n', stderr: 'err\n' });
    const port = String(await freePort());
    await nexus(['host', 'add', 'gone', '--address', '127.0.0.1', '--port', port], { home });
    expect(await ssh('gone', 'true')).toMatchObject({
      code: 255,
      stderr: expect.stringContaining('ssh.unreachable'),
    });
    await nexus(['host', 'rm', 'gone'], { home });
  });

  it('gives one document with a result for each host', async () => {
    const said = await ssh('-g', 'all', '--json', 'echo $((6*7)); echo e >&2; exit 2');
    expect(said.code).toBe(1);
    const { results } = said.json;
    expect(results.map((one: { host: string }) => one.host).toSorted()).toEqual([
      'one',
      'three',
      'two',
    ]);
    for (const one of results) {
      expect(one).toMatchObject({ exit_code: 2, stdout: '42\n', stderr: 'e\n' });
      expect(Object.keys(one).slice(0, 5)).toEqual(['host', 'exit_code', 'stdout', 'stderr', 'ms']);
    }
  });

  it('loses no line of ten thousand from each host, and mixes none', async () => {
    const said = await ssh('-g', 'all', 'seq 1 10000; echo "$SSH_CONNECTION" | wc -w');
    expect(said.code).toBe(0);
    const lines = said.stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(30_003);
    for (const name of ['one', 'two', 'three']) {
      const own = lines.filter((line) => line.startsWith(`${name} │ `));
      const numbers = own.map((line) => Number(line.slice(name.length + 3)));
      expect(numbers).toEqual([...Array.from({ length: 10_000 }, (_, i) => i + 1), 4]);
    }
    expect(said.stderr).toContain('3 of 3 succeeded');
  });

  it('keeps what a host writes from steering the terminal, where it shows several', async () => {
    const said = await ssh('-g', 'all', String.raw`printf '\033]52;c;eA==\a\033[2Jx\rfake │ y\n'`);
    // oxlint-disable-next-line no-control-regex -- that is what is looked for
    expect(said.stdout).not.toMatch(/[\u0007\u001b\r]/);
  });

  it('tries again only what failed', async () => {
    const mark = join(sshd.dir, 'tries');
    const script = `echo x >> ${mark}; [ "$(wc -l < ${mark})" -ge 4 ]`;
    const said = await ssh('-g', 'all', '-p', '1', '--retry', '3', '--json', script);
    expect(said.code).toBe(0);
    // Three at first, of which all fail, then one: the count is four, and the others succeed too.
    expect(readFileSync(mark, 'utf8').length / 2).toBe(6);
  });

  it('ends at Ctrl-C, and the command on the host with it', async () => {
    const mark = join(sshd.dir, 'running');
    const { child, ended } = start(['ssh', 'one', `echo $$ > ${mark}; exec sleep 60`], { home });
    await until(() => existsSync(mark) && readFileSync(mark, 'utf8').trim() !== '');
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    const pid = readFileSync(mark, 'utf8').trim();
    await until(() => !existsSync(`/proc/${pid}`));
  });

  it('pushes and pulls, with checksums', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'a'), randomBytes(100_000));
    const push = await ssh('push', 'one', join(folder, 'a'), `${folder}/there/`);
    expect(push.stdout + push.stderr).toContain('checksums equal');
    await ssh('pull', 'two', `${folder}/there/a`, join(folder, 'back'));
    expect(readFileSync(join(folder, 'back')).equals(readFileSync(join(folder, 'a')))).toBe(true);
    expect((await ssh('push', 'one', join(folder, 'none'), '/tmp')).code).not.toBe(0);
  });
});

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort, startSshd, stopAll, type Sshd } from '#main/ssh/testing/sshd.ts';
import { piped, runningNexus, tempFile, tempFolder } from '../here.testing.ts';

const nexus = runningNexus();
/** A busy machine takes its time. */
const WAIT = { timeout: 20_000 };
let sshd: Sshd;
const ssh = (...words: string[]) => nexus.run('ssh', ...words);
beforeAll(async () => {
  sshd = await startSshd();
  for (const name of ['one', 'two'])
    await nexus.client.hosts.add({
      name,
      address: '127.0.0.1',
      port: sshd.port,
      user: sshd.user,
      identity: [sshd.key],
      groups: ['both'],
      options: { accept_new: true, identity_agent: 'none' },
    });
  await nexus.client.hosts.add({ name: 'dead', address: '127.0.0.1', port: await freePort() });
});
afterAll(stopAll);

describe('nexus ssh HOST COMMAND', () => {
  it.each([0, 1, 2, 42, 255])('ends with the command’s own code: %i', async (code) => {
    expect((await ssh('one', `exit ${code}`)).code).toBe(code);
  });

  it('ends with 128 and the signal’s number where a signal ended it', async () => {
    const said = await ssh('one', 'kill -TERM $$');
    expect([said.code, said.stderr]).toEqual([143, 'The command was ended by SIGTERM.\n']);
  });

  it('hands its words to the host as they are, and both streams back', async () => {
    const said = await ssh('one', 'echo', 'a   b;', 'echo', '"$((6*7))"', '>&2');
    expect(said).toMatchObject({ code: 0, stdout: 'a b\n', stderr: '42\n' });
    expect((await ssh('one', '--', 'echo', '--json')).stdout).toBe('--json\n');
  });

  it('gives one document with --json, before the host or at the end', async () => {
    const expected = {
      results: [
        { host: 'one', exit_code: 3, stdout: 'out\n', stderr: 'err\n', ms: expect.any(Number) },
      ],
    };
    for (const words of [
      ['--json', 'one', 'echo out; echo err >&2; exit 3'],
      ['one', '--json', 'echo out; echo err >&2; exit 3'],
      ['one', 'echo out; echo err >&2; exit 3', '--json'],
    ]) {
      const said = await ssh(...words);
      expect(said.json).toEqual(expected);
      expect(Object.keys(said.json.results[0])).toEqual([
        'host',
        'exit_code',
        'stdout',
        'stderr',
        'ms',
      ]);
      expect([said.code, said.stderr]).toEqual([3, '']);
    }
  });

  // Bug caught: 1 for a host that is not there, which the command might have ended with itself.
  it.each([
    [['dead', 'true'], 'ssh.unreachable'],
    [['nobody', 'true'], 'host.not_found'],
    [['-g', 'nobody', 'true'], 'hosts.none_match'],
    [['-t', '50ms', 'one', 'sleep 20'], 'ssh.timeout'],
  ])('%j ends with 255, as ssh does: it could not be run', async (words, code) => {
    const said = await ssh(...words);
    expect(said.code).toBe(255);
    expect(said.stderr).toContain(`[${code}]`);
  });

  it('a wrong expression or duration is bad usage all the same', async () => {
    expect((await ssh('-e', 'bad((', 'true')).code).toBe(2);
    expect((await ssh('-t', 'soon', 'one', 'true')).code).toBe(2);
  });

  it.each([
    ['EPIPE', 141],
    ['ENOSPC', 255],
  ])('ends the command when its output finds no place any more: %s is %i', async (code, exit) => {
    // Bug caught: `nexus ssh web yes | head -1` asked people to report a defect, with 255.
    const before = process.stdout.listenerCount('error');
    const running = ssh('one', 'sleep 300');
    await vi.waitFor(() => expect(process.stdout.listenerCount('error')).toBe(before + 1), WAIT);
    process.stdout.emit('error', Object.assign(new Error(`write ${code}`), { code }));
    expect(await running).toMatchObject({ code: exit, stderr: '' });
    expect(process.stdout.listenerCount('error')).toBe(before);
  });

  it('--stdin hands over what is piped in, and no more than it can keep', async () => {
    const text = 'piped: ü \u0000 and\nlines';
    const said = await piped(text, () => ssh('--stdin', 'one', 'cat'));
    expect(said.stdout).toBe(text);
    const large = await piped(Buffer.alloc(8 * 1024 * 1024 + 1), () =>
      ssh('one', '--stdin', 'cat'),
    );
    expect([large.code, large.stderr]).toEqual([2, expect.stringContaining('nexus ssh push')]);
  });

  it('opens no shell where there is no terminal', async () => {
    expect(await ssh('one')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('nexus ssh one COMMAND'),
    });
  });
});

describe('nexus ssh on several hosts', () => {
  it('-g runs on each of a group, names the hosts, and sums up on stderr', async () => {
    const said = await ssh('-g', 'both', 'echo hello');
    expect(said.stdout.trimEnd().split('\n').toSorted()).toEqual(['one │ hello', 'two │ hello']);
    expect(said.stderr).toMatch(/✓ one +exit 0, \d+ ms\n/);
    expect(said.stderr).toMatch(/2 of 2 succeeded\n$/);
    expect(said.code).toBe(0);
  });

  it('-e runs on those that an expression means; one that fails makes it 1, one that is dead 255', async () => {
    expect((await ssh('-e', 'group:both', '-p', '1', 'exit 5')).code).toBe(1);
    const said = await ssh('-e', 'one or dead', '--json', 'true');
    expect(said.code).toBe(255);
    const { results } = said.json;
    expect(results).toHaveLength(2);
    expect(results.find((one: { host: string }) => one.host === 'dead')).toMatchObject({
      exit_code: null,
      error: { code: 'ssh.unreachable' },
    });
  });

  it('--strategy rolling stops at a failure and says who was not asked', async () => {
    const said = await ssh('-g', 'both', '--strategy', 'rolling', '--json', 'exit 1');
    expect(said.json.results).toHaveLength(1);
    expect(said.json.skipped).toHaveLength(1);
  });

  it('--max-output cuts what is kept, and says so', async () => {
    const said = await ssh('--max-output', '10', '--json', 'one', 'seq 1 1000');
    expect(said.json.results[0]).toMatchObject({ truncated: true });
    expect(said.json.results[0].stdout.length).toBeLessThanOrEqual(10);
  });
});

describe('nexus ssh push and pull', () => {
  it('moves a file and a folder there and back, byte for byte', async () => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'tree', 'deep'), { recursive: true });
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, i) => i % 251));
    writeFileSync(join(folder, 'tree', 'deep', 'ü file'), bytes);
    const there = join(sshd.dir, 'pushed');
    const pushed = await ssh('push', 'one', join(folder, 'tree'), there);
    expect(pushed.stdout).toMatch(/^1 file, 0\.1 MiB in .*checksums equal\n$/);
    const back = join(folder, 'back');
    const pulled = await ssh('pull', 'one', there, back, '--json');
    expect(pulled.json).toMatchObject({
      type: 'done',
      files: 1,
      bytes: bytes.length,
      verified: true,
    });
    expect(readFileSync(join(back, 'deep', 'ü file'))).toEqual(bytes);
  });

  it('--no-verify compares nothing, --no-resume begins anew', async () => {
    const from = tempFile('x'.repeat(100_000));
    const there = join(sshd.dir, 'there');
    const back = join(tempFolder(), 'back');
    const plain = { verified: false, resumed: 0, bytes: 100_000 };
    const pushed = await ssh('push', 'one', from, there, '--no-verify', '--no-resume', '--json');
    expect(pushed.json).toMatchObject(plain);
    const pulled = await ssh('pull', 'one', there, back, '--no-verify', '--no-resume', '--json');
    expect(pulled.json).toMatchObject(plain);
    expect(readFileSync(back).equals(readFileSync(from))).toBe(true);
  });

  it('says what is missing on either side', async () => {
    const none = join(tempFolder(), 'none');
    for (const verb of ['push', 'pull']) {
      const said = await ssh(verb, 'one', none, none);
      expect(said.code, verb).not.toBe(0);
      expect(said.stderr, verb).toMatch(/^error: .*none.*\[ssh\.\w+\]\nhint: /);
    }
  });
});

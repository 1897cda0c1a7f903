import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { HostInput } from '#contract/hosts.ts';
import { systemClock } from '#main/base/clock.ts';
import { NexusError } from '#main/base/errors.ts';
import type { StepContext, StepKind } from '#main/workflows/kinds/kind.ts';
import { HostOperations } from '../operations.ts';
import { productionGate } from '../policy.ts';
import { testFabric } from '../testing/fabric.ts';
import { withPlace } from '../testing/place.ts';
import { makeKey, type Sshd } from '../testing/sshd.ts';
import { chosenHosts, openDoor } from './door.ts';
import { sshKinds } from './index.ts';

let sshd: Sshd;
let dir: string;
withPlace(
  'nexus-kinds-',
  (made) => (sshd = made),
  (made) => (dir = made),
);

/** The step kinds over these hosts, and what a step would be given. */
function kinds(
  names: string[],
  more: Partial<HostInput> = {},
  required = false,
  options: Parameters<typeof testFabric>[0] = {},
) {
  const { fabric, questions, host } = testFabric(options);
  for (const name of names) host(name, sshd, more);
  const gate = productionGate(() => required);
  const operations = new HostOperations({ fabric, questions, gate, clock: systemClock });
  const made = sshKinds(() => ({ inventory: fabric.hosts, operations, gate }));
  const log: string[] = [];
  const context = (given: Partial<StepContext> = {}): StepContext => ({
    run: { id: 'run_1', workflow: 'flow' },
    step: { id: 'move', attempt: 1 },
    signal: new AbortController().signal,
    env: {},
    log: (_, chunk) => void log.push(chunk.toString()),
    runFolder: () => join(dir, 'run'),
    home: dir,
    fileRoots: [join(dir, 'run')],
    allowPrivateAddresses: false,
    notify: () => undefined,
    clock: systemClock,
    ...given,
  });
  mkdirSync(join(dir, 'run'));
  const run = async (kind: string, input: object, given: Partial<StepContext> = {}) => {
    const found = made.find((one) => one.kind === kind) as StepKind;
    return found.execute(found.with.parse(input), context(given));
  };
  return { run, log, fabric, made };
}

describe('ssh.upload and ssh.download', () => {
  it('send to each host and fetch from each into a folder of its own', async () => {
    const { run, log } = kinds(['a', 'b']);
    writeFileSync(join(dir, 'run', 'file'), 'content');
    const sent = await run('ssh.upload', { hosts: 'all', from: 'file', to: join(dir, 'there') });
    expect(sent).toMatchObject({
      type: 'done',
      outputs: { results: [{ files: 1, bytes: 7, verified: true }, { files: 1 }] },
    });
    expect(readFileSync(join(dir, 'there'), 'utf8')).toBe('content');
    const fetched = await run('ssh.download', {
      hosts: ['a', 'b'],
      from: join(dir, 'there'),
      to: 'logs/',
    });
    expect(fetched).toMatchObject({ type: 'done' });
    for (const name of ['a', 'b'])
      expect(readFileSync(join(dir, 'run', 'logs', name, 'there'), 'utf8')).toBe('content');
    expect(log.filter((line) => line.includes('1 files, 7 bytes'))).toHaveLength(4);
  });

  it('of one host go where it was said', async () => {
    const { run } = kinds(['a']);
    writeFileSync(join(dir, 'remote'), 'x');
    await run('ssh.download', { hosts: 'a', from: join(dir, 'remote'), to: 'here' });
    await run('ssh.download', { hosts: 'a', from: join(dir, 'remote'), to: 'folder/' });
    expect(existsSync(join(dir, 'run', 'here'))).toBe(true);
    expect(existsSync(join(dir, 'run', 'folder', 'remote'))).toBe(true);
  });

  it.each([['/etc/passwd'], ['../outside'], ['link/file'], ['not/yet/../../../outside']])(
    'touch nothing outside of the workflow’s folders: %s',
    async (path) => {
      // Bug caught: a workflow that sends any file of this machine to a host, by a link or by dots.
      const { run } = kinds(['a']);
      symlinkSync('/etc', join(dir, 'run', 'link'));
      writeFileSync(join(dir, 'outside'), 'x');
      const outside = { code: 'file.outside', details: { retryable: false } };
      await expect(
        run('ssh.upload', { hosts: 'a', from: path, to: '/tmp/never' }),
      ).rejects.toMatchObject(outside);
      await expect(
        run('ssh.download', { hosts: 'a', from: '/etc/hostname', to: path }),
      ).rejects.toMatchObject(outside);
      expect(existsSync('/tmp/never')).toBe(false);
    },
  );

  it('fail with the error of the host that failed', async () => {
    const { run } = kinds(['a']);
    await expect(
      run('ssh.download', { hosts: 'a', from: join(dir, 'none'), to: 'here' }),
    ).rejects.toMatchObject({ code: 'ssh.download_failed' });
    await expect(
      run('ssh.upload', { hosts: 'a', from: 'none', to: join(dir, 'x') }),
    ).rejects.toMatchObject({ code: 'ssh.source_invalid' });
  });
});

describe('ssh.upload to several hosts, where one fails', () => {
  it('goes on with the others, names those that failed, and ends when nothing goes on', async () => {
    // Bug caught: the step has failed, its run is over, and files are still being written to hosts.
    const { run, fabric, log } = kinds(['a', 'b', 'c']);
    fabric.hosts.update('a', { port: 1 });
    fabric.hosts.update('c', { port: 1 });
    writeFileSync(join(dir, 'run', 'file'), Buffer.alloc(20_000_000));
    const sent = run('ssh.upload', { hosts: 'all', from: 'file', to: join(dir, 'there') });
    await expect(sent).rejects.toMatchObject({
      code: 'ssh.unreachable',
      message: expect.stringContaining('2 hosts (a, c)'),
      details: { failed: ['a', 'c'], succeeded: ['b'] },
    });
    expect(statSync(join(dir, 'there')).size).toBe(20_000_000);
    expect(log).toEqual(['b: 1 files, 20000000 bytes\n']);
    expect(fabric.health().map(({ channels }) => channels)).toEqual([0, 0, 0]);
  });

  it('waits for a vault that was locked meanwhile, also where others went well', async () => {
    // Done anew, a transfer does no harm.
    const locked = new NexusError({ code: 'vault.locked', message: 'It is locked.' });
    const value = () => {
      throw locked;
    };
    const { run, fabric } = kinds(['a', 'b'], {}, false, { secrets: { value } });
    writeFileSync(join(dir, 'run', 'file'), 'x');
    const key = join(dir, 'encrypted');
    makeKey(key, 'ed25519', 'phrase');
    const options = { ...fabric.hosts.get('b').options, passphrase_secret: 'P' };
    fabric.hosts.update('b', { identity: [key], options });
    const sent = await run('ssh.upload', { hosts: 'all', from: 'file', to: join(dir, 'there') });
    expect(sent).toMatchObject({ type: 'blocked', error: { code: 'vault.locked' } });
    expect(existsSync(join(dir, 'there'))).toBe(true);
  });
});

describe('steps on hosts of production', () => {
  it('ask first, are bound to exactly that, and go on with the approval', async () => {
    // Bug caught: what was approved for one script lets another one run.
    const { run } = kinds(['a'], { environment: 'production' }, true);
    const touch = (name: string) => ({ hosts: 'a', run: `touch ${join(dir, name)}` });
    const asked = await run('ssh', touch('one'));
    expect(asked).toMatchObject({
      type: 'approval',
      choices: ['approve', 'reject'],
      message: expect.stringContaining(`touch ${join(dir, 'one')}`),
    });
    expect(existsSync(join(dir, 'one'))).toBe(false);
    const approved = asked.type === 'approval' ? asked.resume : undefined;
    expect(await run('ssh', touch('two'), { approved })).toMatchObject({ type: 'approval' });
    expect(existsSync(join(dir, 'two'))).toBe(false);
    expect(await run('ssh', touch('one'), { approved })).toMatchObject({ type: 'done' });
    expect(existsSync(join(dir, 'one'))).toBe(true);
  });

  it('show the values of a script as what they are', async () => {
    const { run } = kinds(['a'], { environment: 'prod' }, true);
    const script = { literals: ['rm -r ', '; echo ', ''], values: ['/srv/x', { n: 1 }] };
    expect(await run('ssh', { hosts: 'a', run: script })).toMatchObject({
      message: expect.stringContaining('rm -r /srv/x; echo {"n":1}'),
    });
  });

  it('ask for transfers too', async () => {
    const { run } = kinds(['a'], { environment: 'production' }, true);
    writeFileSync(join(dir, 'run', 'file'), 'x');
    const asked = await run('ssh.upload', { hosts: 'a', from: 'file', to: join(dir, 'to') });
    expect(asked).toMatchObject({ type: 'approval', message: expect.stringMatching(/^Upload:/) });
    expect(existsSync(join(dir, 'to'))).toBe(false);
  });
});

describe('the step kind ssh', () => {
  it('gives the outputs of a single host, its JSON, and what is around the script', async () => {
    const { run } = kinds(['a']);
    const done = await run('ssh', {
      hosts: 'a',
      run: 'printf "{\\"step\\": \\"%s\\", \\"v\\": \\"%s\\", \\"in\\": %s}\\n" "$NEXUS_STEP" "$V" "$(cat)"',
      env: { V: 1 },
      stdin: { n: 3 },
    });
    expect(done).toMatchObject({
      outputs: { exit_code: 0, json: { step: 'move', v: '1', in: { n: 3 } }, stderr: '' },
    });
  });

  it('names each host once, however often it is chosen', async () => {
    // Bug caught: `hosts: [a, a]` runs the script twice on one host, at the same time.
    const { run, fabric } = kinds(['a', 'b']);
    const twice = ['a', 'A', fabric.hosts.get('a').id, 'b'];
    expect(chosenHosts(fabric.hosts, twice).map((one) => one.name)).toEqual(['a', 'b']);
    await run('ssh', { hosts: twice, run: `echo x >> ${join(dir, 'count')}` });
    expect(readFileSync(join(dir, 'count'), 'utf8')).toBe('x\nx\n');
  });

  it('fails with the hosts that failed, those that went well and those not begun', async () => {
    const { run } = kinds(['a', 'b', 'c']);
    const script = `n=$(ls ${dir} | wc -l); mktemp ${dir}/mark-XXXX >/dev/null; [ "$n" -lt 2 ] || exit 9`;
    await expect(
      run('ssh', { hosts: 'all', run: script, strategy: 'rolling' }),
    ).rejects.toMatchObject({
      code: 'ssh.failed',
      message: expect.stringMatching(/failed on b: exit code 9.* 1 were not begun/),
      details: { exit_code: 9, failed: ['b'], succeeded: ['a'], skipped: ['c'] },
    });
    await expect(
      run('ssh', { hosts: 'all', run: 'exit 9', success_codes: [9] }),
    ).resolves.toMatchObject({
      type: 'done',
    });
  });

  it('is stopped with its step', async () => {
    const { run } = kinds(['a']);
    const abort = new AbortController();
    const running = run(
      'ssh',
      { hosts: 'a', run: `touch ${dir}/begun; sleep 100` },
      { signal: abort.signal },
    );
    running.catch(() => undefined);
    await expect.poll(() => existsSync(join(dir, 'begun'))).toBe(true);
    abort.abort(new Error('cancelled'));
    await expect(running).rejects.toThrow('cancelled');
  });

  it('says that no host is meant, and where there are none at all', async () => {
    const { run, fabric } = kinds(['a']);
    await expect(run('ssh', { hosts: 'group:none', run: ':' })).rejects.toMatchObject({
      code: 'hosts.none_match',
    });
    expect(() => chosenHosts(fabric.hosts, ['a', 'z'])).toThrow(/no host z/);
    expect(() => openDoor(() => undefined)).toThrow(
      expect.objectContaining({ code: 'ssh.unavailable' }),
    );
  });
});

import { execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { processesOf } from '#main/base/processes.testing.ts';
import { listFolder } from '../files/browse.ts';
import { formatKnownHost } from '../keys/known-hosts.ts';
import { closeFabrics, testFabric } from '../testing/fabric.ts';
import { startSecurityKey } from '../testing/security-key.ts';
import { makeKey, startSshd, stopAll, type Sshd } from '../testing/sshd.ts';
import { sshArguments } from './arguments.ts';
import { opensshPrompts } from './prompts.ts';

let sshd: Sshd;
const shared = process.env['TMPDIR'];
beforeAll(async () => {
  // Other tests make folders for connections at the same time. A short name: sockets go into it.
  process.env['TMPDIR'] = mkdtempSync('/tmp/nxt-');
  sshd = await startSshd();
});
afterEach(closeFabrics);
afterAll(async () => {
  await stopAll();
  rmSync(tmpdir(), { recursive: true, force: true });
  if (shared === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = shared;
});

const client = (fabric: ReturnType<typeof testFabric>['fabric']) => fabric.health()[0]?.client;

const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('nx-'));

describe('the system’s ssh behind the same door', () => {
  it('runs commands with both streams, exit code, input and variables', async () => {
    const { fabric, host } = testFabric();
    host('a', sshd, { options: { client: 'openssh' } });
    const result = await fabric.run('a', 'cat; echo $V; echo oops >&2; exit 4', {
      stdin: Buffer.from('in\n'),
      env: { V: `it's` },
    });
    expect(result.stdout.toString()).toBe(`in\nit's\n`);
    expect(result.stderr.toString()).toBe('oops\n');
    expect(result.exitCode).toBe(4);
    expect(client(fabric)).toBe('openssh');
    expect((await fabric.run('a', 'exit 255')).exitCode).toBe(255);
  });

  it('opens terminals, lists files and carries hosts behind it', async () => {
    const { fabric, host } = testFabric();
    const outer = host('outer', sshd, { options: { client: 'openssh' } });
    host('inner', sshd, { jump: ['outer'] });
    expect((await fabric.run('inner', 'echo in')).stdout.toString()).toBe('in\n');
    const shell = await fabric.shell('outer', { cols: 91, rows: 27 });
    let text = '';
    shell.onData((data) => (text += Buffer.from(data).toString()));
    const exit = new Promise((resolve) => shell.onExit(resolve));
    shell.write('stty size; exit 3\n');
    expect(await exit).toMatchObject({ code: 3 });
    expect(text).toContain('27 91');
    const files = await fabric.withSession(outer, 'command', {}, async (connection) => {
      const sftp = await connection.sftp();
      try {
        return await listFolder(sftp, sshd.dir);
      } finally {
        sftp.end();
      }
    });
    expect(files.entries.map((one) => one.name)).toContain('sshd_config');
  });

  it('asks for a passphrase and for a new host key through Nexus', async () => {
    const test = testFabric();
    const key = makeKey(join(sshd.dir, 'openssh-enc'), 'ed25519', 'open sesame');
    appendFileSync(join(sshd.dir, 'authorized'), readFileSync(`${key}.pub`));
    test.answer = (question) =>
      question.kind === 'host_key' ? { answer: 'yes' } : { answer: 'open sesame' };
    test.host('a', sshd, { identity: [key], options: { client: 'openssh', accept_new: false } });
    expect((await test.fabric.run('a', 'true')).exitCode).toBe(0);
    expect(test.asked.map((one) => one.kind)).toEqual(['host_key', 'passphrase']);
    test.answer = () => 'refuse';
    test.fabric.pool.drop(test.fabric.hosts.get('a').id);
    await expect(test.fabric.run('a', 'true')).rejects.toMatchObject({ code: 'question.refused' });
  });

  it('says what went wrong in the same words', async () => {
    const { fabric, host } = testFabric();
    host('closed', { ...sshd, port: 1 }, { options: { client: 'openssh' } });
    await expect(fabric.run('closed', 'true')).rejects.toMatchObject({ code: 'ssh.unreachable' });
    const key = makeKey(join(sshd.dir, 'openssh-stranger'));
    host('stranger', sshd, {
      identity: [key],
      options: { client: 'openssh', identities_only: true },
    });
    await expect(fabric.run('stranger', 'true', { interactive: false })).rejects.toMatchObject({
      code: 'ssh.auth_failed',
    });
    const other = makeKey(join(sshd.dir, 'other-host'));
    const blob = Buffer.from(readFileSync(`${other}.pub`, 'utf8').split(' ')[1]!, 'base64');
    const known = join(sshd.dir, 'wrong-known');
    writeFileSync(known, `${formatKnownHost(`[127.0.0.1]:${sshd.port}`, blob)}\n`);
    const second = testFabric({ knownHosts: [known] });
    second.host('a', sshd, { options: { client: 'openssh' } });
    await expect(second.fabric.run('a', 'true')).rejects.toMatchObject({
      code: 'ssh.host_key_changed',
    });
  });

  it('is taken by itself for certificates and proxy commands, and where nothing is in common', async () => {
    const authority = makeKey(join(sshd.dir, 'ca'));
    const certified = await startSshd({ config: [`TrustedUserCAKeys ${authority}.pub`] });
    const key = makeKey(join(certified.dir, 'cert'));
    execFileSync('ssh-keygen', ['-q', '-s', authority, '-I', 'me', '-n', 'root', `${key}.pub`]);
    const first = testFabric();
    first.host('cert', certified, { identity: [key] });
    expect((await first.fabric.run('cert', 'true')).exitCode).toBe(0);
    expect(client(first.fabric)).toBe('openssh');

    const second = testFabric();
    const proxy_command = `bash -c 'exec 3<>/dev/tcp/127.0.0.1/${sshd.port}; cat <&3 & cat >&3; kill $!'`;
    second.host('proxied', { ...sshd, port: 22 }, { options: { proxy_command } });
    expect((await second.fabric.run('proxied', 'true')).exitCode).toBe(0);

    // As a server that speaks post-quantum key exchange alone.
    const quantum = await startSshd({
      config: ['KexAlgorithms sntrup761x25519-sha512@openssh.com'],
    });
    const third = testFabric();
    third.host('quantum', quantum);
    expect((await third.fabric.run('quantum', 'true')).exitCode).toBe(0);
    expect(client(third.fabric)).toBe('openssh');
    await certified.stop();
    await quantum.stop();
  });

  it('is taken for a FIDO2 key: a named one at once, one in the agent before anybody is asked', async () => {
    const path = join(sshd.dir, 'fido.sock');
    const fido = await startSecurityKey(path);
    appendFileSync(join(sshd.dir, 'authorized'), `${fido.publicKey}\n`);
    const named = join(sshd.dir, 'named-sk');
    writeFileSync(`${named}.pub`, `${fido.publicKey} me\n`);
    const first = testFabric();
    first.host('named', sshd, { identity: [named], options: { identity_agent: path } });
    expect((await first.fabric.run('named', 'true', { interactive: false })).exitCode).toBe(0);
    const stranger = makeKey(join(sshd.dir, 'no-sk'));
    first.host('agent', sshd, { identity: [stranger], options: { identity_agent: path } });
    expect((await first.fabric.run('agent', 'true')).exitCode).toBe(0);
    expect(first.asked).toEqual([]);
    expect(first.fabric.health().map((one) => one.client)).toEqual(['openssh', 'openssh']);
    expect(fido.signatures()).toBe(2);

    // Where it is told to use the built-in client, that says what it cannot do.
    first.host('builtin', sshd, {
      identity: [stranger],
      options: { identity_agent: path, client: 'builtin' },
    });
    await expect(first.fabric.run('builtin', 'true', { interactive: false })).rejects.toMatchObject(
      { code: 'ssh.auth_failed' },
    );
    fido.stop();
  });

  it('goes through the hosts before it, by whichever client those are reached', async () => {
    // Bug caught: ssh's own -J knows nothing of our keys, known hosts and secrets for the jump host.
    const inner = await startSshd();
    const { fabric, host } = testFabric();
    host('bastion', sshd);
    host('outer', sshd, { options: { client: 'openssh' } });
    for (const jump of ['bastion', 'outer'])
      host(`by-${jump}`, inner, { jump: [jump], options: { client: 'openssh' } });
    for (const jump of ['bastion', 'outer'])
      expect((await fabric.run(`by-${jump}`, 'echo in')).stdout.toString()).toBe('in\n');
    // Kept under its own name, not under the port of this machine that leads to it.
    host('direct', inner, { options: { accept_new: false } });
    expect((await fabric.run('direct', 'true', { interactive: false })).exitCode).toBe(0);
    await inner.stop();
  });

  it('gives passwords and passphrases from secrets, and no passphrase to a server that asks for one', async () => {
    const test = testFabric();
    const key = makeKey(join(sshd.dir, 'openssh-secret'), 'ed25519', ' open  sesame ');
    appendFileSync(join(sshd.dir, 'authorized'), readFileSync(`${key}.pub`));
    test.secrets.set('PP', ' open  sesame ');
    const options = { client: 'openssh' as const, passphrase_secret: 'PP' };
    test.host('a', sshd, { identity: [key], options });
    expect((await test.fabric.run('a', 'true', { interactive: false })).exitCode).toBe(0);

    const { signal } = new AbortController();
    const sources = { secret: () => 'the passphrase', ask: undefined };
    const prompts = opensshPrompts(test.fabric.hosts.get('a'), sources, signal);
    const own = `Enter passphrase for key '${key}': `;
    expect(await prompts.answer(own)).toBe('the passphrase');
    for (const prompt of [`(root@127.0.0.1) ${own}`, "Enter passphrase for key '/etc/x': "])
      await expect(prompts.answer(prompt)).rejects.toMatchObject({
        code: 'ssh.auth_needs_person',
      });
  });

  it('leaves nothing behind when it is closed', async () => {
    const { fabric, host } = testFabric();
    const before = folders();
    const { id } = host('a', sshd, { options: { client: 'openssh' } });
    await fabric.run('a', 'true');
    const [own] = folders().filter((one) => !before.includes(one));
    expect(own).toBeDefined();
    fabric.pool.drop(id);
    await expect.poll(() => folders().includes(own!)).toBe(false);
    await expect.poll(() => processesOf(own!)).toEqual([]);
  });

  it('ends with Nexus, also when that is killed and can close nothing', async () => {
    // Bug caught: the ssh that holds the connection lives on, with a way in for whoever finds it.
    const folder = mkdtempSync(join(tmpdir(), 'nx-'));
    const host = testFabric().host('a', sshd, { options: { client: 'openssh' } });
    const more = { user: 'root', keyFiles: ['/dev/null'], acceptNew: true, mayAsk: false };
    const args = JSON.stringify([folder, sshArguments(host, more)]);
    const program = `import { Master } from ${JSON.stringify(join(import.meta.dirname, 'master.ts'))};
      const [folder, args] = ${args};
      await new Master(folder, args, process.env).up(new AbortController().signal);
      process.kill(process.pid, 'SIGKILL');`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: 'inherit',
    });
    await new Promise((resolve) => child.once('exit', resolve));
    await expect.poll(() => existsSync(folder)).toBe(false);
    await expect.poll(() => processesOf(folder)).toEqual([]);
  });

  it('ends with the server, and the command with it', async () => {
    const own = await startSshd();
    const { fabric, host } = testFabric();
    host('a', own, { options: { client: 'openssh' } });
    await fabric.run('a', 'true');
    const running = fabric.run('a', 'sleep 100');
    running.catch(() => undefined);
    await own.stop();
    await expect(running).rejects.toMatchObject({ code: expect.stringMatching(/^ssh\./) });
  });
});

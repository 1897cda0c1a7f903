import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { closeFabrics, testFabric } from './testing/fabric.ts';
import { startTwoFactors } from './testing/two-factors.ts';
import { withUser } from './testing/user.ts';
import { makeKey, startSshd, stopAll, type Sshd } from './testing/sshd.ts';

const USER = 'nexus-login-test';
const PASSWORD = 'correct horse 7';
let sshd: Sshd;
let keyboard: Sshd;
let agent: ChildProcess | undefined;

withUser(USER, PASSWORD);
beforeAll(async () => {
  sshd = await startSshd({ config: ['UsePAM yes', 'PasswordAuthentication yes'] });
  keyboard = await startSshd({
    config: [
      'UsePAM yes',
      'KbdInteractiveAuthentication yes',
      'AuthenticationMethods keyboard-interactive',
    ],
  });
});
afterEach(closeFabrics);
afterAll(async () => {
  agent?.kill();
  await stopAll();
});

const whoami = async (fabric: ReturnType<typeof testFabric>['fabric'], interactive = true) =>
  (await fabric.run('a', 'id -un', { interactive })).stdout.toString().trim();

describe('passwords', () => {
  it('come from a secret, and nobody is asked', async () => {
    const { fabric, host, secrets, asked } = testFabric();
    secrets.set('PW', PASSWORD);
    host('a', sshd, { user: USER, identity: [], options: { password_secret: 'PW' } });
    expect(await whoami(fabric, false)).toBe(USER);
    expect(asked).toEqual([]);
  });

  it('are asked for up to three times', async () => {
    const test = testFabric();
    const answers = ['wrong', PASSWORD];
    test.answer = () => ({ password: answers.shift()! });
    test.host('a', sshd, { user: USER, identity: [] });
    expect(await whoami(test.fabric)).toBe(USER);
    expect(test.asked.map((one) => [one.kind, one.subject])).toEqual([
      ['password', 'a'],
      ['password', 'a'],
    ]);
  });

  it('that a person refuses to give end it, and the error says so', async () => {
    const test = testFabric();
    test.answer = () => 'refuse';
    test.host('a', sshd, { user: USER, identity: [] });
    await expect(whoami(test.fabric)).rejects.toMatchObject({ code: 'question.refused' });
  });

  it('are not asked for where nobody may be asked', async () => {
    const { fabric, host, asked } = testFabric();
    host('a', sshd, { user: USER, identity: [] });
    await expect(whoami(fabric, false)).rejects.toMatchObject({ code: 'ssh.auth_failed' });
    expect(asked).toEqual([]);
  });

  it('are asked for once, however many commands wait for the connection', async () => {
    const test = testFabric();
    test.answer = () => ({ password: PASSWORD });
    test.host('a', sshd, { user: USER, identity: [] });
    await Promise.all(Array.from({ length: 10 }, () => whoami(test.fabric)));
    expect(test.asked).toHaveLength(1);
  });
});

describe('keyboard-interactive', () => {
  it('hands on the server’s own prompts, hidden where the server hides them', async () => {
    const test = testFabric();
    test.answer = () => ({ answer_0: PASSWORD });
    test.host('a', keyboard, { user: USER, identity: [] });
    expect(await whoami(test.fabric)).toBe(USER);
    expect(test.asked[0]).toMatchObject({
      kind: 'code',
      fields: [{ name: 'answer_0', label: 'Password', type: 'secret' }],
    });
  });

  it('answers a lone password prompt from the secret', async () => {
    const { fabric, host, secrets } = testFabric();
    secrets.set('PW', PASSWORD);
    host('a', keyboard, { user: USER, identity: [], options: { password_secret: 'PW' } });
    expect(await whoami(fabric, false)).toBe(USER);
  });

  it('answers the password from the secret and asks a person for the code, and nobody where none is there', async () => {
    const server = await startTwoFactors({ user: USER, password: PASSWORD, code: '246810' });
    const test = testFabric();
    test.secrets.set('PW', PASSWORD);
    const seen: string[] = [];
    test.answer = ({ kind, fields }) => {
      seen.push(`${kind} ${fields.map((one) => `${one.label} ${one.type}`).join()}`);
      return { answer_0: '246810' };
    };
    const more = { user: USER, identity: [], options: { password_secret: 'PW' } };
    test.host('a', { ...sshd, port: server.port }, more);
    expect((await test.fabric.run('a', 'anything')).stdout.toString()).toBe('in');
    expect(seen).toEqual(['code Verification code text']);
    test.fabric.pool.drop(test.fabric.hosts.get('a').id);
    await expect(whoami(test.fabric, false)).rejects.toMatchObject({
      code: 'ssh.auth_needs_person',
      message: expect.stringContaining('Verification code'),
    });
    server.close();
  });

  it('comes after a key where the server wants both', async () => {
    const both = await startSshd({
      config: [
        'UsePAM yes',
        'KbdInteractiveAuthentication yes',
        'AuthenticationMethods publickey,keyboard-interactive',
      ],
    });
    const test = testFabric();
    test.answer = () => ({ answer_0: PASSWORD });
    test.host('a', both, { user: USER });
    expect(await whoami(test.fabric)).toBe(USER);
    await both.stop();
  });
});

describe('keys', () => {
  it.each(['rsa', 'ecdsa', 'ed25519'])(
    'that are encrypted ask for their passphrase: %s',
    async (type) => {
      const test = testFabric();
      const key = makeKey(join(sshd.dir, `enc-${type}`), type, 'open sesame');
      const other = await startSshd();
      copyFileSync(`${key}.pub`, join(other.dir, 'authorized'));
      const answers = ['no', 'open sesame'];
      test.answer = () => ({ passphrase: answers.shift()! });
      test.host('a', other, { identity: [key] });
      expect(await whoami(test.fabric)).toBe('root');
      expect(test.asked.map((one) => one.kind)).toEqual(['passphrase', 'passphrase']);
      await other.stop();
    },
  );

  it('take their passphrase from a secret, and say when it is the wrong one', async () => {
    const { fabric, host, secrets } = testFabric();
    const key = makeKey(join(sshd.dir, 'enc-secret'), 'ed25519', 'open sesame');
    const other = await startSshd();
    copyFileSync(`${key}.pub`, join(other.dir, 'authorized'));
    secrets.set('PP', 'wrong');
    host('a', other, { identity: [key], options: { passphrase_secret: 'PP' } });
    await expect(whoami(fabric, false)).rejects.toMatchObject({ code: 'ssh.passphrase_wrong' });
    secrets.set('PP', 'open sesame');
    expect(await whoami(fabric, false)).toBe('root');
    await other.stop();
  });

  it('that cannot be read or are none do not keep the next from being tried', async () => {
    const { fabric, host } = testFabric();
    const none = join(sshd.dir, 'none');
    writeFileSync(none, 'this is no key');
    host('a', sshd, { identity: [join(sshd.dir, 'missing'), none, sshd.key] });
    expect(await whoami(fabric, false)).toBe('root');
  });

  it('that are refused name what was tried', async () => {
    const { fabric, host } = testFabric();
    const key = makeKey(join(sshd.dir, 'stranger'));
    host('a', sshd, { identity: [key] });
    await expect(whoami(fabric, false)).rejects.toMatchObject({
      code: 'ssh.auth_failed',
      message: expect.stringContaining(key),
    });
  });
});

describe('an agent', () => {
  it('offers its keys, the host’s own first however many there are, and only those when told so', async () => {
    const socket = join(sshd.dir, 'agent.sock');
    agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
    const env = { ...process.env, SSH_AUTH_SOCK: socket };
    await expect
      .poll(() => {
        try {
          execFileSync('ssh-add', ['-l'], { env, stdio: 'ignore' });
          return 0;
        } catch (error) {
          return (error as { status: number }).status;
        }
      })
      .toBe(1);
    // Bug caught: sshd hangs up after six keys, so the right one must not be the eighth.
    for (let i = 0; i < 7; i += 1)
      execFileSync('ssh-add', ['-q', makeKey(join(sshd.dir, `agent-${i}`))], { env });
    execFileSync('ssh-add', ['-q', sshd.key], { env });
    const first = testFabric();
    const onlyPublic = join(sshd.dir, 'only');
    copyFileSync(`${sshd.key}.pub`, `${onlyPublic}.pub`);
    first.host('a', sshd, { identity: [onlyPublic], options: { identity_agent: socket } });
    expect(await whoami(first.fabric, false)).toBe('root');
    const strict = testFabric();
    const other = join(sshd.dir, 'agent-0');
    strict.host('a', sshd, {
      identity: [other],
      options: { identity_agent: socket, identities_only: true },
    });
    await expect(whoami(strict.fabric, false)).rejects.toMatchObject({ code: 'ssh.auth_failed' });
  });

  it('that is gone is passed over', async () => {
    const { fabric, host } = testFabric();
    host('a', sshd, { options: { identity_agent: join(sshd.dir, 'no-agent') } });
    expect(await whoami(fabric, false)).toBe('root');
  });
});

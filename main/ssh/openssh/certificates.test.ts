import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { importConfig } from '../import/import.ts';
import { formatKnownHost } from '../keys/known-hosts.ts';
import { closeFabrics, testFabric } from '../testing/fabric.ts';
import { makeKey, startSshd, stopAll, type Sshd } from '../testing/sshd.ts';

// An authority for people's keys and for hosts' keys, and another one that nobody trusts.
let authority: string;
let stranger: string;
let plain: Sshd;
/** Takes certificates of the authority, and no key of its own. */
let forPeople: Sshd;
beforeAll(async () => {
  plain = await startSshd();
  authority = makeKey(join(plain.dir, 'authority'));
  stranger = makeKey(join(plain.dir, 'stranger'));
  forPeople = await startSshd({
    config: [`TrustedUserCAKeys ${authority}.pub`, 'AuthorizedKeysFile none'],
  });
});
afterEach(closeFabrics);
afterAll(stopAll);

const sign = (words: string[], key: string) =>
  execFileSync('ssh-keygen', ['-q', '-s', authority, '-I', 'test', ...words, `${key}.pub`]);

const blobOf = (publicFile: string) =>
  Buffer.from(readFileSync(publicFile, 'utf8').split(' ')[1]!, 'base64');

const quiet = { interactive: false };
const clients = (test: ReturnType<typeof testFabric>) =>
  test.fabric.health().map((one) => one.client);

describe('a certificate of a key', () => {
  /** A key whose certificate lies somewhere else. */
  const apart = (words = ['-n', forPeople.user]) => {
    const dir = mkdtempSync(join(forPeople.dir, 'key-'));
    const key = makeKey(join(dir, 'me'));
    sign(words, key);
    const certificate = join(dir, 'given by the authority.pub');
    renameSync(`${key}-cert.pub`, certificate);
    return { key, certificate };
  };

  it('is taken over from CertificateFile of a configuration, tokens and all, and logs in', async () => {
    // Bug caught: the import drops it, and the host that ssh reaches refuses Nexus.
    const { key, certificate } = apart();
    const file = join(forPeople.dir, 'config');
    const lines = (more: string) =>
      `Host given${more ? '' : '-not'}\n  HostName 127.0.0.1\n  Port ${forPeople.port}\n  User ${forPeople.user}\n  IdentityFile ${key}\n  IdentityAgent none\n${more}`;
    const name = certificate.replace('given by', '%n by');
    writeFileSync(file, `${lines(`  CertificateFile "${name}"\n`)}${lines('')}`);
    const { fabric } = testFabric();
    const request = { file, allow_exec: false, dry_run: false, accept_new: true };
    await importConfig(fabric.hosts, request);
    expect(fabric.hosts.get('given').options.certificates).toEqual([certificate]);
    expect((await fabric.run('given', 'echo in', quiet)).stdout.toString()).toBe('in\n');
    expect(fabric.health()).toMatchObject([{ client: 'openssh' }]);
    await expect(fabric.run('given-not', 'true', quiet)).rejects.toMatchObject({
      code: 'ssh.auth_failed',
    });
    expect(await importConfig(fabric.hosts, request)).toMatchObject({
      unchanged: ['given', 'given-not'],
    });
  });

  it('is given to the hosts on the way that are not in the inventory, as their key is', async () => {
    const { key, certificate } = apart();
    const test = testFabric();
    test.host('inner', plain, {
      identity: [key, plain.key],
      jump: [`${forPeople.user}@127.0.0.1:${forPeople.port}`],
      options: { certificates: [certificate], identities_only: true },
    });
    expect((await test.fabric.run('inner', 'true', quiet)).exitCode).toBe(0);
  });

  it.each([
    ['of another user', ['-n', 'somebody-else']],
    ['that has ended', ['-n', 'root', '-V', '20200101:20210101']],
  ])('%s ends in a clear error, and nobody is asked for a password', async (_, words) => {
    const { key, certificate } = apart(words);
    const test = testFabric();
    test.host('a', forPeople, { identity: [key], options: { certificates: [certificate] } });
    await expect(test.fabric.run('a', 'true')).rejects.toMatchObject({ code: 'ssh.auth_failed' });
    expect(test.asked).toEqual([]);
  });

  it('has a name that cannot be anything else than one file', () => {
    const test = testFabric();
    for (const path of ['a" -oProxyCommand="id', 'a\nProxyCommand id', ''])
      expect(() => test.host('a', plain, { options: { certificates: [path] } })).toThrow(
        expect.objectContaining({ code: 'host.invalid' }),
      );
  });
});

describe('a certificate of a host’s key', () => {
  let certified: Sshd;
  let inner: Sshd;
  beforeAll(async () => {
    certified = await hostWith(['-h', '-n', '127.0.0.1']);
    inner = await hostWith(['-h', '-n', '127.0.0.1']);
  });

  /** An sshd whose key has such a certificate. */
  async function hostWith(words: string[]): Promise<Sshd> {
    const dir = mkdtempSync(join(plain.dir, 'host-'));
    const key = makeKey(join(dir, 'key'));
    sign(words, key);
    return startSshd({ config: [`HostKey ${key}`, `HostCertificate ${key}-cert.pub`] });
  }

  /** A fabric that knows these lines. */
  function knowing(...lines: string[]) {
    const dir = mkdtempSync(join(plain.dir, 'known-'));
    const known = join(dir, 'known');
    writeFileSync(known, lines.map((line) => `${line}\n`).join(''));
    return testFabric({ knownHosts: [known] });
  }
  const trusts = (names: string, ca = authority) =>
    `@cert-authority ${formatKnownHost(names, blobOf(`${ca}.pub`))}`;

  it.each([
    ['its address', () => '127.0.0.1'],
    ['its address and port', () => `[127.0.0.1]:${certified.port}`],
    ['a pattern', () => '127.*,!127.0.0.9'],
  ])(
    'is enough where the authority is known for %s: nobody is asked, nothing is remembered',
    async (_, names) => {
      const test = knowing(trusts(names()));
      test.host('a', certified, { options: { accept_new: false } });
      expect((await test.fabric.run('a', 'true', quiet)).exitCode).toBe(0);
      expect(clients(test)).toEqual(['openssh']);
      expect(existsSync(join(test.home, 'known_hosts'))).toBe(false);
    },
  );

  it('is enough where the key itself is another one than before, and only then', async () => {
    // Bug caught: a host that rotates its key, which is what certificates are for, counts as changed.
    const old = makeKey(join(mkdtempSync(join(plain.dir, 'old-')), 'key'));
    const before = (port: number) => formatKnownHost(`[127.0.0.1]:${port}`, blobOf(`${old}.pub`));
    const test = knowing(trusts('127.0.0.1'), before(certified.port), before(plain.port));
    test.host('a', certified);
    test.host('b', plain);
    expect((await test.fabric.run('a', 'true', quiet)).exitCode).toBe(0);
    await expect(test.fabric.run('b', 'true')).rejects.toMatchObject({
      code: 'ssh.host_key_changed',
      message: expect.stringMatching(/Known: SHA256:.*Offered: SHA256:/),
    });
  });

  it('is enough behind a jump host too, whatever the port', async () => {
    // Bug caught: ssh is told [address]:port as the name, and no certificate is for that.
    const test = knowing(
      trusts('127.0.0.1'),
      formatKnownHost(`[127.0.0.1]:${plain.port}`, blobOf(join(plain.dir, 'host.pub'))),
    );
    test.host('bastion', plain, { options: { client: 'builtin', accept_new: false } });
    test.host('a', inner, { jump: ['bastion'], options: { accept_new: false } });
    expect((await test.fabric.run('a', 'true', quiet)).exitCode).toBe(0);
  });

  it.each([
    ['of another authority', () => certified, 'this key has no certificate of it', () => stranger],
    ['that is missing', () => plain, 'this key has no certificate of it', () => authority],
  ])(
    '%s is not made up for by taking new keys unseen, whichever client looks',
    async (_, server, words, ca) => {
      // Bug caught: --accept-new takes the key of whoever stands between, since it is “new”.
      for (const client of ['auto', 'builtin'] as const) {
        const test = knowing(trusts('*', ca()));
        test.host('a', server(), { options: { client } });
        await expect(test.fabric.run('a', 'true', quiet)).rejects.toMatchObject({
          code: 'ssh.host_key_unknown',
          message: expect.stringContaining(words),
        });
        test.answer = () => 'refuse';
        await expect(test.fabric.run('a', 'true')).rejects.toMatchObject({
          code: 'question.refused',
        });
        expect(test.asked).toMatchObject([
          { kind: 'host_key', text: expect.stringContaining(words) },
        ]);
      }
    },
  );

  it.each([
    ['for another host', ['-h', '-n', 'elsewhere.example'], 'name is not a listed principal'],
    ['that has ended', ['-h', '-n', '127.0.0.1', '-V', '20200101:20210101'], 'expired'],
    ['that is a person’s', ['-n', '127.0.0.1'], 'not a host certificate'],
  ])('%s does not count, and the error says why', async (_, words, why) => {
    const server = await hostWith(words);
    const test = knowing(trusts('*'));
    test.host('a', server);
    await expect(test.fabric.run('a', 'true', quiet)).rejects.toMatchObject({
      code: 'ssh.host_key_unknown',
      message: expect.stringContaining(why),
    });
    await server.stop();
  });

  it('counts beside keys that are revoked, and is refused where its authority is', async () => {
    const revoked = (ca: string) => trusts('*', ca).replace('@cert-authority', '@revoked');
    const beside = knowing(trusts('*'), revoked(stranger));
    beside.host('a', certified);
    expect((await beside.fabric.run('a', 'true', quiet)).exitCode).toBe(0);
    const test = knowing(trusts('*'), revoked(authority));
    test.host('a', certified);
    await expect(test.fabric.run('a', 'true', quiet)).rejects.toMatchObject({
      code: 'ssh.host_key_revoked',
    });
  });

  it('is looked at by nobody who knows no authority: the key is asked about as ever', async () => {
    const test = testFabric();
    test.answer = () => ({ answer: 'trust' });
    test.host('a', certified, { options: { accept_new: false } });
    expect((await test.fabric.run('a', 'true')).exitCode).toBe(0);
    expect(clients(test)).toEqual(['builtin']);
    expect(test.asked).toMatchObject([{ kind: 'host_key' }]);
  });
});

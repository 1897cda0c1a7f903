import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HostOptions } from '#contract/hosts.ts';
import type { KnownKey } from '../keys/host-keys.ts';
import { someHost } from '../testing/host.ts';
import { startSecurityKey } from '../testing/security-key.ts';
import { makeKey } from '../testing/sshd.ts';
import { hasOtherKeys, needsOpenssh } from './choose.ts';

let dir: string;
let plain: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'nexus-choose-'));
  plain = makeKey(join(dir, 'plain'));
});
afterAll(() => rmSync(dir, { recursive: true }));

const NONE: HostOptions = { identity_agent: 'none' };
const known = (marker?: KnownKey['marker']): KnownKey => ({
  names: 'web',
  type: 'ssh-ed25519',
  key: Buffer.alloc(8),
  line: 1,
  file: '/known',
  ...(marker ? { marker } : {}),
});

describe('the system’s ssh is taken from the start', () => {
  const needs = (options: HostOptions, identity: string[] = [plain], lines: KnownKey[] = []) =>
    needsOpenssh(someHost({ identity }, options), lines);

  it('where it is configured so, or a proxy command is; never where the other one is', async () => {
    expect(await needs({})).toBeUndefined();
    expect(await needs({ client: 'auto' })).toBeUndefined();
    expect(await needs({ client: 'openssh' })).toMatch(/configured/);
    expect(await needs({ proxy_command: 'nc %h %p' })).toMatch(/proxy command/);
    expect(await needs({ client: 'builtin', proxy_command: 'nc %h %p' })).toBeUndefined();
  });

  it('where the host’s key is known by an authority alone', async () => {
    // Bug caught: the built-in client asks whether a key may be trusted that has a certificate.
    expect(await needs({}, [], [known('cert-authority')])).toMatch(/certificate/);
    expect(await needs({}, [], [known('cert-authority'), known()])).toBeUndefined();
    expect(await needs({}, [], [known()])).toBeUndefined();
    expect(await needs({}, [], [])).toBeUndefined();
  });

  it('where a named key has a certificate beside it, or is a FIDO2 key', async () => {
    const certified = join(dir, 'certified');
    copyFileSync(plain, certified);
    copyFileSync(`${plain}.pub`, `${certified}.pub`);
    expect(await needs({}, [certified])).toBeUndefined();
    execFileSync('ssh-keygen', ['-q', '-s', plain, '-I', 'me', '-n', 'root', `${certified}.pub`]);
    expect(await needs({}, [certified])).toMatch(/certificate/);
    const fido = join(dir, 'fido');
    for (const type of ['sk-ssh-ed25519@openssh.com', 'sk-ecdsa-sha2-nistp256@openssh.com']) {
      writeFileSync(`${fido}.pub`, `${type} AAAA me\n`);
      expect(await needs({}, [plain, fido])).toMatch(/FIDO2/);
    }
  });

  it('not for files that are missing, empty or none', async () => {
    for (const [name, text] of [
      ['empty', ''],
      ['none', 'this is sk-ssh-ed25519@openssh.com no key'],
      ['binary', '\u0000\u0001sk-'],
    ] as const) {
      writeFileSync(join(dir, `${name}.pub`), text);
      expect(await needs({}, [join(dir, name)])).toBeUndefined();
    }
    expect(await needs({}, [join(dir, 'missing'), dir])).toBeUndefined();
  });
});

describe('keys that only the system’s ssh can use', () => {
  it('are found in the agent, and are not where there is none', async () => {
    const path = join(dir, 'agent.sock');
    const agent = await startSecurityKey(path);
    const at = (options: HostOptions) => hasOtherKeys(someHost({ identity: [plain] }, options));
    expect(await at({ identity_agent: path })).toBe(true);
    expect(await at(NONE)).toBe(false);
    expect(await at({ identity_agent: join(dir, 'nobody.sock') })).toBe(false);
    agent.stop();
  });
});

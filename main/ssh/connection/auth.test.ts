import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { AuthenticationType } from 'ssh2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HostOptions } from '#contract/hosts.ts';
import { silentLogger } from '#main/base/log.ts';
import { someHost } from '../testing/host.ts';
import { makeKey } from '../testing/sshd.ts';
import { Authenticator, type AuthQuestion, type AuthSources } from './auth.ts';

let dir: string;
let key: string;
let locked: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'nexus-auth-'));
  key = makeKey(join(dir, 'plain'));
  locked = join(dir, 'locked');
  // One round of the slow function in place of sixteen: it runs for every wrong passphrase.
  const words = ['-q', '-t', 'ed25519', '-a', '1', '-N', 'open sesame', '-f', locked];
  execFileSync('ssh-keygen', words);
});
afterAll(() => rmSync(dir, { recursive: true }));

interface Setup {
  identity?: string[];
  options?: HostOptions;
  /** What a person types; null where nobody is there. */
  person?: ((asked: AuthQuestion) => Record<string, string>) | null;
  secret?: string;
  otherKeys?: boolean;
}

function made({ identity = [key], options = {}, person = null, secret, otherKeys }: Setup) {
  const asked: AuthQuestion[] = [];
  const sources: AuthSources = {
    log: silentLogger,
    secret: () => {
      if (secret === undefined) throw new Error('no such secret');
      return secret;
    },
    ask:
      person === null
        ? undefined
        : async (question) => {
            asked.push(question);
            return person(question);
          },
    ...(otherKeys === undefined ? {} : { otherKeys: async () => otherKeys }),
  };
  const host = someHost({ identity }, { identity_agent: 'none', ...options });
  return { auth: new Authenticator(host, 'deploy', sources), asked };
}

const ALL: AuthenticationType[] = ['publickey', 'keyboard-interactive', 'password'];

/** A server that takes `left` and accepts nothing; what it is offered, in order. */
async function offered(auth: Authenticator, left: AuthenticationType[]): Promise<string[]> {
  const types: string[] = [];
  let method = await auth.next(null, null);
  while (method !== false && types.length < 50) {
    types.push((method as { type: string }).type);
    method = await auth.next(left, false);
  }
  return types;
}

describe('the ways to log in', () => {
  it('begin with none, which also tells what the server takes', async () => {
    const { auth } = made({});
    expect(await auth.next(null, null)).toEqual({ type: 'none', username: 'deploy' });
  });

  it('are keys, then the server’s prompts, then passwords, each three times at most', async () => {
    const { auth, asked } = made({ person: () => ({ password: 'x' }) });
    expect(await offered(auth, ALL)).toEqual([
      'none',
      'publickey',
      ...Array(3).fill('keyboard-interactive'),
      ...Array(3).fill('password'),
    ]);
    expect(asked.map((one) => one.text)).toEqual([
      'The host asks for a password.',
      'That was not the password.',
      'That was not the password.',
    ]);
  });

  it('with the password from a secret are that one first, and once', async () => {
    // Bug caught: a wrong secret is sent three times, and the account is locked.
    const { auth, asked } = made({ options: { password_secret: 'PW' }, secret: 'pw' });
    expect(await offered(auth, ALL)).toEqual([
      'none',
      'publickey',
      'password',
      'keyboard-interactive',
    ]);
    expect(asked).toEqual([]);
  });

  it('ask nobody where nobody may be asked, and name what was left out', async () => {
    const { auth } = made({ identity: [key, locked] });
    expect(await offered(auth, ALL)).toEqual(['none', 'publickey']);
    expect(auth.tried).toEqual([key, `${locked} (its passphrase would have to be asked)`]);
  });

  it('are only those that the server takes, in any mixture, and come to an end', async () => {
    const left = fc.uniqueArray(fc.constantFrom<AuthenticationType>(...ALL, 'hostbased'));
    await fc.assert(
      fc.asyncProperty(left, fc.boolean(), fc.boolean(), async (takes, person, secret) => {
        const { auth, asked } = made({
          person: person ? () => ({ password: 'x', passphrase: 'x' }) : null,
          ...(secret ? { options: { password_secret: 'PW' }, secret: 'pw' } : {}),
        });
        const types = await offered(auth, takes);
        for (const type of types.slice(1)) expect(takes).toContain(type);
        expect(types.length).toBeLessThan(12);
        // Nobody is asked for what is of no use there.
        if (!takes.includes('password'))
          expect(asked.map((one) => one.kind)).not.toContain('password');
      }),
      { numRuns: 40 },
    );
  });

  it('go on with the second factor when the server has taken the first', async () => {
    const { auth } = made({ person: () => ({ password: 'x' }) });
    await auth.next(null, null);
    expect(await auth.next(['publickey'], false)).toMatchObject({ type: 'publickey' });
    expect(await auth.next(['keyboard-interactive'], true)).toMatchObject({
      type: 'keyboard-interactive',
    });
  });

  it('end in the error that others could do it, before a person is asked for a password', async () => {
    const { auth, asked } = made({ person: () => ({ password: 'x' }), otherKeys: true });
    await auth.next(null, null);
    await auth.next(ALL, false);
    await expect(auth.next(ALL, false)).rejects.toMatchObject({ code: 'ssh.keys_unusable' });
    expect(asked).toEqual([]);
  });
});

describe('keys in files', () => {
  it('that are missing, none, or public are named, and the next is tried', async () => {
    const none = join(dir, 'none');
    writeFileSync(none, 'this is no key');
    const missing = join(dir, 'missing');
    const { auth } = made({ identity: [missing, none, `${key}.pub`, key] });
    expect(await offered(auth, ['publickey'])).toEqual(['none', 'publickey']);
    expect(auth.tried).toEqual([
      `${missing} (cannot be read)`,
      `${none} (not a key that can be used)`,
      `${key}.pub (not a key that can be used)`,
      key,
    ]);
  });

  it('ask for their passphrase three times, say that it was wrong, and are left out then', async () => {
    const { auth, asked } = made({ identity: [locked], person: () => ({ passphrase: 'no' }) });
    expect(await offered(auth, ['publickey'])).toEqual(['none']);
    expect(asked.map((one) => one.kind)).toEqual(['passphrase', 'passphrase', 'passphrase']);
    expect(asked[1]!.text).toMatch(/^That was not the passphrase/);
    expect(auth.tried).toEqual([`${locked} (wrong passphrase)`]);
  });

  it('are opened by the passphrase from a secret, which is a clear error where it is wrong', async () => {
    const options = { passphrase_secret: 'PP' };
    const right = made({ identity: [locked], options, secret: 'open sesame' });
    expect(await offered(right.auth, ['publickey'])).toEqual(['none', 'publickey']);
    const wrong = made({ identity: [locked], options, secret: 'no' });
    await wrong.auth.next(null, null);
    await expect(wrong.auth.next(['publickey'], false)).rejects.toMatchObject({
      code: 'ssh.passphrase_wrong',
      message: expect.stringContaining('PP'),
    });
    const missing = made({ identity: [locked], options });
    await missing.auth.next(null, null);
    await expect(missing.auth.next(['publickey'], false)).rejects.toThrow('no such secret');
  });
});

describe('the server’s own prompts', () => {
  type Prompt = { prompt: string; echo?: boolean };
  async function answers(setup: Setup, prompts: Prompt[], title = '', text = '') {
    const { auth, asked } = made(setup);
    await auth.next(null, null);
    const method = (await auth.next(['keyboard-interactive'], false)) as {
      prompt: (...args: unknown[]) => void;
    };
    const given = await new Promise<string[] | Error>((resolve) => {
      auth.onError = (error) => resolve(error as Error);
      method.prompt(title, text, '', prompts, resolve);
    });
    return { given, asked };
  }

  it('are shown as they are, cleaned at the ends, and hidden where the server hides them', async () => {
    const { given, asked } = await answers(
      { person: () => ({ answer_0: 'a', answer_1: 'b' }) },
      [
        { prompt: 'Password: ', echo: false },
        { prompt: ' Code:', echo: true },
      ],
      'Two factors',
      'Look at your phone',
    );
    expect(given).toEqual(['a', 'b']);
    expect(asked).toMatchObject([
      {
        kind: 'code',
        text: 'Two factors: Look at your phone',
        fields: [
          { label: 'Password', type: 'secret' },
          { label: 'Code', type: 'text' },
        ],
      },
    ]);
  });

  it('get the password from the secret only where they ask for one alone, and hide it', async () => {
    // Bug caught: the password goes to a prompt that shows what is typed, or asks for two things.
    const setup: Setup = { options: { password_secret: 'PW' }, secret: 'pw', person: () => ({}) };
    expect((await answers(setup, [{ prompt: 'Password: ', echo: false }])).given).toEqual(['pw']);
    for (const prompts of [
      [{ prompt: 'Password: ', echo: true }],
      [{ prompt: 'Code: ', echo: false }],
      [
        { prompt: 'Password: ', echo: false },
        { prompt: 'Password again: ', echo: false },
      ],
    ])
      expect((await answers(setup, prompts)).given).not.toContain('pw');
  });

  it('end the login where nobody may be asked, and say what was asked', async () => {
    const { given } = await answers({ options: { password_secret: 'PW' }, secret: 'pw' }, [
      { prompt: 'Code: ', echo: true },
    ]);
    expect(given).toMatchObject({
      code: 'ssh.auth_needs_person',
      message: expect.stringContaining('Code:'),
    });
  });
});

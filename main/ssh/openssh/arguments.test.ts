import { execFileSync } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostInput, hostOptions } from '#contract/hosts.ts';
import { someHost } from '../testing/host.ts';
import { type SshArguments, sshArguments } from './arguments.ts';

const options: SshArguments = {
  user: 'deploy',
  keyFiles: ['/home/me/known_hosts'],
  acceptNew: false,
  mayAsk: false,
};

/** What OpenSSH itself understands by these arguments; nothing is connected. */
function understood(args: string[]): Map<string, string> {
  const text = execFileSync('ssh', ['-G', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines = text.toString().split('\n');
  return new Map(lines.map((line) => [line.split(' ', 1)[0]!, line.slice(line.indexOf(' ') + 1)]));
}

/** The words that ssh reads as options, and what stands behind the double dash. */
function apart(args: string[]) {
  const end = args.lastIndexOf('--');
  return { options: args.slice(0, end), rest: args.slice(end + 1) };
}

describe('what ssh is told', () => {
  it('is what it understands', () => {
    const args = sshArguments(
      someHost(
        { address: '10.0.0.7', port: 2222, identity: ['~/keys/a', '/keys/b c'] },
        { connect_timeout: 2.5, keepalive: 7, identities_only: true, forward_agent: true },
      ),
      options,
    );
    const ssh = understood(args);
    expect(Object.fromEntries(ssh)).toMatchObject({
      hostname: '10.0.0.7',
      port: '2222',
      user: 'deploy',
      connecttimeout: '3',
      serveraliveinterval: '7',
      identitiesonly: 'yes',
      forwardagent: 'yes',
      batchmode: 'yes',
      stricthostkeychecking: 'true',
      userknownhostsfile: '/home/me/known_hosts',
      globalknownhostsfile: '/dev/null',
      hashknownhosts: 'yes',
    });
    expect(args).toContain(join(homedir(), 'keys/a'));
    expect(args).toContain('/keys/b c');
  });

  it.each([
    [{ acceptNew: true, mayAsk: true }, 'accept-new', 'no'],
    [{ acceptNew: false, mayAsk: true }, 'ask', 'no'],
    [{ acceptNew: false, mayAsk: false }, 'true', 'yes'],
    [{ acceptNew: true, mayAsk: false }, 'accept-new', 'yes'],
  ])('of new keys and questions: %j', (more, checking, batch) => {
    // Bug caught: a new key is taken unseen, or ssh waits for an answer that nobody gives.
    const ssh = understood(sshArguments(someHost(), { ...options, ...more }));
    expect([ssh.get('stricthostkeychecking'), ssh.get('batchmode')]).toEqual([checking, batch]);
  });

  it('leads through a port of this machine where there are hosts before it, under its own name', () => {
    const host = someHost({ address: 'inner', port: 2200 }, { proxy_command: 'nc' });
    const ssh = understood(sshArguments(host, { ...options, entrance: 4711 }));
    expect([ssh.get('hostname'), ssh.get('port')]).toEqual(['127.0.0.1', '4711']);
    expect(ssh.get('hostkeyalias')).toBe('[inner]:2200');
    expect(ssh.get('proxycommand')).toBeUndefined();
  });

  it('of agents is one, none, or whatever the environment says', () => {
    const agent = (identity_agent?: string) =>
      understood(sshArguments(someHost({}, identity_agent ? { identity_agent } : {}), options)).get(
        'identityagent',
      );
    expect(agent()).toBeUndefined();
    expect(agent('none')).toBe('none');
    expect(agent('/run/agent 1.sock')).toBe('/run/agent 1.sock');
  });

  it('names files of any honest name, blanks and percent signs too', () => {
    // Bug caught: a home folder with a blank, and no host key is ever known.
    const word = fc.string({
      unit: fc.constantFrom('a', 'B', ' ', '#', "'", '=', ',', 'é', '-', '.'),
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 3 }), (names) => {
        const keyFiles = names.map((name) => `/x/${name}/known_hosts`);
        const ssh = understood(sshArguments(someHost(), { ...options, keyFiles }));
        expect(ssh.get('userknownhostsfile')).toBe(keyFiles.join(' '));
      }),
      { numRuns: 20 },
    );
    const percent = sshArguments(someHost(), { ...options, keyFiles: ['/x/100%h'] });
    expect(percent).toContain('UserKnownHostsFile="/x/100%%h"');
  });

  it('begins with a dash only where an option is meant, whatever a host’s description holds', () => {
    // Bug caught: an address, a user or a file that ssh takes for -oProxyCommand=….
    const odd = fc.oneof(
      fc.constantFrom('-oProxyCommand=id', '-', '--', '-F/etc/x', 'a b', '\n', '-oX\n-oY'),
      fc.string({ maxLength: 20 }),
    );
    const input = fc.record({
      name: fc.constant('web'),
      address: odd,
      user: odd,
      port: fc.integer({ min: 1, max: 65_535 }),
      identity: fc.array(odd, { maxLength: 2 }),
      options: fc.record({ host_key_alias: odd, identity_agent: odd, proxy_command: odd }),
    });
    const WITH_VALUE = new Set(['-F', '-l', '-p', '-i', '-o']);
    fc.assert(
      fc.property(input, odd, (wild, user) => {
        const parsed = hostInput.safeParse(wild);
        const host = parsed.success
          ? someHost({ ...parsed.data, id: 'h' } as never)
          : someHost({ identity: wild.identity.filter(Boolean) }, hostOptions.parse(wild.options));
        const { options: words, rest } = apart(sshArguments(host, { ...options, user }));
        for (let at = 0; at < words.length; at += 2) expect(WITH_VALUE).toContain(words[at]);
        for (let at = 0; at < words.length; at += 2)
          if (words[at] === '-o') expect(words[at + 1]).toMatch(/^[A-Z][A-Za-z0-9]+=/);
        expect(rest).toEqual([host.address]);
        expect(rest[0]).not.toMatch(/^-/);
      }),
      { numRuns: 300 },
    );
  });

  it('holds no secret: others see command lines', () => {
    const args = sshArguments(
      someHost(
        {},
        { password_secret: 'PW_NAME', passphrase_secret: 'PP_NAME', env: { A: 'value' } },
      ),
      options,
    );
    expect(args.join(' ')).not.toMatch(/PW_NAME|PP_NAME|value/);
  });
});

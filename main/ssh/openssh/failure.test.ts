import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { someHost } from '../testing/host.ts';
import { opensshFailure } from './failure.ts';
import { opensshEnvironment } from './environment.ts';

const host = someHost();
const CHANGED = `@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
The fingerprint for the ED25519 key sent by the remote host is
SHA256:0123456789012345678901234567890123456789abc.
Host key verification failed.`;

describe('what the system’s ssh said when it ended', () => {
  it.each([
    ['ssh: connect to host 10.0.0.1 port 22: Connection refused', 'unreachable'],
    ['ssh: connect to host 10.0.0.1 port 22: Connection timed out', 'unreachable'],
    ['ssh: connect to host 10.0.0.1 port 22: No route to host', 'unreachable'],
    ['ssh: connect to host 10.0.0.1 port 22: Network is unreachable', 'unreachable'],
    ['ssh: Could not resolve hostname web: Name or service not known', 'unreachable'],
    ['deploy@10.0.0.1: Permission denied (publickey).', 'auth_failed'],
    ['Received disconnect: 2: Too many authentication failures', 'auth_failed'],
    ['Unable to negotiate with 10.0.0.1 port 22: no matching cipher found.', 'no_common_algorithm'],
    ['Host key verification failed.', 'host_key_unknown'],
    [CHANGED, 'host_key_changed'],
    [`@ WARNING: REVOKED HOST KEY DETECTED! @\nHost key verification failed.`, 'host_key_revoked'],
    ['kex_exchange_identification: read: Connection reset by peer', 'handshake_failed'],
    ['', 'handshake_failed'],
  ])('%s', (text, code) => {
    expect(opensshFailure(host, text, [])).toMatchObject({
      code: `ssh.${code}`,
      kind: 'operational',
      details: { host: 'web' },
      hint: expect.any(String),
    });
  });

  it('of a changed key names both fingerprints and where the known one stands', () => {
    const blob = Buffer.concat([Buffer.from([0, 0, 0, 11]), Buffer.from('ssh-ed25519')]);
    const known = [{ names: 'web', type: 'ssh-ed25519', key: blob, line: 7, file: '/known' }];
    const error = opensshFailure(host, CHANGED, known);
    expect(error.message).toMatch(/Known: SHA256:\S+ \(ssh-ed25519\)/);
    expect(error.message).toContain('SHA256:0123456789012345678901234567890123456789abc');
    expect(error.hint).toContain('/known:7');
    expect(error.details).toMatchObject({ retryable: false });
  });

  it('is not tried again where a person must act first', () => {
    // Bug caught: a refused login is repeated until the account is locked.
    for (const text of ['Permission denied (publickey).', 'Host key verification failed.', CHANGED])
      expect(opensshFailure(host, text, []).details).toMatchObject({ retryable: false });
    const down = opensshFailure(host, 'Connection refused', []);
    expect(down.details).not.toHaveProperty('retryable');
  });

  it('where there is no ssh at all says what to install', () => {
    const cause = Object.assign(new Error('spawn ssh ENOENT'), { code: 'ENOENT' });
    expect(opensshFailure(host, '', [], cause)).toMatchObject({
      code: 'ssh.openssh_missing',
      cause,
    });
  });

  it('is an error with a short message, whatever a server wrote', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 5000 }), (text) => {
        const error = opensshFailure(host, text.repeat(3), []);
        expect(error.code).toMatch(/^ssh\./);
        expect(error.message.length).toBeLessThan(1000);
      }),
    );
  });
});

it('the system’s ssh sees nothing of our environment but what it needs', () => {
  // Bug caught: a token or the vault’s passphrase in the environment of a program that runs others.
  const before = { ...process.env };
  try {
    process.env['NEXUS_VAULT_PASSPHRASE'] = 'open sesame';
    process.env['AWS_SECRET_ACCESS_KEY'] = 'key';
    process.env['SSH_AUTH_SOCK'] = '/run/agent';
    process.env['LD_PRELOAD'] = '';
    delete process.env['KRB5CCNAME'];
    const env = opensshEnvironment();
    expect(env).toMatchObject({ PATH: process.env['PATH'], SSH_AUTH_SOCK: '/run/agent' });
    expect(Object.keys(env).filter((name) => /NEXUS|AWS|LD_|KRB/.test(name))).toEqual([]);
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
});

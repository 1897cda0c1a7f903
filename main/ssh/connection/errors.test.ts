import { describe, expect, it } from 'vitest';
import { NexusError } from '#main/base/errors.ts';
import { connectError, connectionLost, sshError } from './errors.ts';

const at = (error: unknown) => connectError('web', '10.0.0.1:22', error);

describe('what broke while a connection was made', () => {
  it.each([
    ['ECONNREFUSED', 'nothing listens there'],
    ['ENOTFOUND', 'the name is not known'],
    ['EAI_AGAIN', 'the name could not be looked up'],
    ['ETIMEDOUT', 'no answer came'],
    ['EHOSTUNREACH', 'there is no way to it'],
    ['ENETUNREACH', 'the network cannot be reached'],
    ['ECONNRESET', 'the other side hung up'],
    ['EPIPE', 'the other side hung up'],
  ])('%s is said in words a person knows: %s', (code, words) => {
    const cause = Object.assign(new Error(`connect ${code}`), { code });
    expect(at(cause)).toMatchObject({
      code: 'ssh.unreachable',
      message: `web (10.0.0.1:22) cannot be reached: ${words}.`,
      kind: 'operational',
      cause,
      details: { host: 'web', address: '10.0.0.1:22' },
    });
  });

  it('tells apart a lack of algorithms, a refused login and anything else', () => {
    expect(at(new Error('Handshake failed: no matching key exchange algorithm'))).toMatchObject({
      code: 'ssh.no_common_algorithm',
      hint: expect.stringContaining('openssh'),
    });
    // Bug caught: a refused login is tried again and again, until the account is locked.
    const refused = Object.assign(new Error('All configured authentication methods failed'), {
      level: 'client-authentication',
    });
    expect(at(refused)).toMatchObject({
      code: 'ssh.auth_failed',
      details: { retryable: false },
    });
    expect(at(new Error('packet length 5 exceeds'))).toMatchObject({
      code: 'ssh.handshake_failed',
      message: expect.stringContaining('packet length 5 exceeds'),
    });
  });

  it('has something to say even where the error says nothing, and keeps one of ours as it is', () => {
    expect(at(new Error('')).message).toMatch(/failed: Error$/);
    const own = new NexusError({ code: 'vault.locked', message: 'The vault is locked.' });
    expect(at(own)).toBe(own);
  });

  it('names no property of a prototype as the code of a socket', () => {
    const odd = Object.assign(new Error('odd'), { code: 'TOO_ODD' });
    expect(at(odd).code).toBe('ssh.handshake_failed');
  });
});

describe('a connection that is lost', () => {
  it('says why where that is known, and ends its sentence where it is not', () => {
    expect(connectionLost('web', new Error('read ECONNRESET')).message).toBe(
      'The connection to web was lost: read ECONNRESET',
    );
    for (const nothing of [undefined, new Error(''), 'text'])
      expect(connectionLost('web', nothing).message).toBe('The connection to web was lost.');
    expect(connectionLost('web')).toMatchObject({ kind: 'operational', details: { host: 'web' } });
  });

  it('carries what it was made with', () => {
    const cause = new Error('x');
    expect(sshError('name', 'm', 'h', { cause, details: { a: 1 } })).toMatchObject({
      code: 'ssh.name',
      message: 'm',
      hint: 'h',
      cause,
      details: { a: 1 },
      kind: 'operational',
    });
  });
});

import { describe, expect, it } from 'vitest';
import { NexusError } from '#main/base/errors.ts';
import { layeredSecrets, requireSecret, type SecretProvider } from './index.ts';

const provider = (values: Record<string, string>): SecretProvider => ({
  get: (name) => values[name],
  names: () => Object.keys(values),
});
const locked: SecretProvider = {
  get: () => {
    throw new NexusError({ code: 'vault.locked', message: 'The vault is locked.' });
  },
  names: () => ['A'],
};

describe('layered secrets', () => {
  it('come from the first that has them, and each name is listed once', () => {
    const secrets = layeredSecrets(provider({ A: 'first' }), provider({ A: 'second', B: 'b' }));
    expect([secrets.get('A'), secrets.get('B'), secrets.get('C')]).toEqual([
      'first',
      'b',
      undefined,
    ]);
    expect(secrets.names()).toEqual(['A', 'B']);
  });

  it('do not pass over a locked vault to an older value behind it', () => {
    // Bug caught: while the vault is locked, a step runs with last year’s key from the environment.
    const secrets = layeredSecrets(locked, provider({ A: 'old' }));
    expect(() => secrets.get('A')).toThrow(expect.objectContaining({ code: 'vault.locked' }));
    expect(() => requireSecret(secrets, 'A')).toThrow(
      expect.objectContaining({ code: 'vault.locked' }),
    );
  });

  it('that must exist and do not are named, with both ways to set them', () => {
    expect(() => requireSecret(layeredSecrets(), 'TOKEN')).toThrow(
      expect.objectContaining({
        code: 'secret.missing',
        hint: expect.stringMatching(/nexus vault set TOKEN .*NEXUS_SECRET_TOKEN/) as string,
        details: { name: 'TOKEN', retryable: false },
      }),
    );
  });
});

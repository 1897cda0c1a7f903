import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { takeEnvironmentPassphrase } from './environmentPassphrase.ts';

describe('the passphrase in the environment', () => {
  it('is taken once, and nothing that is started afterwards inherits it', () => {
    process.env['NEXUS_VAULT_PASSPHRASE'] = 'correct horse';
    expect(takeEnvironmentPassphrase()).toBe('correct horse');
    expect(takeEnvironmentPassphrase()).toBeUndefined();
    expect(execFileSync('env').toString()).not.toContain('correct horse');
  });

  it('that is empty is none, and is taken away all the same', () => {
    const env = { NEXUS_VAULT_PASSPHRASE: '', OTHER: 'x' };
    expect(takeEnvironmentPassphrase(env)).toBeUndefined();
    expect(env).toEqual({ OTHER: 'x' });
  });

  it('is taken as it is: blanks belong to it', () => {
    expect(takeEnvironmentPassphrase({ NEXUS_VAULT_PASSPHRASE: ' a b ' })).toBe(' a b ');
  });
});

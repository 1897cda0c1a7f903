import { describe, expect, it } from 'vitest';
import { createRedactor } from '#main/base/redact.ts';
import { environmentSecrets, redactedSecrets, requireSecret } from './index.ts';

describe('environment secrets', () => {
  it('count a blank value as missing, so that nothing is signed with an empty key', () => {
    const secrets = environmentSecrets({
      NEXUS_SECRET_A: ' ',
      NEXUS_SECRET_B: 'value',
      OTHER: 'x',
    });
    expect(secrets.get('A')).toBeUndefined();
    expect(secrets.get('B')).toBe('value');
    expect(secrets.get('OTHER')).toBeUndefined();
    expect(() => requireSecret(secrets, 'A')).toThrow(/NEXUS_SECRET_A|not set/);
  });
});

describe('redacting secrets', () => {
  it('are hidden before they were ever read', () => {
    const redactor = createRedactor();
    redactedSecrets(environmentSecrets({ NEXUS_SECRET_TOKEN: 'tok-1234567' }), redactor);
    expect(redactor.redactText('x tok-1234567')).toBe('x ***');
  });

  it('are hidden when they appear later', () => {
    const env: NodeJS.ProcessEnv = {};
    const redactor = createRedactor();
    const secrets = redactedSecrets(environmentSecrets(env), redactor);
    env['NEXUS_SECRET_LATE'] = 'late-1234567';
    expect(requireSecret(secrets, 'LATE')).toBe('late-1234567');
    expect(redactor.redactText('late-1234567')).toBe('***');
    expect(secrets.names()).toEqual(['LATE']);
  });

  it('name the one that is too short to be hidden', () => {
    const short: string[] = [];
    const redactor = createRedactor({ onShort: (name) => short.push(name) });
    redactedSecrets(environmentSecrets({ NEXUS_SECRET_PIN: '1234' }), redactor);
    expect(short).toEqual(['PIN']);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { childEnvironment } from './environment.ts';
import { interpreterOf } from './interpreter.ts';

describe('childEnvironment', () => {
  it('never passes a secret on, however it is spelled and even when asked for by name', () => {
    const name = fc.constantFrom(
      'NEXUS_SECRET_A',
      'nexus_secret_b',
      'Nexus_Secret_C',
      'NEXUS_SECRET_',
    );
    fc.assert(
      fc.property(name, fc.string(), (key, value) => {
        expect(childEnvironment({ [key]: value }, [key])).not.toHaveProperty(key);
      }),
    );
  });

  it('passes what programs need, the locale and what is named, and nothing else', () => {
    const platform = { HOME: '/h', LC_TIME: 'C', Path: 'x', AWS_SECRET_ACCESS_KEY: 's', MORE: 'm' };
    const env = childEnvironment(platform, ['MORE']);
    expect(env).toMatchObject({ HOME: '/h', LC_TIME: 'C', Path: 'x', MORE: 'm' });
    expect(env).not.toHaveProperty('AWS_SECRET_ACCESS_KEY');
    expect(env).not.toHaveProperty('PATH');
  });

  it('gives a PATH where the platform has none, or no command would be found', () => {
    expect(childEnvironment({})['PATH']).toContain('/usr/bin');
  });
});

describe('interpreterOf', () => {
  it('tells shells, in which expressions can be bound, from other programs', () => {
    const shells = ['sh', '/bin/bash -x', 'dash', 'busybox sh', undefined, 'C:/git/bash.exe'];
    expect(shells.map((text) => interpreterOf(text).shell)).toEqual(shells.map(() => true));
    const others = ['python3', 'node', 'busybox vi', 'fish', 'bash2', 'pwsh', 'cmd'];
    expect(others.map((text) => interpreterOf(text).shell)).toEqual(others.map(() => false));
  });

  it('stops at the first failing command unless the author chose the arguments', () => {
    expect(interpreterOf('sh').args).toEqual(['-e']);
    expect(interpreterOf('bash').args).toContain('-e');
    expect(interpreterOf('bash -u').args).toEqual(['-u']);
  });

  it('gives the script the ending that its program wants', () => {
    expect(interpreterOf('pwsh')).toMatchObject({
      extension: '.ps1',
      args: ['-NoProfile', '-NonInteractive', '-File'],
    });
    expect(interpreterOf('/usr/bin/node').extension).toBe('.mjs');
  });
});

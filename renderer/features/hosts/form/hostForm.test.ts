import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostChange, hostInput } from '#contract/hosts.ts';
import { sampleHost } from '#renderer/testing/samples.ts';
import { readHost, valuesOf } from './hostForm.ts';

const filled = { ...valuesOf(), name: 'web-1', address: '10.0.0.7' };

describe('the form of a host', () => {
  it('gives the least there is: a name and an address', () => {
    expect(readHost(filled)).toMatchObject({
      ok: true,
      input: { name: 'web-1', address: '10.0.0.7', port: 22, tags: [], options: {} },
    });
  });

  it('takes lists as people write them, each thing once', () => {
    const read = readHost({
      ...filled,
      tags: 'nginx, blue  blue\tnorth',
      jump: 'gate, ops@inner:2222',
      identity: ' ~/.ssh/a key \n\n~/.ssh/b\n',
    });
    expect(read).toMatchObject({
      input: {
        tags: ['nginx', 'blue', 'north'],
        jump: ['gate', 'ops@inner:2222'],
        identity: ['~/.ssh/a key', '~/.ssh/b'],
      },
    });
  });

  it('names the fields that are wrong, all of them', () => {
    const read = readHost({
      ...valuesOf(),
      name: 'not a name',
      address: '-oProxyCommand=x',
      port: '22x',
      tags: '-bad',
    });
    expect(read).toEqual({ ok: false, wrong: new Set(['name', 'address', 'port', 'tags']) });
  });

  it('takes away what was emptied, and keeps what the form does not show', () => {
    // Bug caught: an edit drops the agent's socket, or an emptied user stays for ever.
    const host = sampleHost('web-1', {
      user: 'root',
      environment: 'production',
      notes: 'n',
      options: { identity_agent: '/run/agent', accept_new: true, password_secret: 'PW' },
    });
    const values = { ...valuesOf(host), user: '', environment: '', notes: ' ', passwordSecret: '' };
    const read = readHost({ ...values, acceptNew: false }, host);
    expect(read).toMatchObject({ change: { user: null, environment: null, notes: null } });
    expect(read.ok && read.change.options).toEqual({ identity_agent: '/run/agent' });
  });

  it('changes nothing when nothing was changed', () => {
    const label = fc.stringMatching(/^[a-z][a-z0-9/-]{0,8}$/);
    const hosts = fc.record({
      port: fc.integer({ min: 1, max: 65_535 }),
      tags: fc.uniqueArray(label, { maxLength: 4 }),
      groups: fc.uniqueArray(label, { maxLength: 4 }),
      identity: fc.uniqueArray(fc.stringMatching(/^~\/[a-z ]{0,8}[a-z]$/), { maxLength: 3 }),
      options: fc.record(
        {
          accept_new: fc.constant(true),
          client: fc.constantFrom('builtin' as const, 'openssh' as const),
          keepalive: fc.nat(3600),
        },
        { requiredKeys: [] },
      ),
    });
    fc.assert(
      fc.property(hosts, (fields) => {
        const host = sampleHost('web-1', fields);
        const read = readHost(valuesOf(host), host);
        if (!read.ok) throw new Error('refused');
        expect(read.change).toMatchObject(fields);
        expect(hostChange.safeParse(read.change).success).toBe(true);
        expect(hostInput.safeParse(read.input).success).toBe(true);
      }),
    );
  });
});

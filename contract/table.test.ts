import { describe, expect, it } from 'vitest';
import { contract } from './index.ts';
import { operationMeta, walkContract } from './walk.ts';

describe('the table', () => {
  const all = walkContract(contract).map(({ name, operation }) => ({
    name,
    ...operationMeta(operation),
  }));

  it('finds every operation, by a name and a route of its own', () => {
    expect(all.length).toBeGreaterThan(40);
    expect(new Set(all.map((each) => each.name)).size).toBe(all.length);
    expect(new Set(all.map((each) => `${each.method} ${each.path}`)).size).toBe(all.length);
    expect(all.map((each) => each.name)).toEqual(
      expect.arrayContaining(['runs.start', 'workflows.save', 'audit.verify', 'streams.ack']),
    );
  });

  it('what needs an administrator stays with administrators', () => {
    // Bug caught: somebody who may run workflows makes a token that may do everything.
    const role = (name: string) => all.find((each) => each.name === name)?.role;
    for (const name of [
      'tokens.create',
      'tokens.revoke',
      'platform.loginLink',
      'settings.set',
      'audit.export',
    ])
      expect(role(name)).toBe('admin');
    const changes = all.filter((each) => each.method !== 'GET' && each.audit !== 'none');
    expect(changes.filter((each) => each.role === 'viewer').map((each) => each.name)).toEqual([]);
  });

  it('a live view leaves no entry in the audit log, and streams are said to be some', () => {
    // Bug caught: an entry for every page that is opened, or a stream that is bound without its gate.
    const streams = all.filter((each) => each.stream);
    expect(streams.length).toBeGreaterThan(5);
    const views = streams.filter((each) => each.method === 'GET');
    expect(views.filter((each) => each.audit !== 'none')).toEqual([]);
    // A stream that tells how something goes on that it began: a command, a transfer.
    const acts = streams.filter((each) => each.method !== 'GET');
    expect(acts.filter((each) => each.audit === 'none')).toEqual([]);
  });
});

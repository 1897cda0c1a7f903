import { afterEach, describe, expect, it } from 'vitest';
import { closeFabrics, testFabric } from './testing/fabric.ts';

afterEach(closeFabrics);

describe('the inventory', () => {
  it('keeps what it was given, under names whose case does not matter', () => {
    const { fabric } = testFabric();
    const made = fabric.hosts.add({
      name: 'Web-1',
      address: 'fd00::1',
      user: 'deploy',
      groups: ['web'],
      tags: ['a', 'b'],
      environment: 'production',
      jump: ['bastion', 'root@10.0.0.1:2222'],
      options: { password_secret: 'WEB' },
    });
    expect(fabric.hosts.get('web-1')).toEqual(made);
    expect(made).toMatchObject({ port: 22, identity: [], source: 'added' });
    expect(() => fabric.hosts.add({ name: 'WEB-1', address: 'x' })).toThrow(/already/);
  });

  it('changes only what is named, takes away what is null, and tells of it', () => {
    const { fabric } = testFabric();
    const heard: string[] = [];
    fabric.events.on('host_changed', ({ name }) => heard.push(name));
    fabric.hosts.add({ name: 'a', address: 'x', environment: 'staging', notes: 'n', tags: ['t'] });
    const after = fabric.hosts.update('a', { name: 'b', environment: null, port: 2200 });
    expect(after).toMatchObject({ name: 'b', port: 2200, notes: 'n', tags: ['t'] });
    expect(after.environment).toBeUndefined();
    expect(fabric.hosts.find('a')).toBeUndefined();
    expect(heard).toEqual(['b']);
  });

  it.each([
    ['-oProxyCommand=id', 'x'],
    ['ok', '-oProxyCommand=id'],
    ['ok', 'a b'],
    ['ok', 'a\nb'],
    ['a/b', 'x'],
    ['', 'x'],
  ])('takes no name or address that could pass for something else: %j %j', (name, address) => {
    // Bug caught: an address that OpenSSH reads as an option which runs a command.
    const { fabric } = testFabric();
    expect(() => fabric.hosts.add({ name, address })).toThrow(
      expect.objectContaining({ code: 'host.invalid' }),
    );
  });

  it('says what is missing', () => {
    const { fabric } = testFabric();
    fabric.hosts.add({ name: 'a', address: 'x' });
    expect(() => fabric.hosts.get('b')).toThrow(/There is no host b/);
    expect(() => fabric.hosts.select('group:none')).toThrow(/No host matches/);
    expect(fabric.hosts.remove('a')).toBe(true);
    expect(fabric.hosts.remove('a')).toBe(false);
  });
});

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { HostChange, HostOptions } from '#contract/hosts.ts';
import { closeFabrics, testFabric, type TestFabric } from '../testing/fabric.ts';
import { startSshd, stopAll, type Sshd } from '../testing/sshd.ts';
import { wayOf } from './way.ts';

let sshd: Sshd;
let other: Sshd;
beforeAll(async () => {
  sshd = await startSshd();
  other = await startSshd();
});
afterEach(closeFabrics);
afterAll(stopAll);

/** A command that has begun on the host and ends, with this word, when it is let go. */
async function waiting({ fabric }: TestFabric, name: string, on: Sshd, word: string) {
  const mark = join(on.dir, `wait-${word}`);
  const program = `touch ${mark}; while [ -e ${mark} ]; do sleep 0.05; done; echo ${word}`;
  const said = fabric.run(name, program).then((result) => result.stdout.toString());
  said.catch(() => undefined);
  await expect.poll(() => existsSync(mark)).toBe(true);
  return { said, letGo: () => rmSync(mark) };
}
const logins = (server: Sshd) => server.log().match(/Accepted publickey/g)?.length ?? 0;

describe('a host that is edited while a command runs', () => {
  const harmless: [string, HostChange][] = [
    ['its notes', { notes: 'Ask Ada.' }],
    ['its labels', { tags: ['blue'], groups: ['web'], environment: 'staging' }],
    ['its name', { name: 'renamed' }],
    [
      'variables of later terminals',
      { options: { identity_agent: 'none', accept_new: true, env: { A: 'b' } } },
    ],
    [
      'nothing, its options in another order',
      { options: { accept_new: true, identity_agent: 'none' } },
    ],
  ];
  it.each(harmless)('goes on, on the same connection: %s', async (_, change) => {
    // Bug caught: somebody corrects a note, and a deployment on twenty hosts breaks off.
    const test = testFabric();
    test.host('a', sshd);
    const running = await waiting(test, 'a', sshd, 'done');
    const before = logins(sshd);
    const { name } = test.fabric.hosts.update('a', change);
    running.letGo();
    expect(await running.said).toBe('done\n');
    expect((await test.fabric.run(name, 'echo more')).stdout.toString()).toBe('more\n');
    expect(logins(sshd)).toBe(before);
    expect(test.fabric.health()).toMatchObject([{ host: name, state: 'connected' }]);
  });

  const telling: [string, () => HostChange][] = [
    ['another port', () => ({ port: other.port, identity: [other.key] })],
    ['another key', () => ({ identity: [other.key, sshd.key] })],
    [
      'other options',
      () => ({ options: { identity_agent: 'none', accept_new: true, keepalive: 5 } }),
    ],
    ['another way', () => ({ jump: ['outer'] })],
  ];
  it.each(telling)(
    'loses its connection where it is reached in another way: %s',
    async (_, change) => {
      const test = testFabric();
      test.host('outer', other);
      test.host('a', sshd);
      const running = await waiting(test, 'a', sshd, 'never');
      test.fabric.hosts.update('a', change());
      await expect(running.said).rejects.toMatchObject({ code: 'ssh.connection_lost' });
      running.letGo();
      expect((await test.fabric.run('a', 'echo new')).stdout.toString()).toBe('new\n');
    },
  );

  it('keeps the connection of those behind it, and they find it under its new name', async () => {
    // Bug caught: a renamed bastion, and whatever is behind it tries to look up the old name.
    const test = testFabric();
    const { id } = test.host('Bastion', sshd);
    test.host('in', other, { jump: ['bastion'] });
    const running = await waiting(test, 'in', other, 'behind');
    const heard: string[] = [];
    test.fabric.events.on('host_changed', ({ name }) => heard.push(name));
    test.fabric.hosts.update('bastion', { name: 'gate' });
    expect(heard).toEqual(['gate', 'in']);
    expect(test.fabric.hosts.get('in').jump).toEqual(['gate']);
    running.letGo();
    expect(await running.said).toBe('behind\n');
    const before = logins(sshd) + logins(other);
    expect((await test.fabric.run('in', 'echo on')).stdout.toString()).toBe('on\n');
    expect(logins(sshd) + logins(other)).toBe(before);
    test.fabric.pool.drop(id);
    expect((await test.fabric.run('in', 'echo again')).stdout.toString()).toBe('again\n');
  });
});

describe('a host behind one that is removed', () => {
  it('is not reached without it, and is again when it is back', async () => {
    // Bug caught: everything behind a bastion that was removed and added anew says “was changed in
    // the meantime” until Nexus is started again.
    const test = testFabric();
    const { fabric } = test;
    test.host('gate', sshd);
    test.host('in', other, { jump: ['gate'] });
    await fabric.run('in', 'true');
    fabric.hosts.remove('gate');
    await expect(fabric.run('in', 'true')).rejects.toMatchObject({ code: 'ssh.unreachable' });
    test.host('gate', sshd);
    expect((await fabric.run('in', 'echo back')).stdout.toString()).toBe('back\n');
    fabric.hosts.remove('gate');
    test.host('gate', sshd);
    expect((await fabric.run('in', 'echo again')).stdout.toString()).toBe('again\n');
  });

  it('goes through the host of the inventory from the moment in which it has that name', async () => {
    const test = testFabric();
    test.host('in', other, { jump: ['gate.invalid'] });
    await expect(test.fabric.run('in', 'true')).rejects.toMatchObject({ code: 'ssh.unreachable' });
    test.host('gate.invalid', sshd);
    expect((await test.fabric.run('in', 'echo in')).stdout.toString()).toBe('in\n');
  });
});

describe('work that was begun for a host as it was', () => {
  it('is not done where the host is gone since', async () => {
    // Bug caught: a machine was given back, its address is somebody else’s, and a rolling command
    // that was begun before goes there all the same.
    const { fabric, host } = testFabric();
    const gone = host('a', sshd);
    await fabric.run('a', 'true');
    fabric.hosts.remove('a');
    const before = logins(sshd);
    await expect(
      fabric.pool.acquire(gone, { use: 'command', interactive: false }),
    ).rejects.toMatchObject({ code: 'ssh.host_changed' });
    expect(logins(sshd)).toBe(before);
    expect(fabric.health()).toEqual([]);
  });

  it('is not done on the one that it has become, nor by the way it had', async () => {
    // Bug caught: a command that was approved for one machine runs on another.
    const { fabric, host } = testFabric();
    const before = host('a', sshd);
    const at = { use: 'command', interactive: false } as const;
    fabric.hosts.update('a', { port: other.port, identity: [other.key] });
    const seen = logins(sshd) + logins(other);
    for (let again = 0; again < 2; again += 1)
      await expect(fabric.pool.acquire(before, at)).rejects.toMatchObject({
        code: 'ssh.host_changed',
      });
    expect(logins(sshd) + logins(other)).toBe(seen);
    const lease = await fabric.pool.acquire(fabric.hosts.get('a'), at);
    lease.release();
    expect(logins(other)).toBeGreaterThan(0);
  });

  it('is told so where the host is changed while it is being connected', async () => {
    const test = testFabric();
    test.host('a', sshd, { options: { accept_new: false } });
    // Nobody answers the question for the host's key, until it is too late.
    const running = test.fabric.run('a', 'true');
    running.catch(() => undefined);
    await expect.poll(() => test.asked.length).toBe(1);
    test.fabric.hosts.update('a', { user: 'somebody' });
    test.questions.answer(test.asked[0]!.id, { answer: 'once' });
    await expect(running).rejects.toMatchObject({ code: 'ssh.host_changed' });
    expect(test.fabric.health()).toEqual([]);
  });
});

describe('the way to a host', () => {
  const options = fc.record<HostOptions>(
    {
      identity_agent: fc.string(),
      certificates: fc.array(fc.string(), { maxLength: 2 }),
      connect_timeout: fc.nat(),
      accept_new: fc.boolean(),
      client: fc.constantFrom('auto', 'builtin', 'openssh'),
    },
    { requiredKeys: [] },
  );

  it('is the same whatever the order of the options, and another one with any other value', () => {
    const { fabric, host } = testFabric();
    const sample = host('a', sshd);
    const find = () => undefined;
    const way = (chosen: HostOptions) => wayOf({ ...sample, options: chosen }, find);
    fc.assert(
      fc.property(options, options, (a, b) => {
        const turned = Object.fromEntries(Object.entries(a).toReversed()) as HostOptions;
        expect(way({ ...turned, keepalive: undefined } as never)).toBe(way(a));
        expect(way(a) === way(b)).toBe(isDeepStrictEqual(a, b));
      }),
    );
    expect(fabric.health()).toEqual([]);
  });
});

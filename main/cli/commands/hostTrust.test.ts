import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSshd, stopAll, type Sshd } from '#main/ssh/testing/sshd.ts';
import { runningNexus } from '../here.testing.ts';

const nexus = runningNexus();
const host = (...args: string[]) => nexus.run('host', ...args);
let sshd: Sshd;
beforeAll(async () => {
  sshd = await startSshd();
  await nexus.client.hosts.add({
    name: 'web',
    address: '127.0.0.1',
    port: sshd.port,
    user: sshd.user,
    identity: [sshd.key],
    options: { accept_new: true, identity_agent: 'none' },
  });
});
afterAll(stopAll);

describe('a host that answers', () => {
  it('test tells how long it took', async () => {
    const said = await host('test', 'web');
    expect(said.stdout).toMatch(/^✓ web: connected in \d+ ms, a command takes [\d.]+ ms\n$/);
    expect((await host('test', 'web', '--json')).json).toMatchObject({ host: 'web', ok: true });
  });

  it('facts tell what it says of itself, one a line', async () => {
    const said = await host('facts', 'web');
    expect(said.stdout).toMatch(/^FACT +VALUE\n/);
    expect(said.stdout).toMatch(/^kernel +\S/m);
    expect(said.stdout).toMatch(/^memory bytes +\d+$/m);
    const { facts } = (await host('facts', 'web', '--json')).json;
    expect(facts.cpus).toBeGreaterThan(0);
  });
});

describe('a host whose key has changed', () => {
  it('is refused with both fingerprints, until trust --replace forgets the old one', async () => {
    await host('trust', 'web');
    await sshd.stop();
    const other = await startSshd({ port: sshd.port });
    await nexus.client.hosts.update({ name: 'web', change: { identity: [other.key] } });
    for (const verb of ['test', 'trust']) {
      const said = await host(verb, 'web');
      expect(said.code, verb).toBe(1);
      expect(said.stderr, verb).toContain('[ssh.host_key_changed]');
      expect(said.stderr.match(/SHA256:[\w+/]{43}/g)?.length, verb).toBeGreaterThanOrEqual(2);
    }
    const replaced = await host('trust', 'web', '--replace');
    expect([replaced.code, replaced.stderr]).toEqual([0, '']);
    expect((await host('test', 'web')).code).toBe(0);
  });

  it('is said to be somebody else’s where Nexus keeps no key of it', async () => {
    await nexus.client.hosts.add({ name: 'unknown', address: '127.0.0.1', port: 1 });
    const said = await host('trust', 'unknown', '--replace');
    expect(said.stderr).toContain('Nexus itself keeps no key of it');
    expect(said.stderr).toContain('[ssh.unreachable]');
    expect(said.code).toBe(1);
  });
});

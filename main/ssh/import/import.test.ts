import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closeFabrics, testFabric } from '../testing/fabric.ts';
import { outlineConfig } from './config-file.ts';
import { importConfig } from './import.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'nexus-import-'));
});
afterEach(async () => {
  await closeFabrics();
  rmSync(dir, { recursive: true });
});

function config(text: string, name = 'config'): string {
  const file = join(dir, name);
  writeFileSync(file, text);
  return file;
}

const plain = { allow_exec: false, dry_run: false, accept_new: false };
const importer = () => {
  const { hosts } = testFabric().fabric;
  return {
    hosts,
    run: (file: string, more: Partial<typeof plain> & { group?: string } = {}) =>
      importConfig(hosts, { ...plain, ...more, file }),
  };
};

describe('an import', () => {
  // Would catch a ProxyCommand or a forwarded agent that lives on in Nexus after it was taken out.
  it('takes away what the configuration no longer says, and leaves what only Nexus knows', async () => {
    const { hosts, run } = importer();
    const own = 'Host mine\n  ForwardAgent yes\n';
    const before = `Host a\n  HostName 10.0.0.1\n  ForwardAgent yes\n  ServerAliveInterval 7\n${own}`;
    hosts.add({ name: 'mine', address: '10.0.0.2', options: { keepalive: 30 } });
    await run(config(before));
    hosts.update('a', { options: { ...hosts.get('a').options, password_secret: 'PW' } });
    expect(hosts.get('a').options).toMatchObject({ forward_agent: true, keepalive: 7 });
    const again = await run(config('Host a\n  HostName 10.0.0.1\nHost mine\n'));
    expect(again.updated).toEqual(['a']);
    expect(hosts.get('a').options).toEqual({ password_secret: 'PW' });
    expect(hosts.get('mine').options).toEqual({ keepalive: 30, forward_agent: true });
  });

  it('takes over what ssh works out: Include, Match, jump chains, agents, tokens', async () => {
    mkdirSync(join(dir, 'more'));
    config('Host inner\n  HostName 10.0.0.9\n  IdentityAgent ~/agent.sock\n', 'more/b.conf');
    const { hosts, run } = importer();
    const result = await run(
      config(`Include ${dir}/more/*.conf
Host web-1 web-2
  HostName %h.example.org
  Port 2222
Host db
  ProxyJump admin@bastion:2200,inner
  IdentityFile ~/keys/%n-%r
  IdentitiesOnly yes
  HostKeyAlias db.internal
Host *
  ServerAliveInterval 7
Match host *.example.org
  User deploy
`),
      { group: 'imported' },
    );
    expect(result.added).toEqual(['inner', 'web-1', 'web-2', 'db']);
    // What a person looks at before saying yes: the way there, as ssh would take it.
    expect(result.hosts.map(({ name }) => name)).toEqual(result.added);
    expect(result.hosts[1]).toMatchObject({
      change: 'added',
      address: 'web-1.example.org',
      port: 2222,
      user: 'deploy',
      jump: [],
    });
    expect(result.hosts[3]?.jump).toEqual(['admin@bastion:2200', 'inner']);
    expect(hosts.get('web-2')).toMatchObject({
      address: 'web-2.example.org',
      port: 2222,
      user: 'deploy',
      groups: ['imported'],
      source: 'imported',
      options: { keepalive: 7 },
    });
    expect(hosts.get('inner')).toMatchObject({
      address: '10.0.0.9',
      // ssh takes the home of the account, whatever HOME says.
      options: { identity_agent: join(userInfo().homedir, 'agent.sock') },
    });
    const user = execFileSync('id', ['-un']).toString().trim();
    expect(hosts.get('db')).toMatchObject({
      jump: ['admin@bastion:2200', 'inner'],
      identity: [`~/keys/db-${user}`],
      options: { identities_only: true, host_key_alias: 'db.internal' },
    });
  });

  it('a second time changes what changed, and keeps what people added in Nexus', async () => {
    const { hosts, run } = importer();
    const file = config('Host a b\n  Port 2222\n');
    await run(file);
    hosts.update('a', { tags: ['mine'], groups: ['web'], notes: 'kept' });
    config('Host a\n  Port 2223\nHost b\n  Port 2222\n');
    expect(await run(file, { dry_run: true })).toMatchObject({ updated: ['a'] });
    expect(hosts.get('a').port).toBe(2222);
    expect(await run(file)).toMatchObject({ added: [], updated: ['a'], unchanged: ['b'] });
    expect(hosts.get('a')).toMatchObject({
      port: 2223,
      tags: ['mine'],
      groups: ['web'],
      notes: 'kept',
    });
  });
});

describe('a hostile configuration', () => {
  const ways = [
    (mark: string) => `Match exec "touch ${mark}"`,
    (mark: string) => `match originalhost a EXEC "touch ${mark}"`,
    (mark: string) => `Match exec="touch ${mark}"`,
    (mark: string) => `"Match" exec "touch ${mark}"`,
    (mark: string) => `Match=!exec "touch ${mark}"`,
    (mark: string) => `\tMatch\t"exec"\t"touch ${mark}"`,
    (mark: string) => `Match host a,b exec "touch ${mark}" user x`,
  ];

  it.each(ways.map((way) => [way('MARK'), way] as const))(
    'runs nothing while it is imported: %s',
    async (_, way) => {
      // Bug caught: ssh reads a line as Match exec that our own look at the file does not.
      const mark = join(dir, 'pwned');
      const { run } = importer();
      const outcome = await run(config(`Host a\n${way(mark)}\n  User x\n`)).catch(
        (error: { code: string }) => error.code,
      );
      expect(outcome).toBe('ssh.config_runs_commands');
      expect(existsSync(mark)).toBe(false);
    },
  );

  it('runs nothing either where our own look does not reach', async () => {
    // ssh expands wildcards in every part of a path, we only in the last.
    const mark = join(dir, 'pwned');
    mkdirSync(join(dir, 'deep'));
    config(`Match exec "touch ${mark}"\n  User x\n`, 'deep/evil');
    const { hosts, run } = importer();
    const file = config(`Include ${dir}/d*p/evil\nHost a\n  Port 2\n`);
    const result = await run(file);
    expect(result.added).toEqual([]);
    expect(result.warnings.join('\n')).toMatch(/a is passed over: .*match exec/i);
    expect(existsSync(mark)).toBe(false);
    expect(hosts.list()).toEqual([]);
    // Whoever says so gets what ssh would do.
    expect((await run(file, { allow_exec: true })).added).toEqual(['a']);
    expect(existsSync(mark)).toBe(true);
  });

  it('brings no ProxyCommand of another’s file along, unless one says so', async () => {
    const { hosts, run } = importer();
    const file = config('Host a\n  ProxyCommand sh -c "id"\nHost b\n  Port 2\n');
    expect(await run(file)).toMatchObject({
      added: ['b'],
      warnings: [expect.stringContaining('runs a command'), expect.stringContaining('a is passed')],
    });
    await run(file, { allow_exec: true });
    expect(hosts.get('a').options.proxy_command).toBe('sh -c "id"');
  });

  it('can neither pass options to a program nor names that are none', async () => {
    const { hosts, run } = importer();
    const result = await run(
      config(`Host -oProxyCommand=id a;id $(id) "b c" ok bad-address bad-user
Host bad-address
  HostName -oProxyCommand=id
Host bad-user
  User -l
`),
    );
    expect(result.added).toEqual(['ok']);
    expect(result.warnings.length).toBeGreaterThanOrEqual(5);
    expect(hosts.list().map((one) => one.name)).toEqual(['ok']);
  });

  it('that includes itself, a folder, a device or thousands of files ends soon, with a warning', async () => {
    const file = config(`Include ${dir}/config\nInclude ${dir}\nInclude /dev/zero\nHost a\n`);
    const outline = await outlineConfig(file);
    expect(outline.names).toEqual(['a']);
    expect(outline.warnings).toHaveLength(3);
    mkdirSync(join(dir, 'many'));
    for (let i = 0; i < 300; i += 1) config(`Host h${i}\n`, `many/${i}`);
    const many = await outlineConfig(config(`Include ${dir}/many/*\n`));
    expect(many.names.length).toBeLessThan(300);
    expect(many.warnings.join()).toContain('too many files');
  });

  it('is refused as a whole where it is no file, too large, or not there', async () => {
    const { run } = importer();
    config('x'.repeat(5 * 1024 * 1024), 'large');
    for (const file of [join(dir, 'large'), join(dir, 'missing'), dir])
      await expect(run(file)).rejects.toMatchObject({ code: 'ssh.config_unreadable' });
  });

  it('of any text is read without an exception', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 200, unit: 'binary' }), async (text) => {
        // Includes of what is in somebody's home would be another test.
        const outline = await outlineConfig(config(text.replace(/include/gi, 'x')));
        expect(outline.names.every((name) => !/[*?!]/.test(name))).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

it('the default file is the one in the home folder', async () => {
  const missing = join(homedir(), '.ssh', 'config');
  if (existsSync(missing)) return;
  const { hosts } = testFabric().fabric;
  await expect(importConfig(hosts, plain)).rejects.toMatchObject({
    message: expect.stringContaining(missing),
  });
});

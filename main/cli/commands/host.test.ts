import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runningNexus, tempFile, tempFolder } from '../here.testing.ts';

const nexus = runningNexus();
const host = (...args: string[]) => nexus.run('host', ...args);
const kept = async (name: string) => (await nexus.client.hosts.get({ name })).host;

describe('nexus host add', () => {
  it('keeps everything that its options say', async () => {
    const said = await host(
      ...['add', 'web', '--address', 'web.example', '--port', '2222', '--user', 'deploy'],
      ...[
        '--identity',
        '~/.ssh/one',
        '--identity',
        '/keys/two',
        '--jump',
        'bastion',
        '--jump',
        'inner',
      ],
      ...['--group', 'front', '--tag', 'a', '--tag', 'b', '--environment', 'staging'],
      ...['--notes', 'Ask Ada first', '--accept-new', '--agent', 'none', '--client', 'builtin'],
      ...['--password-secret', 'WEB_PASSWORD', '--passphrase-secret', 'KEY_PASSPHRASE'],
    );
    expect(said).toMatchObject({ code: 0, stdout: 'Added web (web.example:2222)\n' });
    expect(await kept('web')).toMatchObject({
      name: 'web',
      address: 'web.example',
      port: 2222,
      user: 'deploy',
      identity: ['~/.ssh/one', '/keys/two'],
      jump: ['bastion', 'inner'],
      groups: ['front'],
      tags: ['a', 'b'],
      environment: 'staging',
      notes: 'Ask Ada first',
      options: {
        accept_new: true,
        identity_agent: 'none',
        client: 'builtin',
        password_secret: 'WEB_PASSWORD',
        passphrase_secret: 'KEY_PASSPHRASE',
      },
    });
  });

  it('finds a key beside whoever types, not beside the platform; ~ stays the platform’s', async () => {
    // Bug caught: `--identity key` was looked for in the folder where `nexus serve` had been started.
    const said = await host('add', 'keyed', '--address', 'h', '--identity', 'keys/mine', '--json');
    expect(said.json.host.identity).toEqual([resolve('keys/mine')]);
    await host('set', 'keyed', '--identity', '~/mine');
    expect((await kept('keyed')).identity).toEqual(['~/mine']);
    expect(homedir()).not.toBe('~');
  });

  it.each([
    [['add', 'web', '--address', 'h'], 1, 'host.exists'],
    [['add', 'a b', '--address', 'h'], 2, 'input.invalid'],
    [['add', 'x', '--address', 'a b'], 2, 'input.invalid'],
    [['add', 'x', '--address', 'h', '--client', 'putty'], 2, 'usage.invalid'],
    [['set', 'none', '--port', '22'], 1, 'host.not_found'],
    [['rm', 'none'], 1, 'host.not_found'],
    [['test', 'none'], 1, 'host.not_found'],
    [['facts', 'none'], 1, 'host.not_found'],
    [['trust', 'none'], 1, 'host.not_found'],
    [['list', 'tag:('], 2, 'hosts.expression_invalid'],
    [['metrics', 'local', '--last', 'soon'], 2, 'duration.invalid'],
  ])('%j ends with %i and [%s], and says what to do', async (args, code, error) => {
    const said = await host(...args);
    expect(said.code, said.stderr).toBe(code);
    expect(said.stderr).toMatch(new RegExp(`^error: .* \\[${error}\\]\nhint: `));
    expect(said.stdout).toBe('');
  });
});

describe('nexus host set, list and rm', () => {
  it('changes what is named, takes away what is empty, and leaves the rest', async () => {
    await host(
      'add',
      'db',
      '--address',
      'db',
      '--tag',
      'old',
      '--user',
      'root',
      '--notes',
      'n',
      '--accept-new',
    );
    await host(
      'set',
      'db',
      '--tag',
      'x',
      '--tag',
      'y',
      '--user',
      '',
      '--port',
      '23',
      '--rename',
      'db-1',
    );
    const now = await kept('db-1');
    expect(now).toMatchObject({
      tags: ['x', 'y'],
      port: 23,
      notes: 'n',
      options: { accept_new: true },
    });
    expect(now).not.toHaveProperty('user');
  });

  it('changes each value that its options name', async () => {
    await host('add', 'plain', '--address', 'h');
    const said = await host(
      ...['set', 'plain', '--address', 'other', '--port', '2200', '--user', 'ada', '--jump', 'j'],
      ...['--identity', '/k', '--certificate', '/c', '--group', 'g', '--environment', 'staging'],
      ...['--notes', 'n', '--accept-new', '--passphrase-secret', 'P', '--agent', '/a', '--json'],
    );
    expect(said.json.host).toMatchObject({
      address: 'other',
      port: 2200,
      user: 'ada',
      jump: ['j'],
      identity: ['/k'],
      groups: ['g'],
      environment: 'staging',
      notes: 'n',
      options: {
        certificates: ['/c'],
        accept_new: true,
        passphrase_secret: 'P',
        identity_agent: '/a',
      },
    });
  });

  it('takes away every value that is given empty, and leaves what is not named', async () => {
    // Bug caught: `host set web --password-secret ""` said “Changed” and changed nothing.
    await host(
      ...[
        'add',
        'full',
        '--address',
        'h',
        '--accept-new',
        '--agent',
        'none',
        '--client',
        'openssh',
      ],
      ...[
        '--password-secret',
        'P',
        '--passphrase-secret',
        'Q',
        '--certificate',
        '/c',
        '--jump',
        'j',
      ],
      ...['--identity', '/k', '--group', 'g', '--tag', 't', '--environment', 'e', '--notes', 'n'],
    );
    const { host: full } = await nexus.client.hosts.get({ name: 'full' });
    expect(full.options).toEqual({
      accept_new: true,
      identity_agent: 'none',
      client: 'openssh',
      password_secret: 'P',
      passphrase_secret: 'Q',
      certificates: ['/c'],
    });
    await host('set', 'full', '--client', '', '--no-accept-new', '--agent', '', '--tag', '');
    expect(await kept('full')).toMatchObject({
      options: { password_secret: 'P', passphrase_secret: 'Q', certificates: ['/c'] },
      tags: [],
      groups: ['g'],
      jump: ['j'],
    });
    await host('set', 'full', '--password-secret', '');
    expect((await kept('full')).options).not.toHaveProperty('password_secret');
    const empty = ['--passphrase-secret', '--certificate', '--jump', '--identity', '--group'];
    const said = await host('set', 'full', ...empty.flatMap((one) => [one, '']), '--notes', '');
    expect(said).toMatchObject({ code: 0, stdout: 'Changed full\n' });
    expect(await kept('full')).toMatchObject({ groups: [], jump: [], identity: [] });
    expect((await kept('full')).options).toEqual({ certificates: [] });
    expect(await kept('full')).not.toHaveProperty('notes');
  });

  it('lists those that an expression means, as text and as JSON', async () => {
    await host('add', 'l1', '--address', '10.0.0.1', '--tag', 'lot', '--group', 'g');
    await host('add', 'l2', '--address', '10.0.0.2', '--tag', 'lot', '--port', '23');
    const said = await host('list', 'tag:lot');
    expect(said.stdout.split('\n')).toEqual([
      'NAME  ADDRESS      USER  GROUPS  TAGS  ENVIRONMENT',
      'l1    10.0.0.1           g       lot',
      'l2    10.0.0.2:23                lot',
      '',
    ]);
    const names = (await host('list', 'tag:lot and not l1', '--json')).json.hosts;
    expect(names.map((one: { name: string }) => one.name)).toEqual(['l2']);
    expect((await host('list', 'nobody')).stdout).toBe('No host is like that.\n');
    expect((await host('rm', 'l1')).stdout).toBe('Removed l1\n');
    expect((await host('rm', 'l2', '--json')).json).toEqual({ removed: true });
  });
});

describe('nexus host import', () => {
  const config =
    'Host alpha\n  HostName 10.1.1.1\n  Port 2200\n  User ada\n\nHost beta\n  HostName 10.1.1.2\n  ProxyJump alpha\n\nHost *\n  ServerAliveInterval 5\n';

  it('says what it would do, does it, and does nothing twice', async () => {
    const file = tempFile(config, 'config');
    const dry = await host('import', file, '--dry-run');
    expect(dry.stdout).toMatch(/^Would add 2: alpha, beta$/m);
    expect((await host('list', 'alpha')).stdout).toBe('No host is like that.\n');
    expect((await host('import', file, '--group', 'taken', '--accept-new')).stdout).toMatch(
      /^Added 2: alpha, beta$/m,
    );
    expect(await kept('alpha')).toMatchObject({
      address: '10.1.1.1',
      port: 2200,
      user: 'ada',
      groups: ['taken'],
    });
    expect(await kept('beta')).toMatchObject({ jump: ['alpha'], options: { accept_new: true } });
    const again = (await host('import', file, '--group', 'taken', '--accept-new', '--json')).json;
    expect(again).toMatchObject({ added: [], updated: [], unchanged: ['alpha', 'beta'] });
  });

  it('runs no command of the file, until --allow-exec says that it may', async () => {
    const mark = join(tempFolder(), 'ran');
    const file = tempFile(
      `Match host gamma exec "touch ${mark}"\n  Port 2222\nHost gamma\n  HostName 10.1.1.3\n`,
    );
    const refused = await host('import', file);
    expect([refused.code, existsSync(mark)]).not.toEqual([0, true]);
    expect(refused.stderr).toContain('--allow-exec');
    expect(existsSync(mark)).toBe(false);
    expect((await host('import', file, '--allow-exec')).stdout).toBe('Added 1: gamma\n');
    expect(existsSync(mark)).toBe(true);
    expect((await kept('gamma')).port).toBe(2222);
  });

  it('says so where there is no host, or no file', async () => {
    expect((await host('import', tempFile('# nothing\n'))).stdout).toBe(
      'There is no host in it.\n',
    );
    const said = await host('import', join(tempFolder(), 'none'));
    expect(said.code).not.toBe(0);
    expect(said.stderr).toContain('[ssh.config_unreadable]');
  });
});

describe('a host that cannot be reached', () => {
  it('is told with the reason, as text and as JSON, with exit code 1', async () => {
    await host('add', 'dead', '--address', '127.0.0.1', '--port', '1', '--agent', 'none');
    for (const command of ['test', 'facts']) {
      const said = await host(command, 'dead');
      expect(said.code).toBe(1);
      expect(said.stderr).toMatch(/^error: dead \(127\.0\.0\.1:1\) .*\[ssh\.unreachable\]\nhint: /);
    }
    const json = await host('test', 'dead', '--json');
    expect(json.json).toMatchObject({
      host: 'dead',
      ok: false,
      error: { code: 'ssh.unreachable' },
    });
    expect(json.code).toBe(1);
  });
});

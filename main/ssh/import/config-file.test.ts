import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directive, outlineConfig } from './config-file.ts';
import { hostFromConfig, resolveByOpenSsh } from './resolve.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'nexus-config-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

let count = 0;
function config(text: string): string {
  const file = join(dir, `config-${(count += 1)}`);
  writeFileSync(file, text);
  return file;
}

/** What OpenSSH makes of it for one host. */
const asked = (file: string, name: string) =>
  execFileSync('ssh', ['-G', '-F', file, '--', name], { stdio: ['ignore', 'pipe', 'pipe'] })
    .toString()
    .split('\n');

describe('one line of a configuration', () => {
  it.each([
    ['Host web db', { keyword: 'host', rest: 'web db', words: ['web', 'db'] }],
    ['  HOST\tweb', { keyword: 'host', rest: 'web', words: ['web'] }],
    ['Port=2222', { keyword: 'port', rest: '2222', words: ['2222'] }],
    ['Port = 2222  ', { keyword: 'port', rest: '2222', words: ['2222'] }],
    ['"Host" "a b" c', { keyword: 'host', rest: '"a b" c', words: ['a b', 'c'] }],
    ['User me\r', { keyword: 'user', rest: 'me', words: ['me'] }],
    ['# Host web', undefined],
    ['', undefined],
    ['   ', undefined],
    ['Host', undefined],
  ])('%j', (line, expected) => {
    expect(directive(line)).toEqual(expected);
  });

  it('means to us what it means to OpenSSH, in whatever way it is written', () => {
    // Bug caught: a line that OpenSSH reads and we do not, so that a host or a command is missed.
    const space = fc.constantFrom(' ', '\t', '  ', ' = ', '=', ' =');
    const mixed = (word: string) =>
      fc
        .array(fc.boolean(), { minLength: word.length, maxLength: word.length })
        .map((upper) =>
          [...upper].map((up, i) => (up ? word[i]!.toUpperCase() : word[i]!)).join(''),
        );
    const indent = fc.constantFrom('', ' ', '\t', '    ');
    const end = fc.constantFrom('', ' ', '\t', '\r');
    fc.assert(
      fc.property(
        fc.tuple(indent, mixed('port'), space, fc.integer({ min: 1, max: 65_535 }), end),
        fc.tuple(indent, mixed('host'), space),
        fc.boolean(),
        ([before, keyword, gap, port, after], [hostBefore, host, hostGap], quoted) => {
          const value = quoted ? `"${port}"` : String(port);
          const line = `${before}${keyword}${gap}${value}${after}`;
          const file = config(`${hostBefore}${host}${hostGap}web other\n${line}\n`);
          expect(asked(file, 'web')).toContain(`port ${port}`);
          expect(directive(line)).toMatchObject({ keyword: 'port', words: [String(port)] });
          expect(directive(`${hostBefore}${host}${hostGap}web other`)?.words).toEqual([
            'web',
            'other',
          ]);
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('the outline of a configuration', () => {
  it('names hosts once, in order, without patterns, and every place that runs a command', async () => {
    const file = config(`Host a b *.example !c d?
  ProxyCommand nc %h %p
Host b a e
  ProxyCommand none
  LocalCommand echo hi
Match host x exec "true"
  KnownHostsCommand /bin/x
`);
    const outline = await outlineConfig(file);
    expect(outline.names).toEqual(['a', 'b', 'e']);
    expect(outline.commands.map(({ line, onRead }) => [line, onRead])).toEqual([
      [2, false],
      [5, false],
      [6, true],
      [7, false],
    ]);
    expect(outline.commands[0]).toMatchObject({ file, text: 'ProxyCommand nc %h %p' });
  });

  it('finds every host that OpenSSH would find through Include, one folder deep or many', async () => {
    mkdirSync(join(dir, 'conf.d', 'deeper'), { recursive: true });
    writeFileSync(join(dir, 'conf.d', '10-b'), `Host b\nInclude ${dir}/conf.d/deeper/*\n`);
    writeFileSync(join(dir, 'conf.d', '05-a'), 'Host a\n');
    writeFileSync(join(dir, 'conf.d', '.hidden'), 'Host hidden\n');
    writeFileSync(join(dir, 'conf.d', 'deeper', 'c'), 'Host c\n');
    const outline = await outlineConfig(config(`Include ${dir}/conf.d/*\nHost z\n`));
    expect(outline.names).toEqual(['a', 'b', 'c', 'z']);
  });

  it('says which Include it cannot follow: no host is left out without a word', async () => {
    // Bug caught: `Include conf.d/[0-9]*` of OpenSSH found nothing here, and said nothing.
    for (const pattern of [`${dir}/conf.d/[0-9]*`, `${dir}/c*/05-a`]) {
      const outline = await outlineConfig(config(`Include ${pattern}\nHost z\n`));
      expect(outline.names).toEqual(['z']);
      expect(outline.warnings).toEqual([expect.stringContaining(`${pattern} is passed over`)]);
    }
  });

  it('of thousands of hosts is cut, and says so', async () => {
    const names = Array.from({ length: 5100 }, (_, i) => `h${i}`);
    const outline = await outlineConfig(config(names.map((name) => `Host ${name}`).join('\n')));
    expect(outline.names).toHaveLength(5000);
    expect(outline.warnings).toEqual([expect.stringContaining('5000')]);
  });
});

describe('a host as OpenSSH works it out', () => {
  const resolve = async (text: string, name = 'web') =>
    hostFromConfig(name, await resolveByOpenSsh(config(text), name, false));

  it('has its address, port, user and way, and OpenSSH’s habits where nothing is said', async () => {
    expect(await resolve('Host web\n')).toMatchObject({
      name: 'web',
      address: 'web',
      port: 22,
      identity: [],
      jump: [],
    });
    expect(
      await resolve(`Host web
  HostName 10.0.0.1
  Port 2222
  User deploy
  ProxyJump one,two@three:2200
  IdentityFile ~/.ssh/%h-%r-%p
  IdentityFile "/keys/a b"
  ConnectTimeout 7
  ServerAliveInterval 9
  StrictHostKeyChecking accept-new
  ForwardAgent yes
  IdentitiesOnly yes
  HostKeyAlias alias
`),
    ).toMatchObject({
      address: '10.0.0.1',
      port: 2222,
      user: 'deploy',
      jump: ['one', 'two@three:2200'],
      identity: ['~/.ssh/10.0.0.1-deploy-2222', '/keys/a b'],
      options: {
        connect_timeout: 7,
        keepalive: 9,
        accept_new: true,
        forward_agent: true,
        identities_only: true,
        host_key_alias: 'alias',
      },
    });
  });

  it('takes over nothing that would switch a check off', async () => {
    // Bug caught: `StrictHostKeyChecking no` of an old file makes Nexus trust any key.
    const { options } = await resolve('Host web\n  StrictHostKeyChecking no\n  ConnectTimeout 0\n');
    expect(options).not.toHaveProperty('accept_new');
    expect(options).not.toHaveProperty('connect_timeout');
    expect((await resolve('Host web\n  ProxyCommand none\n  ProxyJump none\n')).jump).toEqual([]);
  });

  it('has the tokens of its key files replaced', async () => {
    const { identity } = await resolve('Host web\n  User u\n  IdentityFile /k/%n.%u.%%.%d\n');
    expect(identity).toEqual([`/k/web.${userInfo().username}.%.${homedir()}`]);
  });

  it('is a clear error where the file is none', async () => {
    await expect(resolve('Host web\n  Port many\n')).rejects.toMatchObject({
      code: 'ssh.config_invalid',
      message: expect.stringContaining('web'),
    });
    await expect(resolve('Host web\n  NoSuchThing 1\n')).rejects.toMatchObject({
      code: 'ssh.config_invalid',
    });
  });

  it('runs no command while it is worked out', async () => {
    const mark = join(dir, 'ran');
    await expect(resolve(`Match exec "touch ${mark}"\n  Port 1\n`)).rejects.toMatchObject({
      code: 'ssh.config_runs_commands',
    });
    expect(existsSync(mark)).toBe(false);
  });
});

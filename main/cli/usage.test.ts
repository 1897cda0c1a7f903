import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { captured, nexusHere, tempFolder } from './here.testing.ts';
import { runCli } from './program.ts';

/** A home that nothing may make: bad usage is told before anything is opened. */
let nowhere: string;
beforeEach(() => {
  nowhere = join(tempFolder(), 'home');
});

describe('bad usage', () => {
  it.each([
    [['frobnicate'], 'There is no command nexus frobnicate.', 'See: nexus --help'],
    [['statuss'], 'There is no command nexus statuss. Did you mean status?', 'See: nexus --help'],
    [
      ['run', 'backup'],
      'There is no command nexus run backup.',
      'A workflow is run with: nexus workflow run NAME. For runs see: nexus run --help',
    ],
    [['help', 'nope'], 'There is no command nexus nope.', 'See: nexus --help'],
    [
      ['help', 'vault', 'gte'],
      'There is no command nexus vault gte. Did you mean get?',
      'See: nexus vault --help',
    ],
    [
      ['cron', 'help', 'nxt'],
      'There is no command nexus cron nxt. Did you mean next?',
      'See: nexus cron --help',
    ],
    [
      ['vault', 'gte'],
      'There is no command nexus vault gte. Did you mean get?',
      'See: nexus vault --help',
    ],
    [
      ['host', 'list', '--jsn'],
      'nexus host list has no option --jsn. Did you mean --json?',
      'See: nexus host list --help',
    ],
    [
      ['host', 'add', 'x', '--addres', 'y'],
      'nexus host add has no option --addres. Did you mean --address?',
      'See: nexus host add --help',
    ],
    [
      ['workflow', 'run', 'w', '--from-run', 'run_1'],
      '--from-run says nothing without --from.',
      'Name the step: --from STEP.',
    ],
    [
      ['host', 'set', 'web'],
      'What to change is missing.',
      'For example: nexus host set web --tag web',
    ],
    [['cron', 'next'], 'nexus cron next: EXPRESSION is missing.', 'See: nexus cron next --help'],
    [
      ['vault', 'export'],
      'nexus vault export: --recipient <age1…> is missing.',
      'See: nexus vault export --help',
    ],
    [
      ['run', 'list', '--status'],
      'nexus run list: --status <status...> needs a value.',
      'See: nexus run list --help',
    ],
    [
      ['run', 'show', 'a', 'b'],
      'nexus run show takes fewer words than were given.',
      'See: nexus run show --help',
    ],
    [['host', 'add', 'web'], 'The address is missing.', 'nexus host add web --address ADDRESS'],
    [
      ['host', 'add', 'web', '--address', 'h', '--port', '0'],
      '--port cannot be “0”.',
      'It is a whole number from 1 to 65535.',
    ],
    [
      ['host', 'metrics', 'local', '--points', '1'],
      '--points cannot be “1”.',
      'It is a whole number from 2 to 2000.',
    ],
    [
      ['audit', 'list', '--limit', 'many'],
      '--limit cannot be “many”.',
      'It is a whole number from 1 to 500.',
    ],
    [
      ['run', 'list', '--limit', '501'],
      '--limit cannot be “501”.',
      'It is a whole number from 1 to 500.',
    ],
    [
      ['run', 'approve', 'r', '--index', 'x'],
      '--index cannot be “x”.',
      'It is a whole number from 0 on.',
    ],
    [
      ['run', 'approve', 'r', '--field', 'x'],
      '“x” is not of the form NAME=VALUE.',
      'Write --field name=value, once for each.',
    ],
    [
      ['cron', 'next', '0 9 * * *', '--count', '0'],
      '--count cannot be “0”.',
      'It is a whole number from 1 to 1000.',
    ],
    [
      ['cron', 'add', 'w', '0 9 * * *', '--missed', 'some'],
      '--missed cannot be “some”.',
      'It is none, last or all.',
    ],
    [
      ['vault', 'set', 'A', '--warn', '5d'],
      '--warn says nothing without --max-age.',
      'For example --max-age 90d.',
    ],
    [
      ['vault', 'set', 'A', '--max-age', '3h'],
      '--max-age is at least one day.',
      'For example 90d.',
    ],
    [
      ['vault', 'rotate', 'A', '--generate', '20', '--to', '1'],
      'A secret gets one new value.',
      'Give one of --generate, --to and --file.',
    ],
    [
      ['vault', 'rotate'],
      'Say what to rotate.',
      'A secret’s name, or --passphrase, or --master-key.',
    ],
    [['ssh', '-g', 'web'], 'A command is missing.', 'For example: nexus ssh -g web uptime'],
    [['ssh'], 'A host is missing.', 'For example: nexus ssh web uptime'],
    [
      ['ssh', '-g', 'a', '-e', 'b', 'true'],
      '-g and -e cannot stand together.',
      'Write -e "group:NAME and …".',
    ],
    [
      ['ssh', '-p', '0', 'web', 'true'],
      '--parallel cannot be “0”.',
      'It is a whole number from 1 to 200.',
    ],
    [
      ['ssh', '--strategy', 'x', 'web', 'true'],
      '--strategy cannot be “x”.',
      'It is all, rolling or canary.',
    ],
    [
      ['ssh', 'forward', 'web'],
      'What to forward is missing.',
      'For example: nexus ssh forward web -L 8080:localhost:80',
    ],
    [
      ['serve', '--port', '65536'],
      '--port cannot be “65536”.',
      'It is a whole number from 0 to 65535.',
    ],
    [['schema', 'x'], 'There is no schema “x”.', 'There is: nexus schema workflow'],
    [
      ['alert', 'history', '--limit', '0'],
      '--limit cannot be “0”.',
      'It is a whole number from 1 to 500.',
    ],
  ])('%j says what is wrong and what to do, and ends with 2', async (words, message, hint) => {
    const said = await nexusHere(nowhere, ...words);
    expect(said).toMatchObject({
      code: 2,
      stdout: '',
      stderr: `error: ${message} [usage.invalid]\nhint: ${hint}\n`,
    });
    const json = await nexusHere(nowhere, '--json', ...words);
    expect(json.json).toEqual({ error: { code: 'usage.invalid', message, hint, kind: 'user' } });
    expect(json.code).toBe(2);
    expect(existsSync(nowhere)).toBe(false);
  });

  it('an empty --home is not the home that a person works with', async () => {
    for (const words of [['--home='], ['--home', '']]) {
      const said = await nexusHere(nowhere, ...words, 'status');
      expect(said.code).toBe(2);
      expect(said.stderr).toMatch(/^error: --home is empty\. \[usage\.invalid\]\nhint: /);
    }
  });

  it('never repeats a value that somebody gave as an argument', async () => {
    // Bug caught: the secret that should not be there is in the terminal and in the CI log as well.
    const said = await nexusHere(nowhere, 'vault', 'set', 'TOKEN', 'tok_4f9c2b7d1e8a');
    expect(said.code).toBe(2);
    expect(said.stderr).toContain('A value is never an argument');
    expect(said.stdout + said.stderr).not.toContain('tok_4f9c');
  });

  it('sends a person to the help, where a program is sent to the schema', async () => {
    const said = await nexusHere(tempFolder(), 'host', 'add', 'a b', '--address', 'h');
    expect(said.code).toBe(2);
    expect(said.stderr).toMatch(
      /^error: .*name: .*\[input\.invalid\]\nhint: See: nexus host add --help\n$/,
    );
  });

  it('shows the help of a command that needs another word', async () => {
    for (const words of [[], ['vault'], ['run']]) {
      const said = await nexusHere(nowhere, ...words);
      expect(said.code, words.join(' ')).toBe(2);
      expect(said.stderr).toContain(`Usage: nexus${words.map((word) => ` ${word}`).join('')}`);
    }
  });
});

/** What a command line says that neither fails nor opens anything. */
async function answer(line: string): Promise<string> {
  const before = process.exitCode;
  const said = await captured(() => runCli(['node', 'nexus', ...line.split(' ')]));
  expect([said.stderr, process.exitCode ?? 0]).toEqual(['', 0]);
  process.exitCode = before;
  return said.stdout;
}

describe('help', () => {
  it.each([
    ['help', '--help'],
    ['help vault', 'vault --help'],
    ['help vault get', 'vault get --help'],
    ['vault help get', 'vault get --help'],
    ['help workflow run', 'workflow run --help'],
    ['help ssh', 'ssh --help'],
    ['help ssh push', 'ssh push --help'],
    ['vault help', 'vault --help'],
  ])('nexus %s says what nexus %s says', async (words, option) => {
    // Bug caught: `nexus help vault get` gave the help of `nexus vault`.
    const said = await answer(words);
    expect(said).toBe(await answer(option));
    expect(said).toMatch(/^Usage: nexus /);
  });

  it('is listed once, and completes nothing that is no command', async () => {
    expect((await answer('vault --help')).match(/^ +help /gm)).toHaveLength(1);
    expect(await answer('completion bash')).not.toMatch(/"(vault )?help"/);
  });
});

describe('what is no error', () => {
  it.each(['--help', '--version', '-V', 'vault --help', 'ssh -h'])(
    'nexus %s answers on stdout and ends with 0',
    async (line) => {
      expect((await answer(line)).length).toBeGreaterThan(4);
    },
  );
});

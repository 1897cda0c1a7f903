import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { isListed } from './help.ts';
import { buildProgram } from './program.ts';

const run = promisify(execFile);

function completion(shell: string): string {
  let script = '';
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = ((text: string) => {
    script += text;
    return true;
  }) as typeof process.stdout.write;
  try {
    buildProgram().parse(['node', 'nexus', 'completion', shell]);
  } finally {
    process.stdout.write = write;
  }
  return script;
}

async function complete(words: string[]): Promise<string[]> {
  const script = `${completion('bash')}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _nexus; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await run('bash', ['-c', script]);
  return stdout.trim().split('\n');
}

describe('completion', () => {
  it('offers the commands below a word in a real bash', async () => {
    expect(await complete(['nexus', 'run', ''])).toEqual(
      expect.arrayContaining(['list', 'show', 'watch', 'cancel', 'retry', 'approve', 'resolve']),
    );
  });

  it('narrows to what was begun', async () => {
    expect(await complete(['nexus', 'cron', 'pa'])).toEqual(['pause']);
  });

  it('still offers options behind an argument', async () => {
    expect(await complete(['nexus', 'workflow', 'run', 'backup', '--w'])).toEqual(['--wait']);
  });

  it('is a script that zsh and fish would not choke on for an unbalanced quote', () => {
    for (const shell of ['zsh', 'fish']) expect(completion(shell).length).toBeGreaterThan(1000);
    const fish = completion('fish')
      .split('\n')
      .filter((line) => line.startsWith('complete'));
    for (const line of fish) expect(line.replace(/\\'/g, '').split("'").length % 2).toBe(1);
  });
});

describe('the command line', () => {
  it('has every command that the interface promises', () => {
    const names = (command: ReturnType<typeof buildProgram>): string[] =>
      command.commands
        .filter(isListed)
        .flatMap((child) =>
          child.commands.length
            ? names(child).map((name) => `${child.name()} ${name}`)
            : [child.name()],
        );
    expect(names(buildProgram()).toSorted()).toEqual(
      [
        'alert add',
        'alert history',
        'alert list',
        'alert pause',
        'alert resume',
        'alert rm',
        'audit export',
        'audit list',
        'audit verify',
        'completion',
        'cron add',
        'cron list',
        'cron next',
        'cron pause',
        'cron remove',
        'cron resume',
        'host add',
        'host facts',
        'host import',
        'host list',
        'host metrics',
        'host rm',
        'host set',
        'host test',
        'host trust',
        'run approve',
        'run cancel',
        'run list',
        'run resolve',
        'run retry',
        'run show',
        'run watch',
        'schema',
        'serve',
        'ssh forward',
        'ssh pull',
        'ssh push',
        'status',
        'vault export',
        'vault get',
        'vault history',
        'vault import',
        'vault init',
        'vault list',
        'vault lock',
        'vault restore',
        'vault rm',
        'vault rotate',
        'vault set',
        'vault slots',
        'vault status',
        'vault unlock',
        'workflow list',
        'workflow new',
        'workflow run',
        'workflow show',
        'workflow validate',
      ].toSorted(),
    );
  });

  it('takes --json and --home behind every command', () => {
    const walk = (command: ReturnType<typeof buildProgram>): void => {
      for (const child of command.commands) {
        expect(
          child.options.map((option) => option.long),
          child.name(),
        ).toEqual(expect.arrayContaining(['--json', '--home']));
        walk(child);
      }
    };
    walk(buildProgram());
  });
});

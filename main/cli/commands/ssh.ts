import type { Command } from 'commander';
import { usageError, type GlobalOptions } from '../io.ts';
import { copy, type CopyOptions } from '../hosts/copy.ts';
import { execute, type ExecOptions } from '../hosts/exec.ts';
import { forwardPorts, type ForwardOptions } from '../hosts/forward.ts';
import { ownOptions } from '../hosts/words.ts';
import { interactive } from '../hosts/interactive.ts';

const many = (value: string, before: string[] = []): string[] => [...before, value];

/** `nexus ssh …` */
export function sshCommands(program: Command): void {
  const ssh = program
    .command('ssh')
    .description(
      'Run a command on hosts, or open a shell. The exit code is the command’s own; 255 when it could not be run',
    )
    .usage('[options] HOST [COMMAND...]  |  -g GROUP COMMAND...  |  push|pull|forward …')
    .argument('[words...]', 'HOST and COMMAND; with -g or -e the COMMAND alone')
    .option('-g, --group <group>', 'on every host of this group')
    .option('-e, --expression <expression>', 'on the hosts that an expression means')
    .option('-t, --timeout <duration>', 'give up on a host after so long, e.g. 30s')
    .option('-p, --parallel <n>', 'how many hosts at once; default 50, for rolling 1')
    .option(
      '--strategy <strategy>',
      'all, rolling (one after the other, no further host after a failure) or canary (one host alone, then the others until a failure)',
      'all',
    )
    .option('--retry <n>', 'try the hosts that failed again, up to so often', '0')
    .option('--stdin', 'hand this command’s standard input to the hosts')
    .option(
      '--max-output <bytes>',
      'cut each host’s output after so much; default: nothing is cut, with --json after 8 MiB',
    )
    // What follows the host belongs to the remote command, dashes and all.
    .passThroughOptions()
    .action(async (words: string[], _options: unknown, command: Command) => {
      process.exitCode = await run(words, command.optsWithGlobals<SshOptions>());
    });
  for (const verb of ['push', 'pull'] as const)
    ssh
      .command(`${verb} <host> <from> <to>`)
      .description(
        verb === 'push'
          ? 'Upload a file or folder; an interrupted one goes on where it stopped'
          : 'Download a file or folder; an interrupted one goes on where it stopped',
      )
      .option('--no-resume', 'begin anew')
      .option('--no-verify', 'do not compare checksums')
      .action(
        async (host: string, from: string, to: string, _options: unknown, command: Command) => {
          process.exitCode = await copy(
            verb,
            { host, from, to },
            command.optsWithGlobals<CopyOptions>(),
          );
        },
      );
  ssh
    .command('forward <host>')
    .description(
      'Hand ports on through a host until Ctrl-C; they come back after a lost connection',
    )
    .option('-L, --local <spec>', '[ADDRESS:]PORT:TARGET:PORT, this machine listens', many)
    .option('-R, --remote <spec>', '[ADDRESS:]PORT:TARGET:PORT, the host listens', many)
    .option('-D, --dynamic <spec>', '[ADDRESS:]PORT, a SOCKS5 proxy on this machine', many)
    .action((host: string, _options: unknown, command: Command) =>
      forwardPorts(host, command.optsWithGlobals<ForwardOptions>()),
    );
}

type SshOptions = ExecOptions & GlobalOptions & { group?: string; expression?: string };

async function run(words: string[], given: SshOptions): Promise<number> {
  const { group, expression } = given;
  if (group !== undefined && expression !== undefined)
    throw usageError('-g and -e cannot stand together.', 'Write -e "group:NAME and …".');
  if (group !== undefined || expression !== undefined) {
    const { command, options } = ownOptions(words);
    if (command.length === 0)
      throw usageError('A command is missing.', 'For example: nexus ssh -g web uptime');
    const hosts = expression ?? `group:${group}`;
    return execute({ hosts, command: command.join(' '), single: false }, { ...given, ...options });
  }
  const [host, ...rest] = words;
  if (host === undefined)
    throw usageError('A host is missing.', 'For example: nexus ssh web uptime');
  const { command, options } = ownOptions(rest);
  const all = { ...given, ...options };
  if (command.length === 0) return interactive(host, all);
  return execute({ hosts: `name:${host}`, command: command.join(' '), single: true, host }, all);
}

import { Command, CommanderError } from 'commander';
import { NexusError, toNexusError } from '#main/base/errors.ts';
import { alertCommands } from './commands/alert.ts';
import { auditCommands } from './commands/audit.ts';
import { completionCommand } from './commands/completion.ts';
import { cronCommands } from './commands/cron.ts';
import { hostCommands } from './commands/host.ts';
import { hostMetricsCommand } from './commands/hostMetrics.ts';
import { platformCommands } from './commands/platform.ts';
import { runCommands } from './commands/run.ts';
import { vaultCommands } from './commands/vault.ts';
import { sshCommands } from './commands/ssh.ts';
import { workflowCommands } from './commands/workflow.ts';
import { helpCommands, pathOf } from './help.ts';
import { exitCode, printJson, reportError, usageError } from './io.ts';
import { version } from '#main/base/version.ts';

/** The whole command line, also the source of its reference page and of the shell completions. */
export function buildProgram(): Command {
  const program = new Command('nexus')
    .description(
      'Nexus: schedules, durable workflows and everything around them, on your own machines',
    )
    .version(version)
    .option(
      '--home <dir>',
      'where this Nexus lives; default: NEXUS_HOME, or the system’s application-data folder',
    )
    .option('--json', 'print stable JSON instead of text')
    .showSuggestionAfterError()
    // Errors of usage are said as all others are: with a code, and what to do.
    .configureOutput({ outputError: () => undefined })
    // So that what follows a host is the remote command's (nexus ssh web ls -l).
    .enablePositionalOptions()
    .exitOverride();
  platformCommands(program);
  workflowCommands(program);
  runCommands(program);
  cronCommands(program);
  hostCommands(program);
  hostMetricsCommand(program);
  sshCommands(program);
  alertCommands(program);
  auditCommands(program);
  vaultCommands(program);
  completionCommand(program);
  helpCommands(program);
  // Options of every command are accepted before and after it.
  const inherit = (command: Command) => {
    for (const child of command.commands) {
      child
        .exitOverride((error) => {
          throw Object.assign(error, { command: child });
        })
        .option('--home <dir>', 'where this Nexus lives')
        .option('--json', 'print stable JSON');
      inherit(child);
    }
  };
  inherit(program);
  return program;
}

/** Runs one command line and sets the process's exit code. */
export async function runCli(argv: string[]): Promise<void> {
  const program = buildProgram();
  let running: Command | undefined;
  program.hook('preAction', (_program, command) => {
    running = command;
  });
  try {
    await program.parseAsync(argv);
  } catch (error) {
    const json = argv.includes('--json');
    if (!(error instanceof CommanderError)) {
      // Some commands have a convention of their own (ssh: 255).
      const { exit } = error as { exit?: number };
      const code = reportError(forPerson(toNexusError(error), running), json);
      process.exitCode = exit ?? code;
      return;
    }
    process.exitCode = error.exitCode === 0 ? exitCode.ok : exitCode.usage;
    if (error.exitCode === 0) return;
    const usage = usageOf(error);
    // Of a missing command the library has told the person already: it has printed the help.
    if (error.code !== 'commander.help') reportError(usage, json);
    else if (json) printJson({ error: usage.toShape() });
  }
}

// What a program is sent to the operation's schema for, a person finds in the help.
function forPerson(error: NexusError, command: Command | undefined): NexusError {
  if (error.code !== 'input.invalid' || !command) return error;
  return new NexusError({
    ...error.toShape(),
    hint: `See: ${pathOf(command)} --help`,
    cause: error,
  });
}

/** What people mean who write this, and how it is done. */
const MEANT: Record<string, string> = {
  'commander.excessArguments nexus vault set':
    'A value is never an argument, where others can read it: pipe it in, give --file FILE, or be asked.',
  'commander.unknownCommand nexus run':
    'A workflow is run with: nexus workflow run NAME. For runs see: nexus run --help',
};

/** The library's words as an error of ours. */
function usageOf(error: CommanderError & { command?: Command }): NexusError {
  const path = pathOf(error.command);
  const hint = `See: ${path} --help`;
  if (error.code === 'commander.help') return usageError('A command is missing.', hint);
  const [, quoted = ''] = /'([^']*)'/.exec(error.message) ?? [];
  const [, near] = /\(Did you mean (.*?)\?\)/s.exec(error.message) ?? [];
  const meant = near === undefined ? '' : ` Did you mean ${near}?`;
  const said: Record<string, string> = {
    'commander.unknownCommand': `There is no command ${path} ${quoted}.${meant}`,
    'commander.unknownOption': `${path} has no option ${quoted}.${meant}`,
    'commander.missingArgument': `${path}: ${quoted.toUpperCase()} is missing.`,
    'commander.missingMandatoryOptionValue': `${path}: ${quoted} is missing.`,
    'commander.optionMissingArgument': `${path}: ${quoted} needs a value.`,
    'commander.excessArguments': `${path} takes fewer words than were given.`,
  };
  const other = `${error.message.replace(/^error: /, '').split('\n')[0]}.`;
  return usageError(said[error.code] ?? other, MEANT[`${error.code} ${path}`] ?? hint);
}

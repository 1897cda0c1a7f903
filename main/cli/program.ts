import { Command, CommanderError } from 'commander';
import { toNexusError, type NexusError } from '#main/base/errors.ts';
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
    .showHelpAfterError('(add --help for the usage)')
    .showSuggestionAfterError()
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
  // Options of every command are accepted before and after it.
  const inherit = (command: Command) => {
    for (const child of command.commands) {
      child
        .exitOverride()
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
  try {
    await program.parseAsync(argv);
  } catch (error) {
    const json = argv.includes('--json');
    if (!(error instanceof CommanderError)) {
      // Some commands have a convention of their own (ssh: 255).
      const { exit } = error as { exit?: number };
      const code = reportError(toNexusError(error), json);
      process.exitCode = exit ?? code;
      return;
    }
    process.exitCode = error.exitCode === 0 ? exitCode.ok : exitCode.usage;
    if (json && error.exitCode !== 0) printJson({ error: usageOf(error).toShape() });
  }
}

// The library has told the person already, on stderr; a program gets the same as JSON.
function usageOf(error: CommanderError): NexusError {
  const message =
    error.code === 'commander.help'
      ? 'A command is missing.'
      : error.message.replace(/^error: /, '');
  return usageError(message, 'See nexus --help.');
}

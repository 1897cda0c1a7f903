import { Command, CommanderError } from 'commander';
import { toNexusError } from '#main/base/errors.ts';
import { auditCommands } from './commands/audit.ts';
import { completionCommand } from './commands/completion.ts';
import { cronCommands } from './commands/cron.ts';
import { platformCommands } from './commands/platform.ts';
import { runCommands } from './commands/run.ts';
import { workflowCommands } from './commands/workflow.ts';
import { exitCode, reportError } from './io.ts';
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
    .exitOverride();
  platformCommands(program);
  workflowCommands(program);
  runCommands(program);
  cronCommands(program);
  auditCommands(program);
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
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? exitCode.ok : exitCode.usage;
      return;
    }
    process.exitCode = reportError(toNexusError(error), argv.includes('--json'));
  }
}

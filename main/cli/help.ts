import type { Command } from 'commander';
import { nearest } from '#main/base/suggest.ts';
import { usageError } from './io.ts';

/**
 * Gives every group of commands a `help [command...]` that follows all its words
 * (`nexus help vault get`, `nexus vault help get`) and refuses a word that is no command. The
 * library's own looks at one word, and answers a wrong one with the general help.
 */
export function helpCommands(group: Command): void {
  for (const child of group.commands) helpCommands(child);
  // Where words are something else (nexus ssh HOST), help is one of them.
  if (group.commands.length === 0 || group.registeredArguments.length > 0) return;
  group.helpCommand('help [command...]', 'show the help of a command');
  group
    .command('help [command...]', { hidden: true })
    .action((words: string[]) => commandOf(group, words).outputHelp());
}

/** Whether people look for it in a list: the commands that stand for themselves, not their help. */
export const isListed = (command: Command): boolean => command.name() !== 'help';

/** The names of a command and of those above it: `nexus vault get`. */
export function pathOf(command: Command | undefined): string {
  const names: string[] = [];
  for (let at = command; at; at = at.parent ?? undefined) names.unshift(at.name());
  return names.join(' ') || 'nexus';
}

function commandOf(group: Command, words: string[]): Command {
  const [word, ...rest] = words;
  if (word === undefined) return group;
  const found = group.commands.find((one) => one.name() === word || one.aliases().includes(word));
  if (found) return commandOf(found, rest);
  const path = pathOf(group);
  const near = nearest(
    word,
    group.commands.filter(isListed).map((one) => one.name()),
  );
  throw usageError(
    `There is no command ${path} ${word}.${near === undefined ? '' : ` Did you mean ${near}?`}`,
    `See: ${path} --help`,
  );
}

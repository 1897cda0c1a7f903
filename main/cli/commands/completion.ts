import type { Command } from 'commander';
import { isListed } from '../help.ts';
import { usageError } from '../io.ts';

/** `nexus completion bash|zsh|fish`: made from the commands themselves, so it cannot lag behind them. */
export function completionCommand(program: Command): void {
  program
    .command('completion <shell>')
    .description('Print a completion script for bash, zsh or fish')
    .action((shell: string) => {
      const words = tree(program);
      const script = { bash: bash(words), zsh: zsh(words), fish: fish(words) }[shell];
      if (!script)
        throw usageError(`There is no completion for “${shell}”.`, 'It is bash, zsh or fish.');
      process.stdout.write(script);
    });
}

interface Words {
  /** Words before the cursor, `nexus` left out; `` is the top. */
  path: string;
  description: string;
  commands: { name: string; description: string }[];
  options: { flag: string; description: string }[];
}

function tree(program: Command): Words[] {
  const walk = (command: Command, path: string[]): Words[] => [
    {
      path: path.join(' '),
      description: command.description(),
      commands: command.commands.filter(isListed).map((child) => ({
        name: child.name(),
        description: child.description(),
      })),
      options: optionsOf(command, program),
    },
    ...command.commands.filter(isListed).flatMap((child) => walk(child, [...path, child.name()])),
  ];
  return walk(program, []);
}

/** Its own and the global ones; its own word for a flag wins. */
function optionsOf(command: Command, program: Command): Words['options'] {
  const options = new Map<string, string>();
  for (const { long, description } of [...command.options, ...program.options])
    if (long && !options.has(long)) options.set(long, description);
  return [...options].map(([flag, description]) => ({ flag, description }));
}

function bash(all: Words[]): string {
  const cases = all.map(
    (words) =>
      `    "${words.path}") words="${[...words.commands.map((c) => c.name), ...words.options.map((o) => o.flag)].join(' ')}" ;;`,
  );
  return `# nexus completion for bash. Use it: source <(nexus completion bash)
_nexus() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path="" word words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ "$word" == -* ]] && continue
    path="\${path:+$path }$word"
  done
  while :; do
    case "$path" in
${cases.join('\n')}
    esac
    [[ -n "$words" || -z "$path" ]] && break
    [[ "$path" == *" "* ]] && path="\${path% *}" || path=""
  done
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [[ \${#COMPREPLY[@]} -eq 0 ]] && COMPREPLY=($(compgen -f -- "$current"))
}
complete -F _nexus nexus
`;
}

function zsh(all: Words[]): string {
  return `#compdef nexus
# nexus completion for zsh. Use it: source <(nexus completion zsh)
autoload -U +X bashcompinit && bashcompinit
${bash(all)}`;
}

function fish(all: Words[]): string {
  const quote = (text: string) => `'${text.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;
  const lines = all.flatMap((words) => {
    const seen = words.path
      ? words.path
          .split(' ')
          .map((part) => `__fish_seen_subcommand_from ${part}`)
          .join('; and ')
      : '__fish_use_subcommand';
    return [
      ...words.commands.map(
        (c) => `complete -c nexus -n ${quote(seen)} -f -a ${c.name} -d ${quote(c.description)}`,
      ),
      ...words.options.map(
        (o) =>
          `complete -c nexus -n ${quote(seen)} -l ${o.flag.slice(2)} -d ${quote(o.description)}`,
      ),
    ];
  });
  return `# nexus completion for fish. Use it: nexus completion fish | source\n${lines.join('\n')}\n`;
}

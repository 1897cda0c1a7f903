import { usageError } from '../io.ts';
import type { ExecOptions } from './exec.ts';

type Key = keyof ExecOptions;

const VALUES: Record<string, Key> = {
  '--home': 'home',
  '--timeout': 'timeout',
  '-t': 'timeout',
  '--parallel': 'parallel',
  '-p': 'parallel',
  '--strategy': 'strategy',
  '--retry': 'retry',
  '--max-output': 'maxOutput',
};
const FLAGS: Record<string, Key> = { '--json': 'json', '--stdin': 'stdin' };

/**
 * Takes options of Nexus's own off the words around a remote command: those before its first word,
 * and `--json` at the very end. Everything else, and all that follows `--`, is the command's.
 */
export function ownOptions(words: string[]): { command: string[]; options: Partial<ExecOptions> } {
  const options: Record<string, unknown> = {};
  const command = [...words];
  while (command[0]?.startsWith('-')) {
    const word = command.shift()!;
    if (word === '--') return { command, options };
    const [name = word, inline] = word.startsWith('--') ? splitOnce(word) : [word];
    if (FLAGS[name]) options[FLAGS[name]] = true;
    else if (VALUES[name]) {
      const value = inline ?? command.shift();
      if (value === undefined) throw usageError(`${name} needs a value.`);
      options[VALUES[name]] = value;
    } else
      throw usageError(
        `There is no option ${name}.`,
        'What belongs to the remote command stands after --: nexus ssh HOST -- COMMAND',
      );
  }
  if (command.length > 1 && command.at(-1) === '--json') {
    command.pop();
    options['json'] = true;
  }
  return { command, options };
}

function splitOnce(word: string): [string, string | undefined] {
  const at = word.indexOf('=');
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}

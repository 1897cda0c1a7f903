import { type Command, Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { isListed, pathOf } from './help.ts';
import { buildProgram } from './program.ts';
import { linesOf, type SpokenLine, spokenLines } from './spokenWords.testing.ts';

/** Every command has these; `program.test.ts` looks that it does. */
const EVERYWHERE = ['--home', '--json', '--help'];

const program = buildProgram();
const groups = program.commands.map((command) => command.name());
const spoken = spokenLines(['main/cli/**/*.test.ts', 'main/integration/*.test.ts']);

function leaves(command: Command): Command[] {
  const below = command.commands.filter(isListed).flatMap(leaves);
  return below.length === 0 || command.registeredArguments.length > 0 ? [command, ...below] : below;
}

/** Whether a line gives this command: its group may be said elsewhere, unless the line says another. */
function isOf({ words, around }: SpokenLine, path: string[]): boolean {
  const [group = '', leaf = group] = path;
  const another = groups.some((other) => other !== leaf && words.has(other));
  return words.has(leaf) && (words.has(group) || (around.has(group) && !another));
}

function gives({ words }: SpokenLine, { long, short }: Option): boolean {
  return [...words].some((word) =>
    [long, short].some((flag) => flag && (word === flag || word.startsWith(`${flag}=`))),
  );
}

describe('what the tests speak of', () => {
  const lines = linesOf(`
    nexus.run('audit', 'list', '--limit=3');
    vault('rotate', 'A', '--generate', '40');
    nexus([...['host', 'add'], '--port', \`\${port}\`], { home });
    shell('nexus alert rm x | head -1');
    it.each([[['alert', 'add', 'x', '--for'], 1], [['cron', 'list'], 2]]);`);

  it.each([
    ['vault rotate', '--generate', true],
    ['host add', '--port', true],
    ['alert rm', undefined, true],
    ['alert add', '--for', true],
    ['audit list', '--limit', true],
    ['cron list', '--limit', false],
    ['vault rotate', '--port', false],
    ['host rm', undefined, false],
  ])('has %s with %s: %s', (path, flag, expected) => {
    const found = lines.some(
      (line) =>
        isOf(line, path.split(' ')) &&
        (flag === undefined || gives(line, new Option(`${flag} <x>`))),
    );
    expect(found).toBe(expected);
  });
});

describe('the tests', () => {
  it.each(leaves(program).map((command) => [pathOf(command), command] as const))(
    'give %s, and each of its options',
    (name, command) => {
      // Bug caught: an option that nobody has ever given, and that does nothing.
      const lines = spoken.filter((line) => isOf(line, name.split(' ').slice(1)));
      expect(lines).not.toEqual([]);
      const silent = command.options.filter(
        (option) =>
          !EVERYWHERE.includes(option.long ?? '') && !lines.some((line) => gives(line, option)),
      );
      expect(silent.map(({ flags }) => flags)).toEqual([]);
    },
  );
});

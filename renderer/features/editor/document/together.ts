import type { Command } from './commands.ts';
import { readSource } from './Source.ts';
import { applyChanges, difference } from './TextChange.ts';

/** Several commands as one gesture, each on what the one before made: one undo takes all back, and one refusal refuses all. */
export function together(...commands: readonly Command[]): Command {
  return (source) => {
    let current = source;
    let select: string[] | undefined;
    let renamed: readonly [from: string, to: string] | undefined;
    for (const command of commands) {
      const outcome = command(current);
      select = outcome.select ?? select;
      renamed = outcome.renamed ?? renamed;
      if (outcome.changes.length > 0)
        current = readSource(applyChanges(current.text, outcome.changes));
    }
    return {
      changes: difference(source.text, current.text),
      ...(select ? { select } : {}),
      ...(renamed ? { renamed } : {}),
    };
  };
}

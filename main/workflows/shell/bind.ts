import { NexusError } from '#main/base/errors.ts';
import type { Unresolved } from '../kinds/kind.ts';
import { commands } from './commands.ts';
import { Cursor } from './cursor.ts';
import { MARK, Marks, variableName } from './marks.ts';
import { valueText } from './value-text.ts';

export interface BindOptions {
  /** Values of more bytes than this go by a file. Linux takes at most 128 KiB in one variable. Default: 100 KiB. */
  inlineLimit?: number;
}

/** A script whose expressions have become variables. */
export interface BoundScript {
  /** Text for a POSIX shell (sh, dash, bash, …). */
  script: string;
  /** Variables that the process must be given. */
  env: Record<string, string>;
  /**
   * Values too long for a variable: write each to a file of its own (mode 0600) and give its path
   * in the environment variable `pathVariable`. The script reads it into a shell variable first.
   */
  files: { pathVariable: string; content: string }[];
}

const DEFAULT_INLINE_LIMIT = 100 * 1024;
/** All variables and arguments together have 2 MiB on an ordinary Linux; this is our share. */
const ALL_INLINE = 512 * 1024;

/**
 * Makes a script in which every expression's value arrives byte for byte, as data: each becomes a
 * variable `NEXUS_EXPR_1`, `NEXUS_EXPR_2`, …, expanded in the way that the quotes around it ask
 * for. No value is ever part of the script's text. One unquoted expression is one word.
 *
 * @throws NexusError `shell.nul`, `shell.unsafe_value` (a text where the shell would compute with
 * it), `shell.misplaced_expression`
 */
export function bindShell(
  { literals, values }: Unresolved,
  options: BindOptions = {},
): BoundScript {
  if (literals.some((text) => text.includes(MARK))) {
    throw new NexusError({
      code: 'shell.nul',
      message: 'The script holds a NUL byte.',
      hint: 'Remove it.',
    });
  }
  const texts = values.map(valueText);
  const text = literals.join(MARK);
  let counter = 0;
  const binding = {
    marks: new Marks(texts),
    pending: [],
    integers: new Set<string>(),
    commands,
    freshDelimiter: () => {
      do counter += 1;
      while (text.includes(`NEXUS_EOF_${counter}_`));
      return `NEXUS_EOF_${counter}_`;
    },
  };
  const script = commands(new Cursor(text), binding, '');
  return deliver(script, texts, options.inlineLimit ?? DEFAULT_INLINE_LIMIT);
}

function deliver(script: string, texts: string[], limit: number): BoundScript {
  const env: Record<string, string> = {};
  const files: BoundScript['files'] = [];
  let room = ALL_INLINE;
  let prelude = '';
  for (const [i, text] of texts.entries()) {
    const name = variableName(i);
    const bytes = Buffer.byteLength(text);
    if (bytes <= limit && bytes <= room) {
      env[name] = text;
      room -= bytes;
      continue;
    }
    files.push({ pathVariable: `${name}_FILE`, content: text });
    // $(…) drops line breaks at the end; the x keeps them.
    prelude += `${name}=$(cat "\${${name}_FILE}" && printf x) || exit 1; ${name}=\${${name}%x}; `;
  }
  // On the script's first line, so that line numbers in messages stay true.
  return { script: prelude + script, env, files };
}

import { utf8Text } from '#main/base/utf8.ts';
import { usageError } from './io.ts';
import { NexusError } from '#main/base/errors.ts';

/** Whether a person sits there who can be asked. */
export const canAsk = (): boolean => process.stdin.isTTY && process.stderr.isTTY;

/**
 * Asks on the terminal without showing what is typed. The question goes to stderr, so that stdout
 * stays the answer's alone.
 *
 * @throws NexusError `interrupted` on Ctrl-C
 */
export function askHidden(question: string): Promise<string> {
  const { stdin, stderr } = process;
  // The question last: whoever answers at once must find a terminal that shows nothing.
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  stdin.resume();
  return new Promise((resolve, reject) => {
    let typed: string[] = [];
    const finish = (settle: () => void) => {
      stdin.off('data', hear);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write('\n');
      settle();
    };
    const hear = (chunk: string) => {
      for (const char of chunk) {
        if (char === '\r' || char === '\n' || char === '\u0004')
          return finish(() => resolve(typed.join('')));
        if (char === '\u0003') return finish(() => reject(interrupted()));
        if (char === '\u007f' || char === '\b') typed.pop();
        else if (char === '\u0015') typed = [];
        else typed.push(char);
      }
    };
    stdin.on('data', hear);
    stderr.write(`${question}: `);
  });
}

/** The same twice, until both are equal. */
export async function askNew(question: string): Promise<string> {
  for (;;) {
    const first = await askHidden(question);
    if (first === (await askHidden('Once more'))) return first;
    process.stderr.write('These were not the same.\n');
  }
}

/** Everything that is piped in. */
export async function readPiped(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Buffer));
  return Buffer.concat(chunks);
}

/**
 * The text of a file or a pipe, without the one newline that editors and `echo` put at its end and
 * the mark (BOM) that some put at its beginning. Bytes that are no text are refused: they would be
 * kept as other ones, and nobody would see it before the secret is needed.
 *
 * @param what names them in the error
 * @throws NexusError `usage.invalid`
 */
export function secretText(bytes: Uint8Array, what: string): string {
  const text = utf8Text(bytes);
  if (text !== undefined) return text.replace(/\r?\n$/, '');
  throw usageError(
    `${what} is not text in UTF-8.`,
    'Encode bytes as text first, for example with base64.',
  );
}

/** Piped text, or what a person types unseen. */
export async function readSecret(question: string, hint: string): Promise<string> {
  if (canAsk()) return askNew(question);
  if (process.stdin.isTTY) throw usageError('There is no terminal to ask on.', hint);
  return secretText(await readPiped(), 'What was piped in');
}

function interrupted(): NexusError {
  return new NexusError({ code: 'interrupted', message: 'Given up.', kind: 'operational' });
}

import { createInterface } from 'node:readline';
import type { NexusClient } from '#contract/client.ts';
import { readStream } from '#contract/client.ts';
import type { Question, QuestionField } from '#contract/questions.ts';
import { clean, note } from './io.ts';

/** Whether a person is there to answer: output may go to a file, but both others must be a terminal. */
export const attended = (): boolean =>
  process.stdin.isTTY === true && process.stderr.isTTY === true;

/**
 * While `work` goes on, questions are asked on this terminal. Without one nobody answers, and
 * whoever asks is told.
 */
export async function answering<T>(client: NexusClient, work: () => Promise<T>): Promise<T> {
  if (!attended()) return work();
  const stop = new AbortController();
  const watching = answerAll(client, stop.signal).catch(() => undefined);
  try {
    return await work();
  } finally {
    stop.abort();
    await watching;
  }
}

async function answerAll(client: NexusClient, signal: AbortSignal): Promise<void> {
  const open = new Map<string, AbortController>();
  let line = Promise.resolve();
  const events = readStream(client, client.questions.watch({}, { signal }), signal);
  for await (const event of events) {
    if (event.type === 'closed') open.get(event.id)?.abort();
    else {
      const closed = new AbortController();
      open.set(event.question.id, closed);
      // One after the other: two prompts on one terminal would mix.
      line = line.then(() =>
        closed.signal.aborted || signal.aborted
          ? undefined
          : answerOne(client, event.question, AbortSignal.any([closed.signal, signal])),
      );
    }
  }
}

async function answerOne(
  client: NexusClient,
  question: Question,
  signal: AbortSignal,
): Promise<void> {
  note(clean(question.title));
  if (question.text) note(clean(question.text));
  const values: Record<string, string> = {};
  for (const field of question.fields) {
    const value = await readField(field, signal);
    if (value === undefined) {
      if (!signal.aborted)
        await client.questions.refuse({ id: question.id }).catch(() => undefined);
      return;
    }
    values[field.name] = value;
  }
  await client.questions
    .answer({ id: question.id, values })
    .catch((error: unknown) => note(error instanceof Error ? error.message : String(error)));
}

async function readField(field: QuestionField, signal: AbortSignal): Promise<string | undefined> {
  const { options } = field;
  if (!options) return readLine(`${clean(field.label)}: `, field.type === 'secret', signal);
  const list = options.map((option, index) => `${index + 1}) ${clean(option.label)}`);
  const text = await readLine(`${list.join('  ')}  other: refuse > `, false, signal);
  return text === undefined ? undefined : options[Number(text.trim()) - 1]?.value;
}

/** One line from the terminal; undefined at Ctrl-C, Ctrl-D or an abort. A hidden one is not echoed. */
export function readLine(
  prompt: string,
  hidden: boolean,
  signal: AbortSignal,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: true });
    let given: string | undefined;
    const end = () => lines.close();
    lines.once('close', () => {
      signal.removeEventListener('abort', end);
      process.stderr.write('\n');
      resolve(given);
    });
    lines.once('SIGINT', end);
    signal.addEventListener('abort', end, { once: true });
    if (hidden) {
      process.stderr.write(prompt);
      // What is typed is kept from the screen: readline asks this method to show it.
      (lines as unknown as { _writeToOutput: () => void })._writeToOutput = () => undefined;
    }
    lines.question(hidden ? '' : prompt, (text) => {
      given = text;
      lines.close();
    });
  });
}

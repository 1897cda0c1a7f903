import { useState } from 'react';
import type { CommandOptions } from './commandStore.ts';

const number = (text: string, least: number, most: number) => {
  const value = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
};

/** Null where nothing is said: the platform knows what is usual. */
const optional = (text: string, least: number, most: number) =>
  text.trim() === '' ? null : number(text, least, most);

/** How a command is to run, as texts that people type, and what they mean. */
export function useCommandOptions(initial: CommandOptions | undefined) {
  const [texts, setTexts] = useState({
    parallel: String(initial?.parallel ?? ''),
    timeout: initial?.timeout_ms === undefined ? '' : String(initial.timeout_ms / 1000),
    retries: String(initial?.retries ?? 0),
  });
  const [strategy, setStrategy] = useState(initial?.strategy ?? 'all');
  const parallel = optional(texts.parallel, 1, 200);
  const retries = number(texts.retries, 0, 10);
  const seconds = optional(texts.timeout, 1, 86_400);
  const wrong = {
    parallel: parallel === undefined,
    timeout: seconds === undefined,
    retries: retries === undefined,
  };
  return {
    texts,
    wrong,
    strategy,
    setStrategy,
    set: (change: Partial<typeof texts>) => setTexts((old) => ({ ...old, ...change })),
    /** What is sent besides the command; undefined while something is wrong. */
    options:
      parallel === undefined || retries === undefined || seconds === undefined
        ? undefined
        : {
            strategy,
            retries,
            ...(parallel === null ? {} : { parallel }),
            ...(seconds === null ? {} : { timeout_ms: seconds * 1000 }),
          },
  };
}

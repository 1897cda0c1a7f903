import { writeSync } from 'node:fs';

const redactors = new Set<(text: string) => string>();

/** What a crash says passes `redact` from now on; returns a function that ends that. */
export function redactCrashes(redact: (text: string) => string): () => void {
  redactors.add(redact);
  return () => redactors.delete(redact);
}

/** The text of a crash, without secrets. */
export function crashText(thrown: unknown): string {
  let text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  for (let cause = causeOf(thrown); cause; cause = causeOf(cause))
    text += `\ncaused by ${cause.stack ?? cause.message}`;
  try {
    for (const redact of redactors) text = redact(text);
    return text;
  } catch {
    // Better nothing than a secret.
    return 'The crash could not be described.';
  }
}

const causeOf = (thrown: unknown): Error | undefined =>
  thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : undefined;

/**
 * Ends the process on an error that nobody caught, as Node does, but says it without secrets: Node
 * would print the message as it is, and Electron would show it.
 */
export function endOnCrash(exit: (code: number) => void = (code) => process.exit(code)): void {
  process.on('uncaughtException', (error) => {
    try {
      writeSync(2, `nexus: ended by a defect: ${crashText(error)}\n`);
    } finally {
      exit(1);
    }
  });
}

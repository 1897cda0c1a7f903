/** A second Ctrl-C so soon is the same key press, delivered twice: by the terminal and by npx or a launcher. */
const SAME_PRESS_MS = 700;

/**
 * Hears Ctrl-C (and the polite ends: SIGTERM, SIGHUP). The first one calls `first`; a later one,
 * pressed again by an impatient person, ends the process with 130 at once.
 *
 * @returns what stops listening
 */
export function onInterrupt(
  first: () => void,
  exit: (code: number) => void = (code) => process.exit(code),
): () => void {
  let since: number | undefined;
  const heard = () => {
    if (since === undefined) {
      since = Date.now();
      first();
    } else if (Date.now() - since > SAME_PRESS_MS) exit(130);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, heard);
  return () => {
    for (const signal of signals) process.removeListener(signal, heard);
  };
}

import { useState } from 'react';

/**
 * Runs one call at a time and keeps nothing of it but whether it runs and how it failed. A mutation
 * of the query cache would keep its variables, and those are passphrases and values here.
 */
export function useSend(): {
  busy: boolean;
  error: unknown;
  send: (work: () => Promise<void>) => void;
} {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const send = (work: () => Promise<void>) => {
    if (busy) return;
    setBusy(true);
    setError(undefined);
    work()
      .catch((thrown: unknown) => setError(thrown))
      .finally(() => setBusy(false));
  };
  return { busy, error, send };
}

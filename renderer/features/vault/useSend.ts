import { useEffect, useRef, useState } from 'react';
import { toastError } from '#renderer/ui/toast.ts';

/**
 * Runs one call at a time and keeps nothing of it but whether it runs and how it failed. A mutation
 * of the query cache would keep its variables, and those are passphrases and values here. How it
 * failed is shown by the form; where the form is gone by then, by a toast.
 */
export function useSend(): {
  busy: boolean;
  error: unknown;
  send: (work: () => Promise<void>) => void;
} {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const there = useRef(true);
  useEffect(() => {
    there.current = true;
    return () => {
      there.current = false;
    };
  }, []);
  const send = (work: () => Promise<void>) => {
    if (busy) return;
    setBusy(true);
    setError(undefined);
    work()
      .catch((thrown: unknown) => (there.current ? setError(thrown) : toastError(thrown)))
      .finally(() => setBusy(false));
  };
  return { busy, error, send };
}

import { useConnection } from './connectionStore.ts';

/** Resolves with the number of the connection once it is another than `seen`. */
export function nextConnection(seen: number, signal: AbortSignal): Promise<number> {
  return new Promise((resolve) => {
    const look = () => {
      const { generation, state } = useConnection.getState();
      if ((generation === seen || state !== 'open') && !signal.aborted) return;
      unsubscribe();
      signal.removeEventListener('abort', look);
      resolve(generation);
    };
    let unsubscribe: () => void = () => undefined;
    unsubscribe = useConnection.subscribe(look);
    signal.addEventListener('abort', look);
    look();
  });
}

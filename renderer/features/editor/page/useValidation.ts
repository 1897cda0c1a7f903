import { useEffect } from 'react';
import { client } from '#renderer/client/api.ts';
import { useEditor } from '../store/context.ts';
import type { EditorDocument } from '../store/EditorDocument.ts';

const SETTLE_MS = 250;

/** Has the platform look at the text whenever typing rests; an answer about an older text is not shown. */
export function useValidation(document: EditorDocument): void {
  const text = useEditor((state) => state.history.text);
  useEffect(() => {
    const abort = new AbortController();
    const timer = setTimeout(() => {
      client.workflows
        .validate({ source: text, file: `${document.state.name}.yaml` }, { signal: abort.signal })
        .then(({ problems }) => {
          if (document.text === text) document.check(text, problems);
        })
        // Without an answer the problems that are known stay; the connection's state is shown elsewhere.
        .catch(() => undefined);
    }, SETTLE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [document, text]);
}

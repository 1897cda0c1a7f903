import { client } from '#renderer/client/api.ts';
import { type Ending, useTerminals } from './store.ts';
import { closeTerminal } from './views.ts';

/**
 * Closes terminals, after a question where something in one of them would be ended that a person may
 * still want. A shell at its prompt is none.
 */
export async function closeTerminals(ids: readonly string[]): Promise<void> {
  const { askBeforeClosing } = useTerminals.getState();
  const endings = askBeforeClosing ? await endingsOf(ids) : [];
  if (endings.length > 0) useTerminals.setState({ closing: { ids: [...ids], endings } });
  else await closeAll(ids);
}

/** Closes terminals that have been asked about. */
export async function closeAll(ids: readonly string[]): Promise<void> {
  await Promise.all(ids.map(closeTerminal));
}

async function endingsOf(ids: readonly string[]): Promise<Ending[]> {
  const found = await Promise.all(
    ids.map(async (id): Promise<Ending | undefined> => {
      const terminal = useTerminals.getState().terminals?.get(id);
      if (terminal?.state !== 'running') return undefined;
      const { title, host } = terminal;
      // What cannot be asked cannot be closed either; that error is shown.
      const { busy, program } = await client.terminals
        .foreground({ id })
        .catch(() => ({ busy: false, program: undefined }));
      return busy ? { id, title, host, program } : undefined;
    }),
  );
  return found.filter((one) => one !== undefined);
}

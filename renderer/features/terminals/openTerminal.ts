import { client } from '#renderer/client/api.ts';
import { toastError } from '#renderer/ui/toast.ts';
import { addTab, splitBeside } from './layout.ts';
import { changeLayout, takeTerminals, useTerminals } from './store.ts';
import { viewOf } from './views.ts';

/** Where a new terminal goes: a tab of its own, or beside or below another. */
export type Place = 'tab' | { beside: string; direction: 'row' | 'column' };

/** Opens a shell on this machine, or on `host`, and gives it the keyboard. */
export async function openTerminal(place: Place, host?: string): Promise<void> {
  useTerminals.setState(({ opening }) => ({ opening: opening + 1 }));
  try {
    const { terminal } = await (host === undefined
      ? client.terminals.open({})
      : client.terminals.connect({ host }));
    // The stream may tell of it only later.
    useTerminals.setState(({ terminals }) => ({
      terminals: new Map([...(terminals ?? []), [terminal.id, terminal]]),
    }));
    changeLayout((layout) =>
      place === 'tab'
        ? addTab(layout, terminal.id)
        : splitBeside(layout, place.beside, place.direction, terminal.id),
    );
    viewOf(terminal.id).focus();
  } catch (error) {
    toastError(error);
  } finally {
    useTerminals.setState(({ opening }) => ({ opening: opening - 1 }));
    const { terminals } = useTerminals.getState();
    if (terminals) takeTerminals([...terminals.values()]);
  }
}

import { create } from 'zustand';
import { z } from 'zod';

const view = z.object({
  yaml: z.boolean().catch(false),
  inspector: z.boolean().catch(true),
  palette: z.boolean().catch(true),
  problems: z.boolean().catch(false),
  /** In a narrow window: the graph instead of the list. */
  graph: z.boolean().catch(false),
});
type View = z.infer<typeof view>;

// Owner of this key: this file. It dies with the browser profile; the platform keeps no copy.
const KEY = 'nexus.editor.view';

function read(): View {
  try {
    return view.parse(JSON.parse(localStorage.getItem(KEY) ?? '{}'));
  } catch {
    return view.parse({});
  }
}

/** Which panes of the editor are open; kept in this browser only. */
export const useView = create<View>(read);

export function setView(change: Partial<View>): void {
  useView.setState(change);
  localStorage.setItem(
    KEY,
    JSON.stringify({ ...useView.getState(), problems: false, graph: false }),
  );
}

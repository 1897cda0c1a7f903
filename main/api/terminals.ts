import type { Handlers } from './handlerTypes.ts';
import type { Services } from './services.ts';

/** The operations on terminals, one line each. */
export function terminalHandlers(terminals: Services['terminals']): Handlers['terminals'] {
  return {
    list: (_, { caller }) => ({ terminals: terminals.list(caller) }),
    watch: (_, { caller, signal }) => terminals.watch(caller, signal),
    open: async (input, { caller }) => ({ terminal: await terminals.openLocal(input, caller) }),
    connect: async (input, { caller }) => ({ terminal: await terminals.openHost(input, caller) }),
    reconnect: async ({ id }, { caller }) => ({
      terminal: await terminals.reconnect(id, caller),
    }),
    attach: ({ id }, { caller, signal }) => terminals.attach(id, caller, signal),
    input: ({ id, data, encoding }, { caller }) => (
      terminals.input(id, data, encoding, caller), {}
    ),
    resize: ({ id, ...size }, { caller }) => (terminals.resize(id, size, caller), {}),
    rename: ({ id, title }, { caller }) => ({ terminal: terminals.rename(id, title, caller) }),
    foreground: ({ id }, { caller }) => terminals.foreground(id, caller),
    close: async ({ id }, { caller }) => ({ closed: await terminals.closeOne(id, caller) }),
    startLog: async ({ id }, { caller }) => ({ terminal: await terminals.startLog(id, caller) }),
    stopLog: async ({ id }, { caller }) => ({ terminal: await terminals.stopLog(id, caller) }),
    snippets: () => ({ snippets: terminals.snippets() }),
    saveSnippet: (input) => ({ snippet: terminals.saveSnippet(input) }),
    removeSnippet: ({ id }) => ({ removed: terminals.removeSnippet(id) }),
  };
}

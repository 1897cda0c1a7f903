import type { Caller } from '#contract/platform.ts';
import { shownOutput } from '#main/ssh/index.ts';
import type { Handlers } from './handlerTypes.ts';
import type { Services } from './services.ts';

const isPage = ({ face }: Caller): boolean => face === 'window' || face === 'dashboard';

/** The operations on hosts, one line each. */
export function hostHandlers({
  inventory,
  health,
  operations,
  redactor,
}: Services['hosts']): Handlers['hosts'] {
  return {
    list: (filter) => ({ hosts: inventory.list(filter) }),
    get: ({ name }) => ({ host: inventory.get(name) }),
    add: (input) => ({ host: inventory.add(input) }),
    update: ({ name, change }) => ({ host: inventory.update(name, change) }),
    remove: ({ name }) => ({ removed: inventory.remove(name) }),
    import: (input) => operations.import(input),
    health: () => ({ connections: health() }),
    watch: (_, { signal }) => operations.watch(signal),
    test: ({ name, interactive }, { caller }) =>
      operations.test(name, interactive, { by: caller.name }),
    facts: async ({ name, interactive }, { caller }) => ({
      facts: await operations.facts(name, interactive, { by: caller.name }),
    }),
    forgetKey: async ({ name }) => ({ forgotten: await operations.forgetKey(name) }),
    exec(input, { signal, caller }) {
      const events = operations.exec(input, signal, { by: caller.name });
      // A program gets the bytes that the hosts wrote, which need not be text.
      return isPage(caller) ? shownOutput(events, redactor) : events;
    },
    files: ({ host, path }, { caller }) => operations.files(host, path, { by: caller.name }),
    makeFolder: async ({ host, path }, { caller }) => ({
      entry: await operations.makeFolder(host, path, { by: caller.name }),
    }),
    renameFile: async ({ host, path, to }, { caller }) => ({
      entry: await operations.renameFile(host, path, to, { by: caller.name }),
    }),
    removeFile: async ({ host, path, recursive }, { caller }) => ({
      removed: await operations.removeFile(host, path, recursive, { by: caller.name }),
    }),
    upload: (input, { signal, caller }) =>
      operations.transfer('upload', input, signal, { by: caller.name }),
    download: (input, { signal, caller }) =>
      operations.transfer('download', input, signal, { by: caller.name }),
    forwards: () => ({ forwards: operations.forwards.list() }),
    watchForwards: (_, { signal }) => operations.forwards.watch(signal),
    openForward: async (input) => ({ forward: await operations.openForward(input) }),
    closeForward: ({ id }) => ({ closed: operations.forwards.remove(id) }),
    shell: (input, { caller, signal }) => operations.shell(input, caller.name, signal),
    shellWrite: ({ session, data }, { caller }) => {
      operations.shellWrite(session, data, caller.name);
      return {};
    },
    shellResize: ({ session, cols, rows }, { caller }) => {
      operations.shellResize(session, cols, rows, caller.name);
      return {};
    },
  };
}

import type { Handlers } from './handlerTypes.ts';
import type { Services } from './services.ts';

/** The operations on hosts, one line each. */
export function hostHandlers({
  inventory,
  health,
  operations,
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
    test: ({ name, interactive }) => operations.test(name, interactive),
    facts: async ({ name, interactive }) => ({ facts: await operations.facts(name, interactive) }),
    forgetKey: async ({ name }) => ({ forgotten: await operations.forgetKey(name) }),
    exec: (input, { signal }) => operations.exec(input, signal),
    files: ({ host, path }) => operations.files(host, path),
    makeFolder: async ({ host, path }) => ({ entry: await operations.makeFolder(host, path) }),
    renameFile: async ({ host, path, to }) => ({
      entry: await operations.renameFile(host, path, to),
    }),
    removeFile: async ({ host, path, recursive }) => ({
      removed: await operations.removeFile(host, path, recursive),
    }),
    upload: (input, { signal }) => operations.transfer('upload', input, signal),
    download: (input, { signal }) => operations.transfer('download', input, signal),
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

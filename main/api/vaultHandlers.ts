import type { Caller } from '#contract/platform.ts';
import { NexusError } from '#main/base/errors.ts';
import type { Handlers } from './handlerTypes.ts';
import type { Services } from './services.ts';

/**
 * The vault's operations. Values go in by any face and come out by one: the command line on this
 * machine, through the socket that only its owner can open, or in its own process.
 */
export function vaultHandlers(vault: Services['vault']): Handlers['vault'] {
  const status = () => vault.status();
  return {
    status,
    watch: (_, { signal }) => vault.watch(signal),
    init: async (input) => {
      const key = await vault.init(input);
      return { status: await status(), ...(key === undefined ? {} : { recovery_key: key }) };
    },
    unlock: async (key, { caller }) => {
      checkKey(key, caller);
      await vault.unlock(key);
      return status();
    },
    lock: async ({ why }) => {
      if (why === 'asked') vault.lock(why);
      else vault.personLeft(why);
      return status();
    },
    list: () => ({ secrets: vault.list() }),
    set: (input, { caller }) => vault.set(input, caller.name),
    describe: async (input) => ({ secret: await vault.describe(input) }),
    get: ({ name, version }, { caller }) => vault.value(name, version, caller.name),
    remove: async ({ name }) => ({ removed: await vault.remove(name) }),
    rotate: (input, { caller }) => vault.rotate(input, caller.name),
    history: ({ name }) => ({ versions: vault.history(name) }),
    rekey: async (input) => {
      await vault.rekey(input);
      return status();
    },
    addSlot: async (input) => {
      const key = await vault.addSlot(input);
      return { status: await status(), ...(key === undefined ? {} : { recovery_key: key }) };
    },
    removeSlot: async ({ id }) => {
      await vault.removeSlot(id);
      return status();
    },
    export: async (input, { caller }) => {
      const { file, secrets } = await vault.export(input, caller.name);
      return { file: Buffer.from(file).toString('base64'), secrets };
    },
    import: ({ content, ...input }, { caller }) =>
      vault.import({ ...input, content: Buffer.from(content, 'base64') }, caller.name),
    restore: async (input, { caller }) => {
      const { passphrase, identity } = input;
      // Without either of them it is the keychain that opens what is put back.
      const keychain = passphrase === undefined && identity === undefined;
      checkKey({ passphrase, identity, keychain }, caller);
      await vault.restore(input);
      return status();
    },
  };
}

// The keychain is the owner's: whoever comes over the network has to know the passphrase.
function checkKey(key: Parameters<Services['vault']['unlock']>[0], caller: Caller): void {
  const ways = [key.passphrase, key.identity, key.keychain || undefined];
  if (ways.filter((way) => way !== undefined).length !== 1)
    throw new NexusError({
      code: 'vault.key_invalid',
      message: 'Give one key: the passphrase, the recovery key, or the system’s keychain.',
      hint: 'The passphrase is the usual one.',
    });
  if (key.keychain && caller.face !== 'window' && caller.face !== 'cli')
    throw new NexusError({
      code: 'access.denied',
      message:
        'The system’s keychain opens the vault for the desktop app and the local command line only.',
      hint: 'Give the passphrase.',
    });
}

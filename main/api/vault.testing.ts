import type { VaultStatus } from '#contract/vault.ts';
import type { SecretInfo } from '#contract/vaultSecrets.ts';
import type { Services } from './services.ts';

const AT = '2026-11-21T00:00:00.000Z';
const sampleSecret: SecretInfo = {
  name: 'TOKEN',
  description: '',
  tags: [],
  version: 1,
  versions: 1,
  created_at: AT,
  changed_at: AT,
  changed_by: 'owner',
  state: 'ok',
  uses: 0,
};
const sampleStatus: VaultStatus = {
  state: 'unlocked',
  slots: [],
  keychain: { available: false, name: 'none' },
  generations: [],
  paused: [],
};

/** A vault that holds one secret and tells `note` what reached it. */
export function memoryVault(note: (name: string, ...args: unknown[]) => void): Services['vault'] {
  return {
    status: async () => sampleStatus,
    async *watch() {
      yield sampleStatus;
    },
    init: async (given) => (note('vault.init', given), 'AGE-SECRET-KEY-1X'),
    unlock: async (key) => note('vault.unlock', key),
    lock: (reason) => note('vault.lock', reason),
    personLeft: (why) => note('vault.personLeft', why),
    list: () => [sampleSecret],
    set: async (given) => (note('vault.set', given), { secret: sampleSecret }),
    describe: async () => sampleSecret,
    value: (name) => (note('vault.value', name), { value: 'hunter2hunter2', version: 1 }),
    remove: async () => true,
    rotate: async () => ({ secret: sampleSecret }),
    history: () => [],
    rekey: async () => undefined,
    addSlot: async () => undefined,
    removeSlot: async () => undefined,
    export: async () => ({ file: new Uint8Array(), secrets: 0 }),
    import: async () => ({ added: [], replaced: [], skipped: [] }),
    restore: async () => undefined,
  };
}

import type { PausedStep, VaultStatus } from '#contract/vault.ts';
import type { VaultState } from './state.ts';

const instant = (at: number) => new Date(at).toISOString();

/** What everybody may know of the vault: neither a name nor a value. */
export async function statusOf(state: VaultState, paused: PausedStep[]): Promise<VaultStatus> {
  await state.serial(() => state.load());
  const { document, problem, unlocked, idle } = state;
  const keychain = await state.options.keychain.status();
  const locksAt = unlocked ? idle.at : undefined;
  return {
    state: unlocked ? 'unlocked' : problem ? 'problem' : document ? 'locked' : 'none',
    ...(document
      ? {
          vault: document.vault,
          generation: document.generation,
          changed_at: instant(document.written_at),
          secrets: document.entries.length,
        }
      : {}),
    slots: (document?.slots ?? []).map((slot) => ({
      id: slot.id,
      kind: slot.kind,
      created_at: instant(slot.created_at),
      label: slot.kind === 'recovery' ? slot.recipient : slot.label,
    })),
    keychain: {
      available: keychain.available,
      name: keychain.available ? keychain.name : keychain.reason,
    },
    ...(locksAt === undefined ? {} : { locks_at: instant(locksAt) }),
    ...(problem ? { problem: problem.toShape() } : {}),
    generations: (await state.folder.generations()).map((one) => ({
      generation: one.generation,
      written_at: instant(one.written_at),
      bytes: one.bytes,
    })),
    paused,
  };
}

import { vi } from 'vitest';
import type { VaultStatus } from '#contract/vault.ts';
import type { SecretInfo } from '#contract/vaultSecrets.ts';
import type { Caller } from '#contract/platform.ts';
import { openWindow } from '#renderer/testing/windowHarness.tsx';

/** A vault as a platform tells of it. */
export const vaultStatus = (more: Partial<VaultStatus> = {}): VaultStatus => ({
  state: 'unlocked',
  vault: 'AAECAwQFBgcICQoLDA0ODw',
  generation: 7,
  secrets: 2,
  slots: [
    { id: 'slot_p', kind: 'passphrase', created_at: '2026-01-01T00:00:00.000Z', label: '' },
    { id: 'slot_r', kind: 'recovery', created_at: '2026-01-01T00:00:00.000Z', label: 'age1abc' },
  ],
  keychain: { available: false, name: 'there is none here.' },
  generations: [],
  paused: [],
  ...more,
});

/** A secret as a platform tells of it. */
export const secret = (name: string, more: Partial<SecretInfo> = {}): SecretInfo => ({
  name,
  description: `What ${name} is for`,
  tags: [],
  version: 1,
  versions: 1,
  created_at: '2026-01-01T00:00:00.000Z',
  changed_at: '2026-01-01T00:00:00.000Z',
  changed_by: 'ada',
  state: 'ok',
  uses: 0,
  ...more,
});

/** Something that was called with an input. */
export type Asked<T = Record<string, unknown>> = { input: T };
/** A handler that a test looks at afterwards. */
export const answering = <T = Record<string, unknown>>(answer: (asked: Asked<T>) => unknown) =>
  vi.fn<(asked: Asked<T>) => unknown>(answer);

/** Opens the window with a vault in it. */
export function openVault(
  {
    path = '/vault',
    status = vaultStatus(),
    secrets = [] as SecretInfo[],
    role = 'admin' as Caller['role'],
  },
  handlers: Parameters<typeof openWindow>[1] = {},
): ReturnType<typeof openWindow> {
  return openWindow(
    path,
    {
      'vault.status': () => status,
      'vault.list': () => ({ secrets }),
      ...handlers,
    },
    role,
  );
}

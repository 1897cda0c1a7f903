import type { NexusError } from '#main/base/errors.ts';
import type { AuditRecord } from '#main/audit/index.ts';
import type { Logger } from '#main/base/log.ts';
import { SHORTEST_SECRET } from '#main/base/redactforms.ts';
import type { SecretProvider } from '#main/secrets/index.ts';
import type { SettingsStore } from '#main/settings/index.ts';
import { noKeychain, Vault } from '#main/vault/index.ts';
import type { Notifications } from '#main/notifications/index.ts';
import type { Ground, PlatformOptions } from './parts.ts';
import type { Engine, EngineEvents } from '#main/workflows/engine/index.ts';
import type { EventBus } from '#main/base/events.ts';

/** Builds the vault, which tells `record` who used what. */
export function buildVault(
  { options, paths, db, clock, log, redactor }: Ground,
  settings: SettingsStore,
  record: (entry: AuditRecord) => Promise<void>,
): Vault {
  const vault = new Vault({
    db,
    folder: paths.vault,
    clock,
    log: log.part('vault'),
    conceal: (value, name) => redactor.add(value, name),
    record,
    keychain: options.keychain ?? noKeychain,
    idleMinutes: () => settings.get().vault_idle_minutes,
    locksWithScreen: () => settings.get().vault_lock_with_screen,
  });
  settings.onChange(({ keys }) => {
    if (keys.includes('vault_idle_minutes')) vault.idleChanged();
  });
  return vault;
}

/**
 * Unlocks at the start, where somebody left a key for that: a passphrase, or the system's keychain.
 * @throws NexusError `vault.wrong_passphrase`
 */
export async function unlockAtStart(
  vault: Vault,
  passphrase: string | undefined,
  log: Logger,
  mode: PlatformOptions['mode'],
): Promise<void> {
  const status = await vault.status();
  if (status.state !== 'locked') return;
  const byKeychain = status.keychain.available && status.slots.some((s) => s.kind === 'keychain');
  try {
    // A server that was given the key is meant to work at night, when nobody uses the vault for hours.
    vault.unattended = mode === 'serve' && passphrase !== undefined;
    if (passphrase !== undefined) await vault.unlock({ passphrase });
    else if (byKeychain) await vault.unlock({ keychain: true });
  } catch (error) {
    // A passphrase that somebody gave is meant: a start without it would surprise them at night.
    if (passphrase !== undefined && (error as NexusError).code === 'vault.wrong_passphrase')
      throw error;
    log.warn('The vault stays locked', { error });
  }
}

/**
 * A text in pieces: the values of secrets by their names, and what stands between them. The longest
 * secret first, where one holds another.
 */
export function splitAtSecrets(
  secrets: SecretProvider,
  text: string,
): (string | { secret: string })[] {
  const known = secrets.names().flatMap((name) => {
    try {
      const value = secrets.get(name);
      // Short values are ordinary text too often; nobody redacts them either.
      return value !== undefined && value.length >= SHORTEST_SECRET ? [{ name, value }] : [];
    } catch {
      return [];
    }
  });
  let parts: (string | { secret: string })[] = [text];
  for (const { name, value } of known.toSorted((a, b) => b.value.length - a.value.length))
    parts = parts.flatMap((part) =>
      typeof part !== 'string'
        ? [part]
        : part
            .split(value)
            .flatMap((piece, at) => (at === 0 ? [piece] : [{ secret: name }, piece])),
    );
  return parts.filter((part) => part !== '');
}

const KEY = 'vault';

/** What the engine is told of the vault: a step that needs it while it is locked waits for it. */
export function vaultDoor(vault: Vault) {
  return {
    blockedBy: ({ code }: NexusError) =>
      code === 'vault.locked' || code === 'vault.changed' ? KEY : undefined,
    isBlocked: (key: string) => key === KEY && vault.exists && !vault.unlocked,
  };
}

/** Tells a person, once until the next unlock, that the vault is locked and something waits for it. */
export function lockedNotice(vault: Vault, notifications: Notifications): (body: string) => void {
  let asked = false;
  vault.on('unlocked', () => (asked = false));
  return (body) => {
    if (asked) return;
    asked = true;
    notifications.notify({ level: 'warn', title: 'The vault is locked', body, link: '/vault' });
  };
}

/** Secrets for what cannot wait (a webhook's signature): whoever asks is refused, and a person hears of it. */
export function noticed(secrets: SecretProvider, notice: (body: string) => void): SecretProvider {
  return {
    names: () => secrets.names(),
    get(name) {
      try {
        return secrets.get(name);
      } catch (error) {
        if ((error as NexusError).code === 'vault.locked')
          notice(`A request needs the secret ${name} and is refused until the vault is unlocked.`);
        throw error;
      }
    },
  };
}

/** Lets steps go on when the vault is unlocked, and asks a person when the first one waits. */
export function joinVault(
  vault: Vault,
  engine: Engine,
  events: EventBus<EngineEvents>,
  notice: (body: string) => void,
): void {
  vault.paused = () =>
    engine.blocked(KEY).map(({ run, workflow, step, since }) => ({ run, workflow, step, since }));
  vault.on('unlocked', () => engine.unblock(KEY));
  events.on('step_blocked', ({ key, workflow, step }) => {
    if (key !== KEY) return;
    vault.stir();
    notice(`${workflow} waits at step ${step} for a secret. Unlock the vault, and it goes on.`);
  });
}

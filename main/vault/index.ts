import type { PausedStep, VaultStatus } from '#contract/vault.ts';
import type { SecretInfo, SecretVersion } from '#contract/vaultSecrets.ts';
import type { SecretProvider } from '#main/secrets/index.ts';
import { vaultError } from './errors.ts';
import {
  exportSecrets,
  importSecrets,
  type ExportRequest,
  type Imported,
  type ImportRequest,
} from './exchange.ts';
import {
  addSlot,
  initVault,
  rekeyVault,
  removeSlot,
  restoreVault,
  unlockVault,
  type Key,
} from './keyOperations.ts';
import {
  describeSecret,
  historyOf,
  listSecrets,
  removeSecret,
  rotateSecret,
  setSecret,
  valueOf,
  type Described,
  type SetResult,
} from './secretOperations.ts';
import { VaultState, type LockReason, type VaultEvents, type VaultOptions } from './state.ts';
import { statusOf } from './status.ts';
import type { UseOf } from './uses.ts';

export { type Keychain, noKeychain } from './keychain.ts';
export { vaultMigrations } from './migrations.ts';
export type { VaultEvents, VaultOptions } from './state.ts';

/** The vault: a file that only its keys open, and a provider of secrets while it is unlocked. */
export class Vault implements SecretProvider {
  readonly #state: VaultState;
  /** Steps that wait for it; set by whoever runs steps. */
  paused: () => PausedStep[] = () => [];

  /** No person is there who could unlock it again: it stays open until somebody locks it. */
  unattended = false;

  constructor(options: VaultOptions) {
    const idleMinutes = () => (this.unattended ? 0 : options.idleMinutes());
    this.#state = new VaultState({ ...options, idleMinutes });
    this.on('locked', () => (this.unattended = false));
  }

  /** Looks at the file. What is wrong with it is told by `status`, and when it is to be unlocked. */
  async open(): Promise<void> {
    await this.#state.load();
    if (this.#state.problem)
      this.#state.options.log.error(this.#state.problem.message, {
        code: this.#state.problem.code,
        hint: this.#state.problem.hint,
      });
  }

  /** Locks, and writes what waits. */
  close(): void {
    this.#state.lock('closed');
    this.#state.uses.flush();
  }

  on<Name extends keyof VaultEvents>(
    name: Name,
    listener: (event: VaultEvents[Name]) => void,
  ): () => void {
    return this.#state.events.on(name, listener);
  }

  get unlocked(): boolean {
    return this.#state.unlocked;
  }

  /** Whether a vault has been created on this home. */
  get exists(): boolean {
    return this.#state.exists;
  }

  /**
   * The value, or undefined where the vault has no such secret.
   * @throws NexusError `vault.locked` where it may have one
   */
  get(name: string): string | undefined {
    const state = this.#state;
    if (!state.unlocked) {
      if (state.mayHold(name)) throw vaultError.locked(name);
      return undefined;
    }
    const open = state.open();
    if (!open.find(name)) return undefined;
    state.idle.touch();
    return open.current(name).value;
  }

  /** Names that are there; of a locked vault those that were there when it was open. */
  names(): string[] {
    return this.#state.names;
  }

  /** Notes that a run or a login used a secret; does nothing for a name that is not of the vault. */
  used(name: string, by: string, use: UseOf): void {
    if (!this.#state.unlocked) return;
    const entry = this.#state.open().find(name);
    if (entry) this.#state.uses.note(entry.sealed.id, name, by, use);
  }

  status(): Promise<VaultStatus> {
    return statusOf(this.#state, this.paused());
  }

  /** The status now, then again whenever it changed. */
  async *watch(signal: AbortSignal): AsyncGenerator<VaultStatus, void, undefined> {
    let changed = true;
    let wake: (() => void) | undefined;
    const hear = () => {
      changed = true;
      wake?.();
    };
    const stop = this.on('changed', hear);
    signal.addEventListener('abort', hear);
    try {
      while (!signal.aborted) {
        if (changed) {
          changed = false;
          yield await this.status();
        } else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      stop();
      signal.removeEventListener('abort', hear);
    }
  }

  /** Tells watchers that what `status` says has changed (a step waits, another goes on). */
  stir(): void {
    this.#state.events.emit('changed', {});
  }

  init(given: {
    passphrase: string;
    recovery: boolean;
    keychain: boolean;
  }): Promise<string | undefined> {
    return initVault(this.#state, given);
  }

  unlock(key: Key): Promise<void> {
    return unlockVault(this.#state, key);
  }

  lock(reason: LockReason): void {
    this.#state.lock(reason);
  }

  /** Locks where the settings say so, unless it was opened for work that nobody attends. */
  personLeft(why: 'sleep' | 'screen'): void {
    if (!this.unattended && this.#state.options.locksWithScreen()) this.#state.lock(why);
  }

  list(): SecretInfo[] {
    this.#state.idle.touch();
    return listSecrets(this.#state);
  }

  set(given: { name: string; value: string } & Described, by: string): Promise<SetResult> {
    this.#state.idle.touch();
    return setSecret(this.#state, given, by);
  }

  describe(given: { name: string; rename?: string | undefined } & Described): Promise<SecretInfo> {
    this.#state.idle.touch();
    return describeSecret(this.#state, given);
  }

  value(name: string, version: number | undefined, by: string): { value: string; version: number } {
    this.#state.idle.touch();
    return valueOf(this.#state, name, version, by);
  }

  remove(name: string): Promise<boolean> {
    return removeSecret(this.#state, name);
  }

  rotate(given: Parameters<typeof rotateSecret>[1], by: string): Promise<SetResult> {
    this.#state.idle.touch();
    return rotateSecret(this.#state, given, by);
  }

  history(name: string): SecretVersion[] {
    return historyOf(this.#state, name);
  }

  rekey(given: Parameters<typeof rekeyVault>[1]): Promise<void> {
    return rekeyVault(this.#state, given);
  }

  addSlot(given: Parameters<typeof addSlot>[1]): Promise<string | undefined> {
    return addSlot(this.#state, given);
  }

  removeSlot(id: string): Promise<void> {
    return removeSlot(this.#state, id);
  }

  export(request: ExportRequest, by: string): Promise<{ file: Uint8Array; secrets: number }> {
    return exportSecrets(this.#state, request, by);
  }

  import(request: ImportRequest, by: string): Promise<Imported> {
    return importSecrets(this.#state, request, by);
  }

  restore(given: Parameters<typeof restoreVault>[1]): Promise<void> {
    return restoreVault(this.#state, given);
  }

  /** After the setting was changed. */
  idleChanged(): void {
    this.#state.idle.rearm();
    this.stir();
  }
}

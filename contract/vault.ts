import { z } from 'zod';
import { instant } from './common.ts';
import { operation } from './define.ts';
import { errorShape } from './errors.ts';
import { stream } from './stream.ts';
import { secretName } from './vaultSecrets.ts';

/** Characters that a new passphrase has at least. */
export const SHORTEST_PASSPHRASE = 8;

const passphrase = z.string().min(1).max(1024).describe('The vault’s passphrase.');

export const keySlot = z.object({
  id: z.string(),
  kind: z.enum(['passphrase', 'keychain', 'recovery']),
  created_at: instant,
  /** The keychain’s name, or the age recipient. */
  label: z.string(),
});
export type KeySlot = z.infer<typeof keySlot>;

export const vaultGeneration = z.object({
  generation: z.number().int(),
  written_at: instant,
  bytes: z.number().int(),
});

/** A step that goes on when the vault is unlocked. */
export const pausedStep = z.object({
  run: z.string(),
  workflow: z.string(),
  step: z.string(),
  since: instant,
});
export type PausedStep = z.infer<typeof pausedStep>;

export const vaultStatus = z.object({
  /** `none`: not created yet; `problem`: there is a file, and it must not be used as it is. */
  state: z.enum(['none', 'locked', 'unlocked', 'problem']),
  /** Id of the vault. */
  vault: z.string().optional(),
  generation: z.number().int().optional(),
  changed_at: instant.optional(),
  secrets: z.number().int().optional(),
  slots: z.array(keySlot),
  /** The system’s keychain: its name, or why there is none. */
  keychain: z.object({ available: z.boolean(), name: z.string() }),
  /** When it locks by itself, as things are. */
  locks_at: instant.optional(),
  problem: errorShape.optional(),
  /** Earlier generations that can be put back, the newest first. */
  generations: z.array(vaultGeneration),
  paused: z.array(pausedStep),
});
export type VaultStatus = z.infer<typeof vaultStatus>;

export const exportFormat = z.enum(['env', 'json']);

export const vault = {
  status: operation('GET /vault', { title: 'Show vault status', role: 'viewer', audit: 'none' })
    .input(z.object({}))
    .output(vaultStatus),
  /** The status now, then again whenever it changed. */
  watch: operation('GET /vault-changes', {
    title: 'Watch vault',
    role: 'viewer',
    audit: 'none',
    stream: true,
  })
    .input(z.object({}))
    .output(stream(vaultStatus)),
  /** `recovery_key` is shown this once and kept nowhere. */
  init: operation('POST /vault', {
    title: 'Create vault',
    role: 'admin',
    audit: 'input',
    secrets: ['passphrase'],
  })
    .input(
      z.object({
        passphrase,
        recovery: z.boolean().default(true),
        keychain: z.boolean().default(false),
      }),
    )
    .output(z.object({ status: vaultStatus, recovery_key: z.string().optional() })),
  unlock: operation('POST /vault/unlock', {
    title: 'Unlock vault',
    role: 'operator',
    audit: 'input',
    secrets: ['passphrase', 'identity'],
  })
    .input(
      z.object({
        passphrase: passphrase.optional(),
        /** The recovery key, `AGE-SECRET-KEY-1…`. */
        identity: z.string().max(10_000).optional(),
        keychain: z.boolean().optional(),
      }),
    )
    .output(vaultStatus),
  lock: operation('POST /vault/lock', {
    title: 'Lock vault',
    role: 'operator',
    audit: 'call',
    palette: true,
  })
    .input(
      z.object({
        /**
         * `sleep` and `screen`: the person has left. Then it locks only where the settings say so,
         * and not where it was opened for work that nobody attends.
         */
        why: z.enum(['asked', 'sleep', 'screen']).default('asked'),
      }),
    )
    .output(vaultStatus),
  /** A new passphrase, and with `master_key` a new master key: everything is sealed anew. */
  rekey: operation('POST /vault/keys', {
    title: 'Change vault keys',
    role: 'admin',
    audit: 'input',
    secrets: ['passphrase', 'new_passphrase'],
  })
    .input(
      z.object({
        passphrase,
        new_passphrase: passphrase.optional(),
        master_key: z.boolean().default(false),
      }),
    )
    .output(vaultStatus),
  /** `recovery_key` is there when a recovery slot was added without a recipient. */
  addSlot: operation('POST /vault/slots', {
    title: 'Add vault key slot',
    role: 'admin',
    audit: 'input',
  })
    .input(
      z.object({
        kind: z.enum(['keychain', 'recovery']),
        /** An age recipient of one’s own; without it a new recovery key is made. */
        recipient: z.string().max(4096).optional(),
      }),
    )
    .output(z.object({ status: vaultStatus, recovery_key: z.string().optional() })),
  removeSlot: operation('DELETE /vault/slots/{id}', {
    title: 'Remove vault key slot',
    role: 'admin',
    audit: 'input',
  })
    .input(z.object({ id: z.string() }))
    .output(vaultStatus),
  /** A plain age file for others: base64 of the very bytes. */
  export: operation('POST /vault/export', {
    title: 'Export secrets',
    role: 'admin',
    audit: 'input',
  })
    .input(
      z.object({
        recipients: z.array(z.string().max(4096)).min(1).max(20),
        format: exportFormat.default('env'),
        /** All of them where none is named. */
        names: z.array(secretName).optional(),
        armor: z.boolean().default(false),
      }),
    )
    .output(z.object({ file: z.string(), secrets: z.number().int() })),
  import: operation('POST /vault/import', {
    title: 'Import secrets',
    role: 'admin',
    audit: 'input',
    secrets: ['content', 'passphrase', 'identity'],
  })
    .input(
      z.object({
        /** Base64 of an age file, of `NAME=value` lines, or of a JSON object. */
        content: z.string().max(6 * 1024 * 1024),
        format: z.enum(['auto', 'env', 'json']).default('auto'),
        passphrase: z.string().max(1024).optional(),
        identity: z.string().max(10_000).optional(),
        /** Whether secrets that are there get a new version; otherwise they are left alone. */
        replace: z.boolean().default(false),
        /** Says what would become of the names, and changes nothing. */
        dry_run: z.boolean().default(false),
      }),
    )
    .output(
      z.object({
        added: z.array(z.string()),
        replaced: z.array(z.string()),
        skipped: z.array(z.string()),
      }),
    ),
  /**
   * Puts a kept generation back, the last good one where none is named, or accepts the file as it is.
   * It becomes a new generation and the vault is unlocked.
   */
  restore: operation('POST /vault/restore', {
    title: 'Restore vault',
    role: 'admin',
    audit: 'input',
    secrets: ['passphrase', 'identity'],
  })
    .input(
      z.object({
        generation: z.number().int().min(1).optional(),
        accept_current: z.boolean().default(false),
        passphrase: passphrase.optional(),
        identity: z.string().max(10_000).optional(),
      }),
    )
    .output(vaultStatus),
};

import { z } from 'zod';
import { instant } from './common.ts';
import { operation } from './define.ts';
import { errorShape } from './errors.ts';
import { stream } from './stream.ts';

/** Name of a secret, as `${{ secrets.NAME }}` has it. */
export const secretName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'letters, digits and underscores, not a digit first')
  .describe('Name of the secret.');

/** How old a value may become, in days, and how long before that Nexus begins to warn. */
export const rotationPolicy = z.object({
  max_age_days: z.number().int().min(1).max(3650),
  warn_days: z.number().int().min(0).max(365).default(14),
});
export type RotationPolicy = z.infer<typeof rotationPolicy>;

export const secretState = z.enum(['ok', 'expiring', 'expired']);
export type SecretState = z.infer<typeof secretState>;

const description = z.string().max(500);
const tags = z.array(z.string().regex(/^[\p{L}\p{N}_.:/-]{1,40}$/u)).max(20);
const passphrase = z.string().min(1).max(1024).describe('The vault’s passphrase.');
const value = z.string().min(1).describe('The value. It is never recorded and never shown.');

/** What is known of a secret. The value is never part of it. */
export const secretInfo = z.object({
  name: z.string(),
  description: z.string(),
  tags: z.array(z.string()),
  /** Number of the present version, from 1. */
  version: z.number().int(),
  /** How many versions are kept. */
  versions: z.number().int(),
  created_at: instant,
  /** When the present value was set. */
  changed_at: instant,
  changed_by: z.string(),
  rotation: rotationPolicy.optional(),
  state: secretState,
  warns_at: instant.optional(),
  expires_at: instant.optional(),
  last_used_at: instant.optional(),
  /** A person’s name, or `workflow:NAME`. */
  last_used_by: z.string().optional(),
  uses: z.number().int(),
});
export type SecretInfo = z.infer<typeof secretInfo>;

export const secretVersion = z.object({
  version: z.number().int(),
  created_at: instant,
  created_by: z.string(),
  current: z.boolean(),
});
export type SecretVersion = z.infer<typeof secretVersion>;

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

const secretFields = {
  description: description.optional(),
  tags: tags.optional(),
  rotation: rotationPolicy.nullable().optional(),
};

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
    .input(z.object({}))
    .output(vaultStatus),
  list: operation('GET /vault/secrets', { title: 'List secrets', role: 'operator', audit: 'none' })
    .input(z.object({}))
    .output(z.object({ secrets: z.array(secretInfo) })),
  /** Makes a secret, or gives one a new version. */
  set: operation('PUT /vault/secrets/{name}', {
    title: 'Set secret',
    role: 'admin',
    audit: 'input',
    secrets: ['value'],
  })
    .input(z.object({ name: secretName, value, ...secretFields }))
    .output(z.object({ secret: secretInfo, warning: z.string().optional() })),
  /** Changes what is said of a secret; the value stays. */
  describe: operation('PATCH /vault/secrets/{name}', {
    title: 'Describe secret',
    role: 'admin',
    audit: 'input',
  })
    .input(z.object({ name: secretName, rename: secretName.optional(), ...secretFields }))
    .output(z.object({ secret: secretInfo })),
  /** On the local command line only. */
  get: operation('POST /vault/secrets/{name}/value', {
    title: 'Get value of secret',
    role: 'admin',
    audit: 'input',
    local: true,
  })
    .input(z.object({ name: secretName, version: z.coerce.number().int().min(1).optional() }))
    .output(z.object({ value: z.string(), version: z.number().int() })),
  remove: operation('DELETE /vault/secrets/{name}', {
    title: 'Remove secret',
    role: 'admin',
    audit: 'input',
  })
    .input(z.object({ name: secretName }))
    .output(z.object({ removed: z.boolean() })),
  /** A new version: a value, a random one of `generate` characters, or that of an earlier `version`. */
  rotate: operation('POST /vault/secrets/{name}/rotate', {
    title: 'Rotate secret',
    role: 'admin',
    audit: 'input',
    secrets: ['value'],
  })
    .input(
      z.object({
        name: secretName,
        value: value.optional(),
        generate: z.number().int().min(12).max(1024).optional(),
        version: z.number().int().min(1).optional(),
      }),
    )
    .output(z.object({ secret: secretInfo, warning: z.string().optional() })),
  history: operation('GET /vault/secrets/{name}/history', {
    title: 'Show history of secret',
    role: 'operator',
    audit: 'none',
  })
    .input(z.object({ name: secretName }))
    .output(z.object({ versions: z.array(secretVersion) })),
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

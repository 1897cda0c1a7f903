import { z } from 'zod';
import { instant } from './common.ts';
import { operation } from './define.ts';

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

const secretFields = {
  description: description.optional(),
  tags: tags.optional(),
  rotation: rotationPolicy.nullable().optional(),
};

/** The secrets of the vault: part of `vault` in the table. */
export const vaultSecrets = {
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
};

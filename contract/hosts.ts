import { z } from 'zod';
import { instant } from './common.ts';

/** A host's name in the inventory: what people type. */
export const hostName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/,
    'letters, digits, dots, dashes and underscores, at most 128',
  );
const label = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$/, 'letters, digits, dots, dashes and slashes');
// What could pass for an option of a program has no place in an address or a user.
const word = (what: string) =>
  z
    .string()
    .min(1)
    .max(255)
    .regex(/^[^-\s\p{Cc}][^\s\p{Cc}]*$/u, what);

/** How one host is reached beyond its address; what is not named follows OpenSSH's habits. */
export const hostOptions = z.strictObject({
  /** The agent's socket or pipe; `none` for no agent; default SSH_AUTH_SOCK. */
  identity_agent: z.string().max(1024).optional(),
  /** Offer no other keys than the named files'. */
  identities_only: z.boolean().optional(),
  /** Name of the secret that holds the password. */
  password_secret: z.string().max(128).optional(),
  /** Name of the secret that holds the passphrase of the keys. */
  passphrase_secret: z.string().max(128).optional(),
  /** A new host key is taken without asking; a changed one is refused all the same. */
  accept_new: z.boolean().optional(),
  /** Name under which the host key is kept, where it is not the address. */
  host_key_alias: z.string().max(255).optional(),
  forward_agent: z.boolean().optional(),
  /** Seconds for the handshake, people's time to answer not counted. */
  connect_timeout: z.number().min(1).max(600).optional(),
  /** Seconds between signs of life. */
  keepalive: z.number().min(0).max(3600).optional(),
  /** A command whose input and output are the connection. It runs on this machine. */
  proxy_command: z.string().max(4096).optional(),
  /** `openssh` has the system's ssh do it; `auto` where the built-in client cannot. */
  client: z.enum(['auto', 'builtin', 'openssh']).optional(),
  /** Variables for interactive shells, as far as the server accepts them. */
  env: z.record(z.string(), z.string()).optional(),
});
export type HostOptions = z.infer<typeof hostOptions>;

const hostFields = {
  name: hostName,
  address: word('an address without blanks'),
  port: z.number().int().min(1).max(65_535),
  user: word('a user name without blanks').optional(),
  /** Files with private keys; `~` is the home folder. */
  identity: z.array(z.string().min(1).max(1024)).max(20),
  /** Hosts to go through, first one first: names of the inventory, or `user@address:port`. */
  jump: z.array(word('a host')).max(10),
  groups: z.array(label).max(50),
  tags: z.array(label).max(50),
  /** e.g. production, staging. */
  environment: label.optional(),
  notes: z.string().max(16_384).optional(),
  options: hostOptions,
};

/** A machine that Nexus can reach. */
export const host = z.object({
  id: z.string(),
  ...hostFields,
  source: z.enum(['added', 'imported']),
  created_at: instant,
  updated_at: instant,
});
export type Host = z.infer<typeof host>;

/** What a new host is made from. */
export const hostInput = z.strictObject({
  ...hostFields,
  port: hostFields.port.default(22),
  identity: hostFields.identity.default([]),
  jump: hostFields.jump.default([]),
  groups: hostFields.groups.default([]),
  tags: hostFields.tags.default([]),
  options: hostOptions.default({}),
});
export type HostInput = z.input<typeof hostInput>;

/** What may be changed; `null` takes a value away. */
export const hostChange = z
  .strictObject({
    ...hostFields,
    user: hostFields.user.nullable(),
    environment: hostFields.environment.nullable(),
    notes: hostFields.notes.nullable(),
  })
  .partial();
export type HostChange = z.infer<typeof hostChange>;

/** How the connection to a host is. */
export const connectionHealth = z.object({
  host: z.string(),
  state: z.enum(['idle', 'connecting', 'connected', 'failing']),
  /** Milliseconds of the last round trip. */
  latency_ms: z.number().optional(),
  since: instant,
  /** Sessions open now. */
  channels: z.number().int(),
  client: z.enum(['builtin', 'openssh']).optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  /** When a failing host is tried again at the earliest. */
  retry_at: instant.optional(),
});
export type ConnectionHealth = z.infer<typeof connectionHealth>;

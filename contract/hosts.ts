import { z } from 'zod';
import { instant } from './common.ts';
import { operation } from './define.ts';
import { errorShape } from './errors.ts';
import { stream } from './stream.ts';

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
  /** Files with certificates of the keys; `KEY-cert.pub` beside a key needs no naming. */
  certificates: z
    .array(
      z
        .string()
        .max(1024)
        .regex(/^[^"\p{Cc}]+$/u, 'a path without quotes'),
    )
    .max(20)
    .optional(),
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

/** What a host says of itself. Whatever it did not tell is missing. */
export const hostFacts = z.object({
  hostname: z.string().optional(),
  os: z.string().optional(),
  kernel: z.string().optional(),
  architecture: z.string().optional(),
  cpus: z.number().int().optional(),
  memory_bytes: z.number().optional(),
  uptime_seconds: z.number().optional(),
  addresses: z.array(z.string()).optional(),
  shell: z.string().optional(),
  python: z.string().optional(),
  disk_bytes: z.number().optional(),
  disk_free_bytes: z.number().optional(),
});
export type HostFacts = z.infer<typeof hostFacts>;

/** What came of a test of a connection. */
export const hostTest = z.object({
  host: z.string(),
  ok: z.boolean(),
  connect_ms: z.number().optional(),
  /** Median of a few commands. */
  command_ms: z.number().optional(),
  client: z.enum(['builtin', 'openssh']).optional(),
  error: errorShape.optional(),
});
export type HostTest = z.infer<typeof hostTest>;

/** A host that an import found, and how Nexus would reach it. */
export const foundHost = z.object({
  name: z.string(),
  change: z.enum(['added', 'updated', 'unchanged']),
  address: z.string(),
  port: z.number().int(),
  user: z.string().optional(),
  jump: z.array(z.string()),
});
export type FoundHost = z.infer<typeof foundHost>;

/** What an import found. */
export const hostImport = z.object({
  /** In the order of the file. */
  hosts: z.array(foundHost),
  added: z.array(z.string()),
  updated: z.array(z.string()),
  unchanged: z.array(z.string()),
  warnings: z.array(z.string()),
});
export type HostImport = z.infer<typeof hostImport>;

export const hostEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('host'), host }),
  z.object({ type: z.literal('removed'), id: z.string(), name: z.string() }),
  z.object({ type: z.literal('health'), health: connectionHealth }),
]);
export type HostEvent = z.infer<typeof hostEvent>;

const named = z.object({ name: z.string() });

/** `host` is a name or an id of the inventory. */
export const hosts = {
  list: operation('GET /hosts', { title: 'List hosts', role: 'viewer', audit: 'none' })
    .input(z.object({ expression: z.string().max(4096).optional() }))
    .output(z.object({ hosts: z.array(host) })),
  get: operation('GET /hosts/{name}', { title: 'Show host', role: 'viewer', audit: 'none' })
    .input(named)
    .output(z.object({ host })),
  add: operation('POST /hosts', { title: 'Add host', role: 'admin', audit: 'input' })
    .input(hostInput)
    .output(z.object({ host })),
  update: operation('PATCH /hosts/{name}', { title: 'Change host', role: 'admin', audit: 'input' })
    .input(z.object({ name: z.string(), change: hostChange }))
    .output(z.object({ host })),
  remove: operation('DELETE /hosts/{name}', { title: 'Remove host', role: 'admin', audit: 'input' })
    .input(named)
    .output(z.object({ removed: z.boolean() })),
  /** Takes over the hosts of an OpenSSH configuration on the platform's machine. */
  import: operation('POST /host-imports', {
    title: 'Import hosts',
    role: 'admin',
    audit: 'input',
  })
    .input(
      z.object({
        file: z.string().max(4096).optional(),
        /** Lets `Match exec` and the like run the commands that the file names. */
        allow_exec: z.boolean().default(false),
        dry_run: z.boolean().default(false),
        group: z.string().optional(),
        accept_new: z.boolean().default(false),
      }),
    )
    .output(hostImport),
  health: operation('GET /host-health', {
    title: 'Show connections',
    role: 'viewer',
    audit: 'none',
  })
    .input(z.object({}))
    .output(z.object({ connections: z.array(connectionHealth) })),
  /** The connections now, then every change of hosts and connections. */
  watch: operation('GET /host-changes', {
    title: 'Watch hosts',
    role: 'viewer',
    audit: 'none',
    stream: true,
  })
    .input(z.object({}))
    .output(stream(hostEvent)),
  test: operation('POST /hosts/{name}/test', {
    title: 'Test connection',
    role: 'operator',
    audit: 'input',
  })
    .input(named.extend({ interactive: z.boolean().default(true) }))
    .output(hostTest),
  facts: operation('POST /hosts/{name}/facts', {
    title: 'Show facts of host',
    role: 'operator',
    audit: 'input',
  })
    .input(named.extend({ interactive: z.boolean().default(true) }))
    .output(z.object({ facts: hostFacts })),
  /** Forgets the key that Nexus keeps; the next connection asks again. */
  forgetKey: operation('DELETE /hosts/{name}/key', {
    title: 'Forget host key',
    role: 'admin',
    audit: 'input',
  })
    .input(named)
    .output(z.object({ forgotten: z.number().int() })),
};

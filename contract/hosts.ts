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

/** What happened while a command ran on hosts. Output is base64: it need not be text. */
export const execEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('start'), host: z.string(), attempt: z.number().int() }),
  z.object({
    type: z.literal('output'),
    host: z.string(),
    stream: z.enum(['stdout', 'stderr']),
    data: z.string(),
  }),
  z.object({
    type: z.literal('end'),
    host: z.string(),
    attempt: z.number().int(),
    exit_code: z.number().int().nullable(),
    signal: z.string().nullable(),
    ms: z.number(),
    /** Whether output beyond the limit was dropped. */
    truncated: z.boolean(),
    /** Why there is no exit code. */
    error: errorShape.optional(),
  }),
  z.object({
    type: z.literal('done'),
    succeeded: z.array(z.string()),
    failed: z.array(z.string()),
    /** Not begun, because of the strategy or a stop. */
    skipped: z.array(z.string()),
  }),
]);
export type ExecEvent = z.infer<typeof execEvent>;

/** How a command goes through many hosts. */
export const execStrategy = z.enum(['all', 'rolling', 'canary']);

export const execInput = z.object({
  /** A host expression: `web-* and not tag:old`, `group:db`. */
  hosts: z.string().min(1).max(4096),
  command: z
    .string()
    .min(1)
    .max(128 * 1024),
  /** Base64; what the command reads. */
  stdin: z
    .string()
    .max(12 * 1024 * 1024)
    .optional(),
  /** How many hosts at once; default 50, and one after the other for `rolling`. */
  parallel: z.number().int().min(1).max(200).optional(),
  /** `rolling` stops at the first failure; `canary` tries one host before the others. */
  strategy: execStrategy.default('all'),
  /** Milliseconds for each host. */
  timeout_ms: z.number().int().min(1).max(86_400_000).optional(),
  /** How often the hosts that failed are tried again. */
  retries: z.number().int().min(0).max(10).default(0),
  /** Bytes of each stream that are handed on for each host; null for all of it, for who reads as it comes. */
  max_bytes: z
    .number()
    .int()
    .min(0)
    .max(256 * 1024 * 1024)
    .nullable()
    .default(8 * 1024 * 1024),
  interactive: z.boolean().default(true),
});
export type ExecInput = z.infer<typeof execInput>;

/** One entry of a folder on a host. */
export const remoteEntry = z.object({
  name: z.string(),
  path: z.string(),
  type: z.enum(['file', 'folder', 'link', 'other']),
  size: z.number(),
  /** Permission bits. */
  mode: z.number().int(),
  modified_at: instant,
  uid: z.number().int(),
  gid: z.number().int(),
});
export type RemoteEntry = z.infer<typeof remoteEntry>;

/** How far a transfer is. */
export const transferEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('progress'),
    host: z.string(),
    /** The file that is on its way. */
    file: z.string(),
    bytes: z.number(),
    total: z.number(),
    files: z.number().int(),
    files_total: z.number().int(),
  }),
  z.object({
    type: z.literal('done'),
    host: z.string(),
    files: z.number().int(),
    bytes: z.number(),
    /** Bytes that were there already and not sent again. */
    resumed: z.number(),
    ms: z.number(),
    /** Whether the other side's SHA-256 was compared. */
    verified: z.boolean(),
    sha256: z.string().optional(),
  }),
  z.object({ type: z.literal('failed'), host: z.string(), error: errorShape }),
]);
export type TransferEvent = z.infer<typeof transferEvent>;

export const transferInput = z.object({
  host: z.string(),
  /** Where it is: on this machine for an upload, on the host for a download. */
  from: z.string().min(1).max(4096),
  to: z.string().min(1).max(4096),
  /** Go on where an earlier transfer of the same file stopped. */
  resume: z.boolean().default(true),
  /** Compare checksums at the end, where the host has sha256sum. */
  verify: z.boolean().default(true),
  interactive: z.boolean().default(true),
});
export type TransferInput = z.infer<typeof transferInput>;

/** A port that is handed on through a host. */
export const forward = z.object({
  id: z.string(),
  host: z.string(),
  /** `local`: this machine listens; `remote`: the host listens; `dynamic`: a SOCKS5 proxy here. */
  kind: z.enum(['local', 'remote', 'dynamic']),
  listen_address: z.string(),
  listen_port: z.number().int(),
  target_address: z.string().optional(),
  target_port: z.number().int().optional(),
  state: z.enum(['starting', 'active', 'reconnecting', 'stopped']),
  /** Connections open now. */
  connections: z.number().int(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});
export type Forward = z.infer<typeof forward>;

export const forwardInput = z.object({
  host: z.string(),
  kind: forward.shape.kind,
  listen_address: z.string().min(1).max(255).default('127.0.0.1'),
  /** 0 picks a free one. */
  listen_port: z.number().int().min(0).max(65_535).default(0),
  target_address: z.string().min(1).max(255).optional(),
  target_port: z.number().int().min(1).max(65_535).optional(),
});
export type ForwardInput = z.infer<typeof forwardInput>;

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

/** What comes of a shell; `data` is base64. */
export const shellEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('opened'), session: z.string() }),
  z.object({ type: z.literal('data'), data: z.string() }),
  z.object({
    type: z.literal('exit'),
    code: z.number().int().nullable(),
    signal: z.string().nullable(),
    error: errorShape.optional(),
  }),
]);
export type ShellEvent = z.infer<typeof shellEvent>;

export const hostEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('host'), host }),
  z.object({ type: z.literal('removed'), id: z.string(), name: z.string() }),
  z.object({ type: z.literal('health'), health: connectionHealth }),
]);
export type HostEvent = z.infer<typeof hostEvent>;

const named = z.object({ name: z.string() });
const at = z.object({ host: z.string(), path: z.string().min(1).max(4096) });

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
  exec: operation('POST /host-commands', {
    title: 'Run command on hosts',
    role: 'operator',
    audit: 'input',
    stream: true,
  })
    .input(execInput)
    .output(stream(execEvent)),
  files: operation('GET /hosts/{host}/files', {
    title: 'List files of host',
    role: 'operator',
    audit: 'none',
  })
    .input(at)
    .output(z.object({ path: z.string(), entries: z.array(remoteEntry) })),
  makeFolder: operation('POST /hosts/{host}/folders', {
    title: 'Make folder on host',
    role: 'operator',
    audit: 'input',
  })
    .input(at)
    .output(z.object({ entry: remoteEntry })),
  renameFile: operation('POST /hosts/{host}/renames', {
    title: 'Rename file on host',
    role: 'operator',
    audit: 'input',
  })
    .input(at.extend({ to: z.string().min(1).max(4096) }))
    .output(z.object({ entry: remoteEntry })),
  removeFile: operation('DELETE /hosts/{host}/files', {
    title: 'Delete file on host',
    role: 'operator',
    audit: 'input',
  })
    .input(at.extend({ recursive: z.boolean().default(false) }))
    .output(z.object({ removed: z.number().int() })),
  /** From the platform's machine to the host. */
  upload: operation('POST /host-uploads', {
    title: 'Upload files to host',
    role: 'admin',
    audit: 'input',
    stream: true,
  })
    .input(transferInput)
    .output(stream(transferEvent)),
  /** From the host to the platform's machine. */
  download: operation('POST /host-downloads', {
    title: 'Download files from host',
    role: 'admin',
    audit: 'input',
    stream: true,
  })
    .input(transferInput)
    .output(stream(transferEvent)),
  forwards: operation('GET /host-forwards', {
    title: 'List forwards',
    role: 'operator',
    audit: 'none',
  })
    .input(z.object({}))
    .output(z.object({ forwards: z.array(forward) })),
  openForward: operation('POST /host-forwards', {
    title: 'Open forward',
    role: 'operator',
    audit: 'input',
  })
    .input(forwardInput)
    .output(z.object({ forward })),
  closeForward: operation('DELETE /host-forwards/{id}', {
    title: 'Close forward',
    role: 'operator',
    audit: 'input',
  })
    .input(z.object({ id: z.string() }))
    .output(z.object({ closed: z.boolean() })),
  /** An interactive shell: its first event names the session for the two operations below. */
  shell: operation('POST /host-shells', {
    title: 'Open shell on host',
    role: 'operator',
    audit: 'input',
    stream: true,
  })
    .input(
      z.object({
        host: z.string(),
        cols: z.number().int().min(1).max(1000),
        rows: z.number().int().min(1).max(1000),
        term: z.string().max(64).default('xterm-256color'),
      }),
    )
    .output(stream(shellEvent)),
  shellWrite: operation('POST /host-shells/{session}/input', {
    title: 'Type into shell',
    role: 'operator',
    audit: 'none',
  })
    .input(z.object({ session: z.string(), data: z.string().max(1024 * 1024) }))
    .output(z.object({})),
  shellResize: operation('POST /host-shells/{session}/size', {
    title: 'Resize shell',
    role: 'operator',
    audit: 'none',
  })
    .input(
      z.object({
        session: z.string(),
        cols: z.number().int().min(1).max(1000),
        rows: z.number().int().min(1).max(1000),
      }),
    )
    .output(z.object({})),
};

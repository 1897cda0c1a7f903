import { z } from 'zod';
import { instant } from './common.ts';
import { operation } from './define.ts';
import { errorShape } from './errors.ts';
import { stream } from './stream.ts';

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

const at = z.object({ host: z.string(), path: z.string().min(1).max(4096) });

/** Files on hosts and their transfer: part of `hosts` in the table. */
export const hostFiles = {
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
};

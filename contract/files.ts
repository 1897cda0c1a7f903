import { z } from 'zod';
import { operation } from './define.ts';

/** A path below a folder, `/` between its parts: no part leads out of it or hides something. */
export const relativePath = z
  .string()
  .min(1)
  .max(4096)
  .refine(
    (path) =>
      path
        .split('/')
        .every((part) => /^[^\\\p{Cc}]{1,255}$/u.test(part) && !/^\.{1,2}$/.test(part)),
    'names without backslashes or control characters, and no “..” among them',
  );

/** Largest file that a browser may send, in bytes (1 TiB). */
const MOST_BYTES = 2 ** 40;

/**
 * Files that go between a browser and a host, through Nexus and without being kept there. What is
 * asked here is checked and recorded like any operation; the bytes then go by a plain request to
 * `url`, which only the same caller can use, once, within ten minutes.
 */
export const files = {
  /** `PUT` the bytes from `offset` on to `url`. */
  openUpload: operation('POST /file-uploads', {
    title: 'Send file to host',
    role: 'admin',
    audit: 'input',
  })
    .input(
      z.object({
        host: z.string(),
        /** The folder on the host; `~` is the home folder. */
        folder: z.string().min(1).max(4096),
        /** Where in it: a name, or a path whose folders are made. */
        name: relativePath,
        size: z.number().int().min(0).max(MOST_BYTES),
        /** When the file was last changed (milliseconds since 1970); tells two of one name apart. */
        modified: z.number().int().min(0).default(0),
        /** Go on where an earlier upload of the same file stopped. */
        resume: z.boolean().default(true),
      }),
    )
    .output(
      z.object({
        url: z.string(),
        path: z.string(),
        /** So many bytes are there already. */
        offset: z.number().int(),
      }),
    ),
  /** `GET` from `url`; a folder comes as a tar archive. */
  openDownload: operation('POST /file-downloads', {
    title: 'Fetch file from host',
    role: 'admin',
    audit: 'input',
  })
    .input(z.object({ host: z.string(), path: z.string().min(1).max(4096) }))
    .output(
      z.object({
        url: z.string(),
        name: z.string(),
        /** Unknown for an archive. */
        size: z.number().int().optional(),
      }),
    ),
};

/** What the answer to the `PUT` says. */
export const receivedFile = z.object({
  path: z.string(),
  /** Size of the whole file. */
  bytes: z.number().int(),
  /** Bytes that were there already. */
  resumed: z.number().int(),
  /** Whether the host’s SHA-256 of what was sent is that of what came. */
  verified: z.boolean(),
  sha256: z.string().optional(),
});
export type ReceivedFile = z.infer<typeof receivedFile>;

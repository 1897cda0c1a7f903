import { createHash } from 'node:crypto';
import { mkdir, open, rename, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, posix, sep } from 'node:path';
import { syncFolder } from '#main/base/files.ts';
import type { Sessions } from '../connection/connection.ts';
import { sshError } from '../connection/errors.ts';
import { fromInput } from '../remote-shell.ts';
import { nameLost, REPLACEMENT } from './plan.ts';
import { script } from './script.ts';
import { pathWord, SUM } from './remote-path.ts';
import { LONGEST_NAMED } from './upload.ts';

/** One file on its way from a host. */
export interface DownloadFile {
  host: string;
  /** Its path on the host. */
  from: string;
  /** A file's path here; a folder that exists, or an end in `/`, takes it under its own name. */
  to: string;
  resume: boolean;
  verify: boolean;
  signal?: AbortSignal;
  onBytes(bytes: number, total: number): void;
}

export interface DownloadResult {
  bytes: number;
  resumed: number;
  verified: boolean;
  sha256?: string;
  path: string;
}

interface Remote {
  size: number;
  mode: number;
  mtime: number;
}

/**
 * Fetches a file by `cat`, into a hidden file beside the target that is renamed over it when all of
 * it has arrived and its SHA-256 is the host's. An interrupted transfer is gone on with.
 *
 * @throws NexusError `ssh.download_*`, `ssh.connection_lost`
 */
export async function downloadFile(
  connection: Sessions,
  file: DownloadFile,
): Promise<DownloadResult> {
  const remote = await look(connection, file);
  const target = await targetOf(file);
  await mkdir(dirname(target), { recursive: true });
  const mark = createHash('sha256')
    .update(`${file.host}\0${file.from}\0${remote.size}\0${remote.mtime}`)
    .digest('hex')
    .slice(0, 12);
  const name = basename(target);
  const named = Buffer.byteLength(name) <= LONGEST_NAMED ? `.${name}` : '';
  const part = join(dirname(target), `${named}.nexus-${mark}.part`);
  const handle = await open(part, 'a+', 0o600);
  try {
    const { offset, hash } = await resumeAt(connection, handle, file, remote);
    if (offset === 0) await handle.truncate(0);
    // In a session of its own, so that the host reads for both at once.
    const expected = file.verify ? remoteSum(connection, file) : Promise.resolve('');
    expected.catch(() => undefined);
    await receive(connection, handle, file, remote, offset, (chunk) => {
      if (file.verify) hash.update(chunk);
    });
    const own = hash.digest('hex');
    let sum = await expected;
    // A log has grown since it was looked at: what it had then is what came.
    if (sum !== '' && sum !== own) sum = await sumOfBeginning(connection, file, remote.size);
    if (sum !== '' && sum !== own) {
      await handle.truncate(0);
      throw damaged(file, sum, own);
    }
    await handle.chmod(remote.mode & 0o777 || 0o600);
    await handle.utimes(remote.mtime, remote.mtime);
    await handle.sync();
    await rename(part, target);
    await syncFolder(dirname(target));
    const known = file.verify ? { sha256: own } : {};
    return { bytes: remote.size, resumed: offset, verified: sum !== '', path: target, ...known };
  } finally {
    await handle.close();
  }
}

function damaged(file: DownloadFile, there: string, here: string) {
  return sshError(
    'download_damaged',
    `What arrived of ${file.from} is not what the host has (SHA-256 differs).`,
    'The file may have changed meanwhile. The target was not touched; try again.',
    { details: { file: file.from, there, here } },
  );
}

async function look(connection: Sessions, file: DownloadFile): Promise<Remote> {
  const text = await script(
    connection,
    `s=${pathWord(file.from)}
[ -e "$s" ] || { echo "There is no $s on the host." >&2; exit 1; }
[ -f "$s" ] || { echo "$s is not a file." >&2; exit 1; }
[ -r "$s" ] || { echo "$s may not be read." >&2; exit 1; }
stat -L -c '%s %a %Y' "$s" 2>/dev/null || stat -L -f '%z %Lp %m' "$s" 2>/dev/null || echo "$(wc -c < "$s") 644 0"`,
    'download_failed',
    file.signal,
  ).catch((error: unknown) => {
    throw file.from.includes(REPLACEMENT) && !file.signal?.aborted ? nameLost(file.from) : error;
  });
  const [size = 0, , mtime = 0] = text.trim().split(/\s+/).map(Number);
  const mode = Number.parseInt(text.trim().split(/\s+/)[1] ?? '644', 8);
  return { size, mode, mtime };
}

async function targetOf(file: DownloadFile): Promise<string> {
  const name = posix.basename(file.from);
  const inside =
    file.to.endsWith('/') || file.to.endsWith(sep) || (await kindOf(file.to)) === 'folder';
  const target = inside ? join(file.to, name) : file.to;
  if ((await kindOf(target)) === 'other')
    throw sshError(
      'download_failed',
      `${target} on this machine is a device or pipe, and would be replaced.`,
      'Name a file.',
      { details: { file: target, retryable: false } },
    );
  return target;
}

async function kindOf(path: string): Promise<'file' | 'folder' | 'other' | undefined> {
  const there = await stat(path).catch(() => undefined);
  return there && (there.isDirectory() ? 'folder' : there.isFile() ? 'file' : 'other');
}

async function resumeAt(
  connection: Sessions,
  handle: FileHandle,
  file: DownloadFile,
  remote: Remote,
) {
  const fresh = () => ({ offset: 0, hash: createHash('sha256') });
  const { size } = await handle.stat();
  if (!file.resume || size === 0 || size > remote.size) return fresh();
  const hash = createHash('sha256');
  for await (const chunk of handle.createReadStream({ start: 0, end: size - 1, autoClose: false }))
    hash.update(chunk as Buffer);
  const there = await sumOfBeginning(connection, file, size);
  return there === hash.copy().digest('hex') ? { offset: size, hash } : fresh();
}

const remoteSum = (connection: Sessions, file: DownloadFile) =>
  sumBy(connection, file, `sum < ${pathWord(file.from)}`);

const sumOfBeginning = (connection: Sessions, file: DownloadFile, size: number) =>
  sumBy(connection, file, `head -c ${size} ${pathWord(file.from)} | sum`);

async function sumBy(connection: Sessions, file: DownloadFile, program: string): Promise<string> {
  const text = await script(connection, `${SUM}${program}`, 'download_failed', file.signal);
  return text.trim();
}

async function receive(
  connection: Sessions,
  handle: FileHandle,
  file: DownloadFile,
  remote: Remote,
  offset: number,
  onChunk: (chunk: Buffer) => void,
): Promise<void> {
  const read =
    offset === 0
      ? `exec cat ${pathWord(file.from)}`
      : `exec tail -c +${offset + 1} ${pathWord(file.from)}`;
  const wrapped = fromInput(`${read}\n`);
  const channel = await connection.exec(wrapped.command);
  const stop = () => channel.kill();
  file.signal?.addEventListener('abort', stop, { once: true });
  let errors = '';
  channel.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-2000)));
  try {
    channel.stdin.on('error', () => undefined);
    channel.stdin.end(wrapped.preamble);
    let more = false;
    const take = (chunk: Buffer, total: number) => {
      onChunk(chunk);
      file.onBytes(total, remote.size);
    };
    const received = await collect(channel.stdout, handle, offset, take, (total) => {
      // Of a file that says it is empty and is not (in /proc) nobody knows where it ends.
      if (remote.size === 0 || total <= remote.size) return 0;
      more = true;
      stop();
      return total - remote.size;
    });
    const exit = await channel.exit;
    file.signal?.throwIfAborted();
    if ((exit.code === 0 || more) && received === remote.size) return;
    throw sshError(
      'download_failed',
      `${file.from} did not arrive: ${errors.trim().split('\n').at(-1) || `${received} of ${remote.size} bytes came`}.`,
      'The next try goes on where this one stopped.',
      { details: { file: file.from } },
    );
  } finally {
    file.signal?.removeEventListener('abort', stop);
  }
}

const WRITE_BYTES = 1024 * 1024;

/** Waiting to be written; the sender is held back beyond it. */
const MOST_HELD = 4 * WRITE_BYTES;

// Small packets become large writes: while one is written the next is collected. A listener and not
// `for await`, which would copy everything that waits into one buffer first. `beyond` says how much of
// the last chunk is not wanted.
function collect(
  stdout: NodeJS.ReadableStream,
  handle: FileHandle,
  offset: number,
  onChunk: (chunk: Buffer, total: number) => void,
  beyond: (total: number) => number,
): Promise<number> {
  return new Promise((resolve, reject) => {
    let total = offset;
    let batch: Buffer[] = [];
    let held = 0;
    let writing = false;
    let ended = false;
    const early = syncEarly(handle, offset);
    const write = () => {
      if (writing) return;
      if (batch.length === 0 && ended) resolve(total);
      if (batch.length === 0 || (held < WRITE_BYTES && !ended)) return;
      const bytes = batch;
      batch = [];
      held = 0;
      writing = true;
      writeAll(handle, bytes).then(() => {
        writing = false;
        early(total);
        if (!ended) stdout.resume();
        write();
      }, reject);
    };
    stdout.on('data', (all: Buffer) => {
      const chunk = all.subarray(0, Math.max(0, all.length - beyond(total + all.length)));
      if (chunk.length === 0) return;
      total += chunk.length;
      held += chunk.length;
      onChunk(chunk, total);
      batch.push(chunk);
      if (held >= MOST_HELD) stdout.pause();
      write();
    });
    const end = () => {
      ended = true;
      write();
    };
    stdout.once('end', end).once('close', end).once('error', reject);
  });
}

const SYNC_BYTES = 128 * 1024 * 1024;

// Has the disk begin while more is coming: else all of it waits for the end. What goes wrong here
// goes wrong there too.
function syncEarly(handle: FileHandle, offset: number): (total: number) => void {
  let at = offset;
  let busy = false;
  return (total) => {
    if (busy || total - at < SYNC_BYTES) return;
    at = total;
    busy = true;
    handle
      .datasync()
      .catch(() => undefined)
      .finally(() => (busy = false));
  };
}

// A full disk may take a part of what it is given before it says so.
async function writeAll(handle: FileHandle, chunks: Buffer[]): Promise<void> {
  const size = chunks.reduce((sum, one) => sum + one.length, 0);
  const { bytesWritten } = await handle.writev(chunks);
  if (bytesWritten < size) await handle.writeFile(Buffer.concat(chunks).subarray(bytesWritten));
}

import { createHash, type Hash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Sessions } from '../connection/connection.ts';
import { sshError } from '../connection/errors.ts';
import { fromInput, quote } from '../remote-shell.ts';
import { pour } from './pour.ts';
import { script } from './script.ts';
import { pathWord, SUM } from './remote-path.ts';

/** One file on its way to a host. */
export interface UploadFile {
  from: string;
  /** Tells uploads of one file apart that meet in one place (a machine under two names). */
  host: string;
  /** The file's path on the host; a folder that exists, or an end in `/`, takes it under its own name. */
  to: string;
  resume: boolean;
  verify: boolean;
  signal?: AbortSignal;
  /** Told how much has been sent, the part that was there already included. */
  onBytes(bytes: number, total: number): void;
}

export interface UploadResult {
  bytes: number;
  resumed: number;
  verified: boolean;
  sha256?: string;
  path: string;
}

const CHUNK = 1024 * 1024;
/** Bytes of a name that stands in the name of its part; the part's own words are 25 more. */
export const LONGEST_NAMED = 230;

/**
 * Sends a file by `cat` on the host, which is about twice as fast as SFTP: into a hidden file beside
 * the target, which is renamed over it when all of it has arrived and its SHA-256 is right. An
 * interrupted transfer leaves that part, and the next one goes on from there.
 *
 * @throws NexusError `ssh.upload_*`, `ssh.connection_lost`
 */
export async function uploadFile(connection: Sessions, file: UploadFile): Promise<UploadResult> {
  const source = await open(file.from, 'r');
  try {
    const stats = await source.stat();
    const mark = createHash('sha256')
      .update(`${file.host}\0${file.from}\0${stats.size}\0${stats.mtimeMs}`)
      .digest('hex')
      .slice(0, 12);
    const place = await preparePart(connection, file.to, basename(file.from), mark);
    const begun = await resumeAt(source, stats.size, place, file.resume);
    const sent = await send(connection, source, { ...file, ...place, size: stats.size, ...begun });
    await finish(connection, place, stats.mode & 0o777, Math.floor(stats.mtimeMs / 1000));
    return { bytes: stats.size, resumed: begun.offset, path: place.target, ...sent };
  } finally {
    await source.close();
  }
}

/** Where a file goes on a host, and the part of it that is there. */
export interface Place {
  target: string;
  part: string;
  /** Size and SHA-256 of the part that is there. */
  there: number;
  sum: string;
}

/** Finds the file's place and makes the folders before it. @param mark tells its part from those of other files */
export async function preparePart(
  connection: Sessions,
  to: string,
  name: string,
  mark: string,
): Promise<Place> {
  const text = await script(
    connection,
    `t=${pathWord(to)}; n=${quote(name)}
case "$t" in */) mkdir -p "$t"; t="$t$n";; *) [ -d "$t" ] && t="$t/$n";; esac
[ ! -d "$t" ] || { echo "$t is a folder on the host." >&2; exit 1; }
[ ! -e "$t" ] || [ -f "$t" ] || { echo "$t is a device or pipe, and would be replaced." >&2; exit 1; }
case "$t" in */*) d="\${t%/*}/";; *) d=;; esac
[ -z "$d" ] || mkdir -p "$d" || exit 1
b="\${t##*/}"; p="$d.$b.nexus-${mark}.part"
# A name has 255 bytes at most; the mark alone tells the part as well.
[ "$(printf %s "$b" | wc -c)" -le ${LONGEST_NAMED} ] || p="$d.nexus-${mark}.part"
${SUM}
if [ -f "$p" ]; then s=$(wc -c < "$p" | tr -d ' '); h=$(sum < "$p"); else s=0; h=; fi
printf '%s\\0%s\\0%s\\0%s' "$t" "$p" "$s" "$h"`,
    'upload_failed',
  );
  const [target = '', part = '', there = '0', sum = ''] = text.split('\0');
  return { target, part, there: Number(there), sum };
}

/** How much is there already, and the hash of it, to be gone on with. */
interface Begun {
  offset: number;
  hash: Hash;
}

// The part counts only when it is the beginning of this very file.
async function resumeAt(
  source: FileHandle,
  size: number,
  place: Place,
  wanted: boolean,
): Promise<Begun> {
  const anew = { offset: 0, hash: createHash('sha256') };
  if (!wanted || place.there === 0 || place.there > size || place.sum === '') return anew;
  const hash = createHash('sha256');
  for await (const chunk of source.createReadStream({
    start: 0,
    end: place.there - 1,
    highWaterMark: CHUNK,
    autoClose: false,
  }))
    hash.update(chunk as Buffer);
  const same = hash.copy().digest('hex') === place.sum;
  return same ? { offset: place.there, hash } : anew;
}

async function send(
  connection: Sessions,
  source: FileHandle,
  file: UploadFile & Place & Begun & { size: number },
): Promise<{ verified: boolean; sha256?: string }> {
  const redirect = file.offset > 0 ? '>>' : '>';
  // Hashed when all is there, out of the cache: `tee` goes by 8 KiB and halved the speed.
  const look = file.verify ? `sum < "$p"` : ':';
  const wrapped = fromInput(`p=${pathWord(file.part)}
${SUM}
umask 077; : ${redirect} "$p" || exit 1
cat >> "$p" || exit 1
${look}
printf ' %s' "$(wc -c < "$p" | tr -d ' ')"
`);
  const channel = await connection.exec(wrapped.command);
  let answer = '';
  let errors = '';
  channel.stdout.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  channel.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-2000)));
  const stop = () => channel.kill();
  file.signal?.addEventListener('abort', stop, { once: true });
  const hash = file.verify ? file.hash : undefined;
  try {
    channel.stdin.on('error', () => undefined);
    channel.stdin.write(wrapped.preamble);
    let sent = file.offset;
    file.onBytes(sent, file.size);
    await pour(rest(source, file), channel, (chunk) => {
      file.signal?.throwIfAborted();
      hash?.update(chunk);
      sent += chunk.length;
      file.onBytes(sent, file.size);
    });
    const exit = await channel.exit;
    file.signal?.throwIfAborted();
    return check(file, exit.code, answer, errors, hash?.digest('hex'));
  } finally {
    file.signal?.removeEventListener('abort', stop);
  }
}

// Nothing where nothing is left: a stream cannot be asked for no bytes.
async function* rest(
  source: FileHandle,
  { size, offset }: { size: number; offset: number },
): AsyncGenerator<Buffer, void, undefined> {
  if (size <= offset) return;
  const range = { start: offset, end: size - 1, highWaterMark: CHUNK, autoClose: false };
  yield* source.createReadStream(range) as AsyncIterable<Buffer>;
}

function check(
  file: UploadFile & Place & { size: number },
  code: number | null,
  answer: string,
  errors: string,
  sent: string | undefined,
): { verified: boolean; sha256?: string } {
  const [sum = '', size = ''] =
    answer.trim().split(/\s+/).length > 1 ? answer.trim().split(/\s+/) : ['', answer.trim()];
  if (code !== 0 || Number(size) !== file.size)
    throw sshError(
      'upload_failed',
      `${file.to} was not written: ${errors.trim().split('\n').at(-1) || `${size || 0} of ${file.size} bytes arrived`}.`,
      'See the free space and the permissions on the host. The next try goes on where this one stopped.',
      { details: { file: file.to } },
    );
  if (sent === undefined || sum === '') return { verified: false };
  if (sum !== sent)
    throw sshError(
      'upload_damaged',
      `What arrived at ${file.to} is not what was sent (SHA-256 differs).`,
      'The target was not touched. Try again without resume.',
      { details: { file: file.to, sent, arrived: sum } },
    );
  return { verified: true, sha256: sent };
}

async function finish(
  connection: Sessions,
  { part, target }: Place,
  mode: number,
  mtime: number,
): Promise<void> {
  await script(
    connection,
    `p=${pathWord(part)}; t=${pathWord(target)}
chmod ${mode.toString(8)} "$p" && { touch -d @${mtime} "$p" 2>/dev/null || :; } && mv -f "$p" "$t"`,
    'upload_failed',
  );
}

import { createHash } from 'node:crypto';
import type { ReceivedFile } from '#contract/files.ts';
import type { Sessions } from '../connection/connection.ts';
import { sshError } from '../connection/errors.ts';
import { fromInput } from '../remote-shell.ts';
import { pour } from './pour.ts';
import { pathWord, SUM } from './remote-path.ts';
import { script } from './script.ts';
import type { Place } from './upload.ts';

/** A file that comes as a stream on its way to a host. */
export interface Incoming {
  place: Place;
  /** Size of the whole file. */
  size: number;
  /** So many bytes of it are in the part already. */
  offset: number;
  /** Milliseconds since 1970; 0 where nobody knows. */
  modified: number;
}

/**
 * Writes a stream to a host: into the hidden part beside the target, which is renamed over it when all
 * of it has come and the host's SHA-256 of what was sent is right. A stream that ends early leaves the
 * part for the next try. Holds no more of it than a few chunks.
 *
 * @throws NexusError `ssh.upload_*`, `ssh.connection_lost`; the stream's error, the signal's reason
 */
export async function receiveFile(
  connection: Sessions,
  file: Incoming,
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<ReceivedFile> {
  const sent = await append(connection, file, source, signal);
  await finish(connection, file);
  const { size, offset, place } = file;
  return { path: place.target, bytes: size, resumed: offset, ...sent };
}

async function append(
  connection: Sessions,
  file: Incoming,
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<{ verified: boolean; sha256?: string }> {
  const { place, size, offset } = file;
  // The part may have grown since it was looked at; then this is not its rest.
  const wrapped = fromInput(`p=${pathWord(place.part)}
${SUM}
umask 077; ${offset > 0 ? '' : ': > "$p" || exit 1'}
[ "$(wc -c < "$p" | tr -d ' ')" = ${offset} ] || { echo "Somebody else writes $p." >&2; exit 1; }
cat >> "$p" || exit 1
printf '%s %s' "$(wc -c < "$p" | tr -d ' ')" "$(tail -c +${offset + 1} "$p" | sum)"
`);
  const channel = await connection.exec(wrapped.command);
  let answer = '';
  let errors = '';
  channel.stdout.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  channel.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-2000)));
  channel.exit.catch(() => undefined);
  const hash = createHash('sha256');
  let came = offset;
  try {
    channel.stdin.on('error', () => undefined);
    channel.stdin.write(wrapped.preamble);
    await pour(until(source, signal), channel, (chunk) => {
      came += chunk.length;
      if (came > size) throw notThatSize(place.target, size, came);
      hash.update(chunk);
    });
    if (came < size && errors === '') throw notThatSize(place.target, size, came);
    const exit = await channel.exit;
    signal.throwIfAborted();
    const [there, sum] = answer.trim().split(' ');
    if (exit.code !== 0 || Number(there) !== size) throw failed(place.target, errors, there, size);
    return compare(place.target, hash.digest('hex'), sum ?? '');
  } catch (error) {
    // An orderly end would let the host go on as if this were all.
    channel.kill();
    throw error;
  }
}

// A source may say nothing for ever: the signal ends the waiting too. No `Promise.race`: what is raced
// against a promise that never settles is held by it, every chunk of the file.
async function* until(
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const chunks = source[Symbol.asyncIterator]();
  for (;;) {
    signal.throwIfAborted();
    const { value, done } = await new Promise<IteratorResult<Uint8Array, unknown>>(
      (resolve, reject) => {
        const stop = () => reject(signal.reason as Error);
        signal.addEventListener('abort', stop, { once: true });
        const over = () => signal.removeEventListener('abort', stop);
        chunks.next().then(resolve, reject).finally(over);
      },
    );
    if (done) return;
    yield value;
  }
}

function compare(path: string, sha256: string, there: string) {
  if (there === '') return { verified: false, sha256 };
  if (there === sha256) return { verified: true, sha256 };
  throw sshError(
    'upload_damaged',
    `What arrived at ${path} is not what was sent (SHA-256 differs).`,
    'The target was not touched. Try again without resume.',
    { details: { file: path, sent: sha256, arrived: there } },
  );
}

function failed(path: string, errors: string, there: string | undefined, size: number) {
  const why = errors.trim().split('\n').at(-1) || `${there || 0} of ${size} bytes arrived`;
  return sshError(
    'upload_failed',
    `${path} was not written: ${why}.`,
    'See the free space and the permissions on the host. The next try goes on where this one stopped.',
    { details: { file: path } },
  );
}

function notThatSize(path: string, size: number, came: number) {
  return sshError(
    'upload_size',
    `${came > size ? 'More' : 'Less'} came for ${path} than the ${size} bytes that were announced.`,
    'Send the file again.',
    { details: { file: path, retryable: false } },
  );
}

// A file that is replaced keeps its permissions; nobody told ours.
async function finish(connection: Sessions, { place, modified }: Incoming): Promise<void> {
  const time =
    modified > 0 ? `touch -d @${Math.floor(modified / 1000)} "$p" 2>/dev/null || :;` : '';
  await script(
    connection,
    `p=${pathWord(place.part)}; t=${pathWord(place.target)}
m=$(stat -c %a "$t" 2>/dev/null || stat -f %Lp "$t" 2>/dev/null || echo 644)
chmod "$m" "$p" || exit 1
${time}
mv -f "$p" "$t"`,
    'upload_failed',
  );
}

import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import type { Sessions } from '../connection/connection.ts';
import { sshError } from '../connection/errors.ts';
import { fromInput } from '../remote-shell.ts';
import { pathWord } from './remote-path.ts';
import { script } from './script.ts';

/** A file or folder of a host, as it is to be sent on. */
export interface Outgoing {
  path: string;
  /** Under which it is kept where it goes; a folder's ends in `.tar`. */
  name: string;
  folder: boolean;
  /** Bytes of a file; unknown for an archive. */
  size?: number;
}

/** A stream out of a host. `ended` tells whether all of it came. */
export interface OutgoingStream {
  stream: Readable;
  ended: Promise<void>;
  stop: () => void;
}

/** Looks at what is to be fetched. @throws NexusError `ssh.download_failed` where it is not there or may not be read */
export async function lookAt(connection: Sessions, path: string): Promise<Outgoing> {
  const text = await script(
    connection,
    `s=${pathWord(path)}
[ -e "$s" ] || { echo "There is no $s on the host." >&2; exit 1; }
[ -r "$s" ] || { echo "$s may not be read." >&2; exit 1; }
if [ -d "$s" ]; then printf 'folder %s' "$(cd "$s" && pwd -P)"
elif [ -f "$s" ]; then printf 'file %s' "$(wc -c < "$s" | tr -d ' ')"
else echo "$s is neither a file nor a folder." >&2; exit 1; fi`,
    'download_failed',
  );
  const rest = text.slice(text.indexOf(' ') + 1);
  if (text.startsWith('folder '))
    return { path: rest, name: `${posix.basename(rest) || 'root'}.tar`, folder: true };
  return { path, name: posix.basename(path), folder: false, size: Number(rest) };
}

/** Begins to fetch it; what is not read holds the host back. @throws NexusError `ssh.connection_lost` */
export async function openOutgoing(connection: Sessions, out: Outgoing): Promise<OutgoingStream> {
  // A name that begins with a dash is no option after `./`.
  const read = out.folder
    ? `cd ${pathWord(posix.dirname(out.path))} && exec tar -cf - ${pathWord(`./${posix.basename(out.path)}`)}`
    : // No more than was announced, also of a log that grows.
      `exec head -c ${out.size ?? 0} ${pathWord(out.path)}`;
  const wrapped = fromInput(`${read}\n`);
  const channel = await connection.exec(wrapped.command);
  let errors = '';
  let bytes = 0;
  channel.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-2000)));
  channel.stdin.on('error', () => undefined);
  channel.stdin.end(wrapped.preamble);
  const stdout = channel.stdout;
  stdout.on('data', (chunk: Buffer) => (bytes += chunk.length));
  stdout.pause();
  const all = new Promise((resolve) => stdout.once('end', resolve).once('close', resolve));
  const ended = Promise.all([channel.exit, all]).then(([{ code }]) => {
    // A size that changed meanwhile is not what was announced.
    if (code === 0 && (out.size === undefined || bytes === out.size)) return;
    const why = errors.trim().split('\n').at(-1) || `${bytes} of ${out.size ?? '?'} bytes came`;
    throw sshError(
      'download_failed',
      `${out.path} did not arrive: ${why}.`,
      'See the permissions on the host, and whether the file changes.',
      { details: { file: out.path } },
    );
  });
  ended.catch(() => undefined);
  return { stream: stdout, ended, stop: () => channel.kill() };
}

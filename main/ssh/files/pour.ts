import { once } from 'node:events';
import type { ExecChannel } from '../connection/connection.ts';

/**
 * Writes what a source gives into a command, no faster than the host takes it, and waits for its end.
 * A command that ends early ends it too; its exit tells why.
 *
 * @throws what the source or `onChunk` throws; then the command gets no orderly end of its input
 */
export async function pour(
  source: AsyncIterable<Uint8Array>,
  channel: Pick<ExecChannel, 'stdin' | 'exit'>,
  onChunk: (chunk: Uint8Array) => void,
): Promise<void> {
  let ended = false;
  const gone = channel.exit.then(
    () => (ended = true),
    () => (ended = true),
  );
  for await (const chunk of source) {
    if (ended) break;
    onChunk(chunk);
    if (!channel.stdin.write(chunk)) await Promise.race([once(channel.stdin, 'drain'), gone]);
  }
  channel.stdin.end();
}

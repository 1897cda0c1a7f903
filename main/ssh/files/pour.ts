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
  let wake = () => {};
  const end = () => {
    ended = true;
    wake();
  };
  channel.exit.then(end, end);
  // What cannot be written any more is told by the exit, and better: nobody listens for an error here.
  channel.stdin.on('drain', () => wake());
  for await (const chunk of source) {
    if (ended) break;
    onChunk(chunk);
    if (!channel.stdin.write(chunk) && !ended)
      await new Promise<void>((resolve) => (wake = resolve));
  }
  channel.stdin.end();
}

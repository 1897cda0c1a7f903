import { readStream } from '#contract/client.ts';
import { NexusError } from '#main/base/errors.ts';
import { usageError, type GlobalOptions } from '../io.ts';
import { drained } from '../output.ts';
import { answering, attended } from '../prompts.ts';
import { withSession } from '../session.ts';
import { asSsh, CANNOT_RUN } from './exec.ts';

/** An interactive shell on a host, on this terminal. Resolves with the shell's exit code. */
export async function interactive(host: string, options: GlobalOptions): Promise<number> {
  if (!attended() || process.stdout.isTTY !== true)
    throw usageError('A shell needs a terminal.', `Give a command: nexus ssh ${host} COMMAND`);
  return withSession(options, async ({ client }) => {
    const stop = new AbortController();
    const { signal } = stop;
    const { cols, rows } = terminalSize();
    const term = process.env['TERM'] ?? 'xterm-256color';
    const events = readStream(
      client,
      client.hosts.shell({ host, cols, rows, term }, { signal }),
      signal,
    );
    // Questions come while it connects; afterwards the terminal is the shell's.
    const first = await answering(client, () => events.next());
    if (first.done || first.value.type !== 'opened') throw ended(host);
    const { session } = first.value;
    const leave = enterRaw({
      data: (data) =>
        void client.hosts
          .shellWrite({ session, data: data.toString('base64') })
          .catch(() => stop.abort()),
      size: () =>
        void client.hosts.shellResize({ session, ...terminalSize() }).catch(() => undefined),
    });
    try {
      for await (const event of events) {
        // Whoever reads slowly slows the host down.
        if (event.type === 'data' && !process.stdout.write(Buffer.from(event.data, 'base64')))
          await drained(process.stdout);
        if (event.type !== 'exit') continue;
        if (event.error) throw new NexusError(event.error);
        return event.code ?? CANNOT_RUN;
      }
      throw ended(host);
    } finally {
      leave();
      stop.abort();
    }
  }).catch((error: unknown) => {
    throw asSsh(error);
  });
}

// A terminal that nobody has given a size says 0.
function terminalSize(): { cols: number; rows: number } {
  return { cols: process.stdout.columns || 80, rows: process.stdout.rows || 24 };
}

function enterRaw(on: { data: (data: Buffer) => void; size: () => void }): () => void {
  process.stdin.setRawMode(true);
  process.stdin.on('data', on.data);
  process.stdin.resume();
  process.stdout.on('resize', on.size);
  return () => {
    process.stdin.off('data', on.data);
    process.stdin.setRawMode(false);
    process.stdin.pause();
    process.stdout.off('resize', on.size);
  };
}

function ended(host: string): NexusError {
  return new NexusError({
    code: 'ssh.connection_lost',
    message: `The shell on ${host} ended without a word.`,
    hint: 'Try again.',
    kind: 'operational',
  });
}

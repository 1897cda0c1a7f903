import { writeSync } from 'node:fs';

interface Exit {
  exitCode?: number | string | null | undefined;
}

/**
 * What is written to stdout and stderr may find no place. A reader that went away
 * (`nexus workflow run backup --wait | head`) is no error. Anything else (`> file` on a full disk)
 * is told at the end, with exit code 1, because whoever reads that file would take it for the whole
 * answer. In both cases the work that was asked for goes on.
 *
 * @returns what says it, to be called when everything has been written
 */
export function watchOutput(
  streams: NodeJS.EventEmitter[] = [process.stdout, process.stderr],
  process_: Exit = process,
  say: (text: string) => void = (text) => void writeSync(2, text),
): () => void {
  let failure: NodeJS.ErrnoException | undefined;
  for (const stream of streams)
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') failure ??= error;
    });
  return () => {
    if (!failure) return;
    process_.exitCode ||= 1;
    const full = failure.code === 'ENOSPC' || failure.code === 'EDQUOT';
    const reason = full ? 'the disk is full' : failure.message;
    try {
      say(`error: The output could not be written: ${reason}. [output.failed]\n`);
    } catch {
      // It was stderr that failed: the exit code is all that is left.
    }
  };
}

/** Calls `gone` when nobody reads stdout any more, or it takes nothing; returns what stops that. */
export function onOutputGone(gone: (error: NodeJS.ErrnoException) => void): () => void {
  process.stdout.once('error', gone);
  return () => void process.stdout.off('error', gone);
}

/** Resolves when a stream takes more, or never will. */
export function drained(stream: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      for (const event of ['drain', 'error', 'close']) stream.off(event, done);
      resolve();
    };
    for (const event of ['drain', 'error', 'close']) stream.on(event, done);
  });
}

import { resolve, sep } from 'node:path';
import { readStream } from '#contract/client.ts';
import { NexusError } from '#main/base/errors.ts';
import { onInterrupt } from '../interrupts.ts';
import { clean, exitCode, print, printJson, type GlobalOptions } from '../io.ts';
import { canRedraw, drawLine, eraseLine } from '../liveLine.ts';
import { answering, attended } from '../prompts.ts';
import { withSession } from '../session.ts';

export interface CopyOptions extends GlobalOptions {
  resume: boolean;
  verify: boolean;
}

/** `nexus ssh push|pull`: a file or folder to or from a host. */
export async function copy(
  verb: 'push' | 'pull',
  place: { host: string; from: string; to: string },
  options: CopyOptions,
): Promise<number> {
  const stop = new AbortController();
  const stopListening = onInterrupt(() => stop.abort());
  // The platform may run in another folder than this command.
  const here = (path: string) => resolve(path) + (/[/\\]$/.test(path) ? sep : '');
  const input = {
    host: place.host,
    from: verb === 'push' ? here(place.from) : place.from,
    to: verb === 'pull' ? here(place.to) : place.to,
    resume: options.resume,
    verify: options.verify,
    interactive: attended(),
  };
  try {
    return await withSession(options, ({ client }) =>
      answering(client, async () => {
        const { signal } = stop;
        const call = verb === 'push' ? client.hosts.upload : client.hosts.download;
        for await (const event of readStream(client, call(input, { signal }), signal)) {
          if (event.type === 'progress') showProgress(event, options.json === true);
          if (event.type === 'failed') throw new NexusError(event.error);
          if (event.type !== 'done') continue;
          clearProgress();
          if (options.json) printJson(event);
          else print(summary(event));
          return exitCode.ok;
        }
        return exitCode.interrupted;
      }),
    );
  } finally {
    clearProgress();
    stopListening();
  }
}

function showProgress(
  event: { file: string; bytes: number; total: number; files: number; files_total: number },
  json: boolean,
): void {
  if (json || !canRedraw()) return;
  const share = event.total > 0 ? Math.floor((event.bytes / event.total) * 100) : 100;
  const files = event.files_total > 1 ? ` ${event.files}/${event.files_total} files` : '';
  drawLine(`${share} % ${megabytes(event.bytes)}${files} ${clean(event.file).slice(-60)}`);
}

function clearProgress(): void {
  if (canRedraw()) eraseLine();
}

function summary(event: {
  files: number;
  bytes: number;
  resumed: number;
  ms: number;
  verified: boolean;
}): string {
  const speed = (event.bytes - event.resumed) / 1024 / 1024 / (event.ms / 1000);
  const files = event.files === 1 ? '1 file' : `${event.files} files`;
  const resumed = event.resumed > 0 ? `, ${megabytes(event.resumed)} were there already` : '';
  const verified = event.verified ? ', checksums equal' : '';
  return `${files}, ${megabytes(event.bytes)} in ${(event.ms / 1000).toFixed(1)} s (${speed.toFixed(1)} MiB/s)${resumed}${verified}`;
}

const megabytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

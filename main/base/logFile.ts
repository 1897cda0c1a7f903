import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogRecord, LogSink } from './log.ts';

const MAX_BYTES = 10 * 1024 * 1024;
const KEPT_FILES = 5;

/** A log file in `folder`: JSON Lines, turned over at 10 MiB, five old ones kept. */
export interface LogFile {
  sink: LogSink;
  close(): Promise<void>;
}

/**
 * Opens `nexus.log` in `folder`. A folder that cannot be written makes a file that swallows its
 * lines: the platform must open on a full or read-only disk, to say so.
 */
export async function openLogFile(folder: string): Promise<LogFile> {
  const file = join(folder, 'nexus.log');
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if (((await stat(file).catch(() => undefined))?.size ?? 0) > MAX_BYTES)
      await turnOver(folder, file);
  } catch {
    return { sink: () => undefined, close: () => Promise.resolve() };
  }
  const stream = createWriteStream(file, { flags: 'a', mode: 0o600 });
  // A disk that fills up later must not end the process; what it meant to say is still on stderr.
  stream.on('error', () => undefined);
  return {
    sink: (record) => write(stream, record),
    close: () => new Promise((resolve) => stream.end(() => resolve())),
  };
}

function write(stream: WriteStream, record: LogRecord): void {
  // A reader of the file never sees half a platform: memory stays bounded when the disk hangs.
  if (stream.writableLength > 1024 * 1024 || stream.destroyed) return;
  stream.write(`${JSON.stringify({ ...record, at: new Date(record.at).toISOString() })}\n`);
}

async function turnOver(folder: string, file: string): Promise<void> {
  await rename(file, join(folder, `nexus-${Date.now()}.log`));
  const old = (await readdir(folder)).filter((name) => /^nexus-\d+\.log$/.test(name)).toSorted();
  for (const name of old.slice(0, Math.max(0, old.length - KEPT_FILES)))
    await rm(join(folder, name), { force: true });
}

import type { Stats } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { basename, join, posix, resolve, sep } from 'node:path';
import type { TransferEvent, TransferInput } from '#contract/hostFiles.ts';
import { NexusError, toNexusError } from '#main/base/errors.ts';
import { BoundedQueue } from '../bounded-queue.ts';
import type { Sessions } from '../connection/connection.ts';
import { expandHome } from '../connection/auth-files.ts';
import { quote } from '../remote-shell.ts';
import { downloadFile } from './download.ts';
import { localError } from './local-error.ts';
import { type Item, nameLost, type Plan, planDownload, REPLACEMENT } from './plan.ts';
import { pathWord } from './remote-path.ts';
import { script } from './script.ts';
import { MOST_FILES, tooMany } from './too-many.ts';
import { uploadFile } from './upload.ts';

const PARALLEL = 4;
const PROGRESS_EVERY_MS = 100;

/** Sends or fetches a file or a folder and tells how far it is. Links in a folder are not followed and not copied. */
export async function* transfer(
  direction: 'upload' | 'download',
  connection: Sessions,
  request: TransferInput & { resume: boolean; verify: boolean },
  signal: AbortSignal,
): AsyncGenerator<TransferEvent, void, undefined> {
  const queue = new BoundedQueue<TransferEvent>(64 * 1024);
  const ended = new AbortController();
  const both = AbortSignal.any([signal, ended.signal]);
  const work = perform(
    direction,
    connection,
    request,
    both,
    (event) => void queue.push(event),
  ).then(
    () => queue.end(),
    (error: unknown) => queue.fail(localError(direction, error)),
  );
  try {
    yield* queue.read();
    await work;
  } finally {
    ended.abort(new Error('Nobody waits for it any more.'));
    queue.end();
  }
}

async function perform(
  direction: 'upload' | 'download',
  connection: Sessions,
  request: TransferInput & { resume: boolean; verify: boolean },
  signal: AbortSignal,
  tell: (event: TransferEvent) => void,
): Promise<void> {
  const begin = performance.now();
  const { host } = request;
  const plan = await (direction === 'upload' ? planUpload : planDownload)(connection, request);
  await plan.prepare?.();
  const present = request.resume
    ? ((await plan.present?.()) ?? new Set<string>())
    : new Set<string>();
  let total = plan.items.reduce((sum, item) => sum + item.size, 0);
  const state = { bytes: 0, files: 0, resumed: 0, verified: plan.items.length > present.size };
  let sum: string | undefined;
  let told = 0;
  const progress = (file: string, extra: number, last = false) => {
    const now = performance.now();
    if (!last && now - told < PROGRESS_EVERY_MS) return;
    told = now;
    const bytes = state.bytes + extra;
    const counts = { files: state.files, files_total: plan.items.length };
    tell({ type: 'progress', host, file, bytes, total: Math.max(total, bytes), ...counts });
  };
  const one = direction === 'upload' ? uploadFile : downloadFile;
  await inParallel(plan.items, PARALLEL, async (item) => {
    signal.throwIfAborted();
    if (present.has(item.to)) state.resumed += item.size;
    else {
      const onBytes = (bytes: number, whole: number) => {
        // Of a single file the size is only known by now.
        total += whole - item.size;
        item.size = whole;
        progress(item.from, bytes);
      };
      const { resume, verify } = request;
      const result = await one(connection, {
        ...item,
        host,
        resume,
        verify,
        signal,
        onBytes,
      });
      item.size = result.bytes;
      state.resumed += result.resumed;
      state.verified &&= result.verified;
      sum = result.sha256;
    }
    state.bytes += item.size;
    state.files += 1;
    progress(item.from, 0, state.files === plan.items.length);
  });
  const ms = performance.now() - begin;
  const single = plan.items.length === 1 && sum !== undefined ? { sha256: sum } : {};
  tell({ type: 'done', host, ...state, ms, ...single });
}

/** The end of a transfer as an event, for callers that show rather than throw. */
export const failedTransfer = (host: string, error: unknown): TransferEvent => ({
  type: 'failed',
  host,
  error: toNexusError(error).toShape(),
});

async function planUpload(connection: Sessions, request: TransferInput): Promise<Plan> {
  const from = resolve(expandHome(request.from));
  // What is named is meant, be it a link; what is found in a folder is not followed.
  const stats = await stat(from).catch((cause: unknown) => {
    throw noSource(request.from, cause);
  });
  if (stats.isFile())
    return {
      items: [{ from, to: request.to, size: stats.size, mtime: Math.floor(stats.mtimeMs / 1000) }],
    };
  if (!stats.isDirectory()) throw noSource(request.from);
  const base = await folderTarget(connection, request.to, basename(from));
  const folders: string[] = [base];
  const items: Item[] = [];
  await walk(from, (path, info) => {
    const to = posix.join(base, path.split(sep).join('/'));
    if (info.isDirectory()) folders.push(to);
    else if (info.isFile())
      items.push({
        from: join(from, path),
        to,
        size: info.size,
        mtime: Math.floor(info.mtimeMs / 1000),
      });
  });
  return {
    items,
    prepare: async () => {
      for (let i = 0; i < folders.length; i += 500) {
        const words = folders.slice(i, i + 500).map(pathWord);
        await script(connection, `mkdir -p ${words.join(' ')}`, 'upload_failed');
      }
    },
    present: () => sameOnHost(connection, items),
  };
}

// As rsync decides by default: the same size and the same time of change.
async function sameOnHost(connection: Sessions, items: Item[]): Promise<Set<string>> {
  const same = new Set<string>();
  for (let i = 0; i < items.length; i += 500) {
    const batch = items.slice(i, i + 500);
    const looks = batch.map(
      (item, index) => `stat -c '${index} %s %Y' ${pathWord(item.to)} 2>/dev/null`,
    );
    const text = await script(connection, `${looks.join('\n')}\n:`, 'upload_failed');
    for (const line of text.split('\n')) {
      const [index, size, mtime] = line.split(' ').map(Number);
      const item = batch[index ?? -1];
      if (item && item.size === size && item.mtime === mtime) same.add(item.to);
    }
  }
  return same;
}

// As cp does: into a folder that is there, else under the name given.
async function folderTarget(connection: Sessions, to: string, name: string): Promise<string> {
  const program = `t=${pathWord(to)}; case "$t" in */) t="$t"${quote(name)};; *) [ -d "$t" ] && t="$t/"${quote(name)};; esac; printf %s "$t"`;
  return script(connection, program, 'upload_failed');
}

async function walk(
  root: string,
  visit: (path: string, info: Stats) => void,
  below = '',
  count = { files: 0 },
): Promise<void> {
  for (const name of (await readdir(join(root, below))).toSorted()) {
    if ((count.files += 1) > MOST_FILES) throw tooMany();
    const path = join(below, name);
    const info = await lstat(join(root, path)).catch((error: unknown) => {
      throw name.includes(REPLACEMENT) ? nameLost(join(root, path)) : error;
    });
    visit(path, info);
    if (info.isDirectory()) await walk(root, visit, path, count);
  }
}

async function inParallel<T>(items: T[], workers: number, work: (item: T) => Promise<void>) {
  const waiting = items.values();
  await Promise.all(
    Array.from({ length: Math.min(workers, items.length) }, async () => {
      for (const item of waiting) await work(item);
    }),
  );
}

function noSource(path: string, cause?: unknown): NexusError {
  return new NexusError({
    code: 'ssh.source_invalid',
    message: `${path} is no file or folder that can be sent.`,
    hint: 'Check the path on this machine.',
    details: { path, retryable: false },
    cause,
  });
}

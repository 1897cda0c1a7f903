import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '#contract/common.ts';
import { failpoint } from '#main/base/failpoint.ts';
import type { Core } from './core.ts';
import type { LiveRun } from './live-run.ts';
import type { StepRecord } from './records.ts';

/** Outputs above this many characters of JSON go to a file. */
export const SPILL_AT = 256 * 1024;
/** Inputs above this are journaled as a preview: they are there to be looked at. */
export const INPUTS_AT = 64 * 1024;

/** The folder that belongs to one run: large outputs and what its steps put there. */
export function runFolder(outputs: string, run: string): string {
  return join(outputs, run);
}

/**
 * Writes `text` to a file of the run, synced and in place before it resolves, so that the commit
 * that names it never names a half-written file.
 * @returns the file's name below the run's folder.
 */
export async function spill(outputs: string, run: string, name: string, text: string) {
  const folder = runFolder(outputs, run);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = `${name}.${randomBytes(4).toString('hex')}.json`;
  const temporary = join(folder, `.${file}.tmp`);
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    failpoint('engine.output.written');
    await handle.sync();
    failpoint('engine.output.synced');
  } finally {
    await handle.close();
  }
  await rename(temporary, join(folder, file));
  await syncFolder(folder);
  failpoint('engine.output.renamed');
  return file;
}

// A rename is durable once the folder is synced; Windows has no such thing.
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The whole value of a spilled output. Synchronous: an expression that names it is being evaluated. */
export function readSpilled(outputs: string, run: string, file: string): Json {
  return JSON.parse(readFileSync(join(runFolder(outputs, run), file), 'utf8')) as Json;
}

/** Deletes everything that belongs to a run; nothing there is fine. */
export async function removeRunFolder(outputs: string, run: string): Promise<void> {
  await rm(runFolder(outputs, run), { recursive: true, force: true });
}

const MAX_TEXT = 200;
const MAX_ITEMS = 20;
const MAX_DEPTH = 4;

/** A small value of the same shape: long texts, lists and objects are cut, and say so. */
export function preview(value: Json, depth = 0): Json {
  if (typeof value === 'string')
    return value.length > MAX_TEXT
      ? `${value.slice(0, MAX_TEXT)}… (${value.length} characters)`
      : value;
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) {
    if (depth >= MAX_DEPTH) return `… (${value.length} items)`;
    const head = value.slice(0, MAX_ITEMS).map((item) => preview(item, depth + 1));
    return value.length > MAX_ITEMS ? [...head, `… (${value.length} items)`] : head;
  }
  const keys = Object.keys(value);
  if (depth >= MAX_DEPTH) return `… (${keys.length} fields)`;
  const out: { [key: string]: Json } = {};
  for (const key of keys.slice(0, MAX_ITEMS)) out[key] = preview(value[key]!, depth + 1);
  if (keys.length > MAX_ITEMS) out['…'] = `${keys.length} fields`;
  return out;
}

/** What a record put out, read from its file where it is large. */
export function outputsOf(core: Core, run: LiveRun, record: StepRecord): Json {
  if (record.outputsFile !== null)
    return readSpilled(core.options.outputs, run.record.id, record.outputsFile);
  return record.outputs === null ? null : (JSON.parse(record.outputs) as Json);
}

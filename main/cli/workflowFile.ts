import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { pathsOf, resolveHome } from '#main/base/paths.ts';
import type { GlobalOptions } from './io.ts';
import { readLocal } from './localFile.ts';
import { readPiped } from './prompt.ts';

/** The text of a workflow file, or of stdin for `-`. @throws NexusError `usage.invalid` */
export async function readWorkflow(file: string): Promise<string> {
  const hint =
    'Give the path of a workflow file, or the name of a workflow that `nexus workflow list` shows.';
  return (file === '-' ? await readPiped() : await readLocal(file, hint)).toString('utf8');
}

/** The workflow that a person means: a file or `-` with its text, or the name of one that is saved. */
export async function locate(
  target: string,
  options: GlobalOptions,
): Promise<{ name: string; source?: string }> {
  if (target === '-') {
    const source = await readWorkflow(target);
    return { name: (await nameIn(source)) ?? 'stdin', source };
  }
  const looksLikeFile = /\.ya?ml$/i.test(target) || target.includes('/') || target.includes('\\');
  const exists =
    looksLikeFile ||
    (await stat(target).then(
      (entry) => entry.isFile(),
      () => false,
    ));
  if (!exists) return { name: target };
  const source = await readWorkflow(resolve(target));
  const ofFile = basename(target).replace(/\.ya?ml$/i, '');
  return { name: isAtHome(target, options) ? ofFile : ((await nameIn(source)) ?? ofFile), source };
}

/** In the workflows folder a workflow is called as its file is; anywhere else as its text says. */
export function isAtHome(file: string, options: GlobalOptions): boolean {
  return dirname(resolve(file)) === pathsOf(resolveHome(options.home)).workflows;
}

async function nameIn(source: string): Promise<string | undefined> {
  const { parseDocument } = await import('yaml');
  const name: unknown = parseDocument(source).get('name');
  return typeof name === 'string' && name !== '' ? name : undefined;
}

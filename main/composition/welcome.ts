import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Parts } from './parts.ts';
import type { Templates } from '#main/workflows/templates/index.ts';

/** On the first start of a home, a workflow is there that can be run with one click. */
export async function welcome({ paths, log, db }: Parts, templates: Templates): Promise<void> {
  const first =
    db.prepare("SELECT 1 FROM migrations WHERE service = 'welcome'").get() === undefined;
  if (!first) return;
  try {
    await mkdir(paths.workflows, { recursive: true, mode: 0o700 });
    if ((await readdir(paths.workflows)).length === 0)
      await writeFile(
        join(paths.workflows, 'welcome.yaml'),
        (await templates.get('welcome')).source,
        { flag: 'wx' },
      ).catch((error: NodeJS.ErrnoException) => {
        // Two processes opened the new home at the same moment; the other one has written it.
        if (error.code !== 'EEXIST') throw error;
      });
    db.prepare(
      "INSERT OR IGNORE INTO migrations (service, version, applied_at) VALUES ('welcome', 1, ?)",
    ).run(Date.now());
  } catch (error) {
    log.warn('the welcome workflow could not be written', { error });
  }
}

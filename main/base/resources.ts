import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

let found: string | undefined;

/**
 * The folder with what ships beside the code (templates, icons): `resources/` of the checkout, or
 * of the packaged app. Looked up once, at start-up.
 */
export function resourcesFolder(): string {
  found ??=
    candidates().find((folder) => existsSync(join(folder, 'templates'))) ??
    join(process.cwd(), 'resources');
  return found;
}

function candidates(): string[] {
  const packaged = (process as { resourcesPath?: string }).resourcesPath;
  const entry = process.argv[1] ? dirname(process.argv[1]) : process.cwd();
  const here = typeof __dirname === 'string' ? __dirname : entry;
  const up = [here, entry, process.cwd()].flatMap((start) => [
    start,
    join(start, '..'),
    join(start, '../..'),
  ]);
  return [
    ...(packaged ? [join(packaged, 'resources'), packaged] : []),
    ...up.map((folder) => join(folder, 'resources')),
  ];
}

import { readFile } from 'node:fs/promises';
import { extname, join, resolve, sep } from 'node:path';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
};

/** What answers a request for a page or one of its files. */
export interface AppFile {
  status: 200 | 404;
  type: string;
  body: Uint8Array<ArrayBuffer>;
}

const notFound: AppFile = {
  status: 404,
  type: 'text/plain; charset=utf-8',
  body: new TextEncoder().encode('Not found'),
};

/**
 * Reads the file that a URL path names below `folder`. A path without an extension is a route of
 * the window and answers with `index.html`. Nothing outside `folder` can be named, whatever the
 * encoding; an unknown type is not served.
 */
export async function readAppFile(folder: string, pathname: string): Promise<AppFile> {
  const path = fileBelow(folder, pathname);
  const type = path && types[extname(path).toLowerCase()];
  if (!path || !type) return notFound;
  try {
    return { status: 200, type, body: new Uint8Array(await readFile(path)) };
  } catch {
    return notFound;
  }
}

/** The file below `folder` that a URL path names, or undefined when it names none. */
export function fileBelow(folder: string, pathname: string): string | undefined {
  let name: string;
  try {
    name = decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
  if (name.includes('\0') || name.includes('\\')) return undefined;
  if (extname(name) === '') name = '/index.html';
  const top = resolve(folder);
  const path = resolve(join(top, name));
  return path.startsWith(top + sep) ? path : undefined;
}

import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { contentSecurityPolicy } from '#main/base/csp.ts';
import { notFound, send, sendProblem } from './answer.ts';
import { isNavigation } from './fetchMetadata.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

const CSP = contentSecurityPolicy();
const MISSING = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Nexus</title><p>The dashboard is not built. Run <code>npm run build</code> and open this page again.</p></html>`;

/**
 * The renderer's files for a browser. Only files that were there when the folder was read can be
 * named, so a path leads nowhere else. A route of the interface leads to its one page, which keeps the
 * route behind the hash.
 */
export class Dashboard {
  readonly #folder: string;
  #files: Promise<ReadonlySet<string>> | undefined;

  /** @param folder where the build put the renderer. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Answers a GET or HEAD of a caller who is known. */
  async serve(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const files = await (this.#files ??= this.#list());
    const isFile = files.has(path);
    if (!isFile && path !== '/') {
      if (!isNavigation(request)) return sendProblem(response, notFound());
      return send(response, 303, 'text/plain', '', { location: `/#${path}` });
    }
    if (!isFile && !files.has('/index.html')) {
      this.#files = undefined;
      return send(response, 503, TYPES['.html']!, MISSING, { 'content-security-policy': CSP });
    }
    const name = isFile ? path : '/index.html';
    const type = TYPES[extname(name)];
    if (type === undefined) return sendProblem(response, notFound());
    const body = await readFile(join(this.#folder, ...name.split('/'))).catch(() => undefined);
    if (body === undefined) return sendProblem(response, notFound());
    // After an update in place the page names assets that were not there when the folder was read.
    if (name === '/index.html') this.#files = undefined;
    send(response, 200, type, body, {
      'content-security-policy': CSP,
      // Names of assets hold a hash of their content.
      ...(name.startsWith('/assets/')
        ? { 'cache-control': 'private, max-age=31536000, immutable' }
        : {}),
    });
  }

  async #list(): Promise<ReadonlySet<string>> {
    const entries = await readdir(this.#folder, { recursive: true, withFileTypes: true }).catch(
      () => [],
    );
    const prefix = this.#folder.length;
    return new Set(
      entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(prefix).replaceAll('\\', '/'))
        .map((path) => (path.startsWith('/') ? path : `/${path}`)),
    );
  }
}

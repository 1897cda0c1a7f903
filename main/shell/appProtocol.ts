import { protocol, type Session } from 'electron';
import { contentSecurityPolicy } from '#main/base/csp.ts';
import { readAppFile } from './appFiles.ts';
import { appScheme, isAppUrl } from './origin.ts';

/** Declares `app://` a secure origin of its own. Must run before Electron is ready. */
export function declareAppScheme(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, codeCache: true };
  protocol.registerSchemesAsPrivileged([{ scheme: appScheme, privileges }]);
}

/**
 * Serves `app://nexus/…`: the renderer's files from `folder`, and whatever `special` answers for a
 * path (a page made from data). Every answer carries the security headers.
 */
export function serveApp(
  session: Session,
  folder: string,
  special: (pathname: string) => string | undefined,
): void {
  session.protocol.handle(appScheme, async (request) => {
    const allowed = request.method === 'GET' && isAppUrl(request.url);
    if (!allowed) return respond(403, 'text/plain; charset=utf-8', 'Forbidden');
    const { pathname } = new URL(request.url);
    const page = special(pathname);
    if (page !== undefined) return respond(200, 'text/html; charset=utf-8', page);
    const file = await readAppFile(folder, pathname);
    return respond(file.status, file.type, file.body);
  });
}

function respond(status: number, type: string, body: string | Uint8Array<ArrayBuffer>): Response {
  const headers = {
    'content-type': type,
    'content-security-policy': contentSecurityPolicy(),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=()',
    'cache-control': 'no-cache',
  };
  return new Response(body, { status, headers });
}

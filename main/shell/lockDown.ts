import { app, type Session, type WebContents } from 'electron';
import { isAppUrl } from './origin.ts';
import { openExternal } from './openExternal.ts';

/** What the page may ask the browser for: putting text on the clipboard, and nothing else. */
const permitted: ReadonlySet<string> = new Set(['clipboard-sanitized-write']);

/**
 * Denies every page, now and later, whatever ours do not need: leaving our origin, opening windows,
 * embedding web views, and permissions. A link to the outside goes through {@link openExternal}.
 */
export function lockDown(session: Session, log: (message: string) => void): void {
  session.setPermissionRequestHandler((contents, permission, decide) => {
    const allowed = permitted.has(permission) && isAppUrl(contents.getURL());
    if (!allowed) log(`permission denied: ${permission}`);
    decide(allowed);
  });
  session.setPermissionCheckHandler(
    (_contents, permission, origin) => permitted.has(permission) && isAppUrl(origin),
  );
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, decide) => decide({}));
  app.on('web-contents-created', (_event, contents) => lockContents(contents, log));
}

function lockContents(contents: WebContents, log: (message: string) => void): void {
  const stay = (event: { preventDefault(): void; url: string }) => {
    if (isAppUrl(event.url)) return;
    event.preventDefault();
    log(`navigation denied: ${schemeOf(event.url)}`);
  };
  contents.on('will-navigate', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    void openExternal(url);
    return { action: 'deny' };
  });
}

// Of a refused address only the scheme is logged: the rest may be long or secret.
function schemeOf(address: string): string {
  return address.slice(0, address.indexOf(':') + 1).slice(0, 20);
}

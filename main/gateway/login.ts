import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Access } from '#main/access/index.ts';
import type { AuditRecord } from '#main/audit/index.ts';
import { contentSecurityPolicy } from '#main/base/csp.ts';
import { send, sendProblem, wrongMethod } from './answer.ts';
import { readBody } from './body.ts';
import { cookieName } from './identity.ts';
import { isNavigation, isPrefetch } from './fetchMetadata.ts';

const HTML = 'text/html; charset=utf-8';
const CSP = contentSecurityPolicy({ forms: true });

/** What the login page needs. */
export interface LoginOptions {
  access: Pick<Access, 'login'>;
  record(entry: AuditRecord): Promise<void>;
  port: number;
}

/**
 * `/login`: a one-time link's token (GET `?token=`) or a token typed into the form becomes a session
 * cookie, and the browser goes on to the dashboard.
 */
export async function serveLogin(
  request: IncomingMessage,
  response: ServerResponse,
  search: string,
  options: LoginOptions,
): Promise<void> {
  if (request.method === 'HEAD') return page(response, 200);
  if (request.method !== 'GET' && request.method !== 'POST')
    return sendProblem(response, wrongMethod(request.method));
  // A link is good once: a preview or a prefetch must not use it up.
  if (isPrefetch(request)) return send(response, 503, 'text/plain', 'Not ahead of time.');
  const given =
    request.method === 'GET'
      ? new URLSearchParams(search).get('token')
      : new URLSearchParams((await readBody(request, 4096)).toString('utf8')).get('token');
  if (given === null) return page(response, 200);
  const login = options.access.login(given.trim());
  await options.record({
    actor: login?.caller.name ?? 'anonymous',
    face: 'dashboard',
    action: 'gateway.login',
    outcome: login ? 'allowed' : 'refused',
    ...(login ? {} : { code: 'access.unauthenticated' }),
  });
  if (!login)
    return page(response, 401, 'This link or token is not known: it was used, or it has expired.');
  send(response, 303, HTML, '', {
    location: '/',
    'set-cookie': `${cookieName(options.port)}=${login.session}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${login.maxAgeSeconds}${overTls(request) ? '; Secure' : ''}`,
  });
}

// Only a proxy can have spoken TLS. Whoever claims it falsely gets a cookie that stays unused.
function overTls(request: IncomingMessage): boolean {
  return request.headers['x-forwarded-proto'] === 'https';
}

/** For a browser without a session. */
export function askForLogin(request: IncomingMessage, response: ServerResponse): void {
  const site = request.headers['sec-fetch-site'];
  // A strict cookie is not sent when the way here began at another site. The page asks once more by
  // itself, and that way begins here.
  if (isNavigation(request) && (site === 'cross-site' || site === 'same-site')) {
    return send(
      response,
      200,
      HTML,
      '<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="0"><title>Nexus</title></html>',
      { 'content-security-policy': CSP },
    );
  }
  page(response, 401);
}

function page(response: ServerResponse, status: number, problem?: string): void {
  const alert = problem === undefined ? '' : `<p role="alert">${problem}</p>`;
  const body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Log in to Nexus</title>
<style>
:root { color-scheme: light dark; font: 14px/1.5 Inter, system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center;
  background: light-dark(#f6f7f9, #0e1216); color: light-dark(#16202a, #e6ebf0); }
main { box-sizing: border-box; width: min(26rem, 100vw - 2rem); padding: 1.5rem; border-radius: 10px;
  background: light-dark(#fff, #161c22); border: 1px solid light-dark(#dde2e8, #27303a); }
h1 { margin: 0 0 1rem; font-size: 1.25rem; }
code { display: block; padding: .5rem .75rem; border-radius: 6px; user-select: all;
  font: 13px 'JetBrains Mono', ui-monospace, monospace; background: light-dark(#f6f7f9, #0e1216); }
[role=alert] { padding: .5rem .75rem; border-radius: 6px; border-left: 3px solid #c2410c;
  background: light-dark(#fdf1ec, #33201a); }
label { display: block; margin: 1.5rem 0 .25rem; font-weight: 500; }
input, button { box-sizing: border-box; height: 2.25rem; padding: 0 .75rem; border-radius: 6px;
  font: inherit; border: 1px solid light-dark(#8995a1, #5a6875); }
input { width: 100%; margin-bottom: .75rem; background: transparent; color: inherit; }
button { font-weight: 500; border: 0; cursor: pointer;
  background: light-dark(#0b6e67, #2dd4c4); color: light-dark(#fff, #06201e); }
</style>
</head>
<body>
<main>
<h1>Log in to Nexus</h1>
${alert}
<p>Make a one-time link on the machine where Nexus runs, and open it here:</p>
<p><code>nexus status --login-link</code></p>
<form method="post" action="/login">
<label for="token">Or enter a token</label>
<input id="token" name="token" type="password" autocomplete="off" required>
<button type="submit">Log in</button>
</form>
</main>
</body>
</html>
`;
  send(response, status, HTML, body, { 'content-security-policy': CSP });
}

/** Where the page is served from, as far as its policy differs. */
export interface CspOptions {
  /** Whether a form may be sent back to the server (the dashboard's login page). */
  forms?: boolean;
}

/**
 * The one Content-Security-Policy, for the window's `app://` pages and the dashboard's HTTP pages.
 * No script but our own files runs: no inline script, no `eval`, no script URL; Trusted Types turn
 * a string that reaches a script sink into an error, except through the page's one policy, which
 * passes nothing but the address of a worker of our own. Inline style is allowed because React Flow
 * and CodeMirror position elements with it. `'self'` in connect-src covers the WebSocket.
 *
 * @returns the value of the `Content-Security-Policy` header (CSP Level 3).
 */
export function contentSecurityPolicy(options: CspOptions = {}): string {
  const directives: Record<string, string> = {
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self' 'unsafe-inline'",
    'img-src': "'self' data: blob:",
    'font-src': "'self' data:",
    'connect-src': "'self'",
    'worker-src': "'self'",
    'manifest-src': "'self'",
    'frame-src': "'none'",
    'frame-ancestors': "'none'",
    'object-src': "'none'",
    'base-uri': "'none'",
    'form-action': options.forms ? "'self'" : "'none'",
    'require-trusted-types-for': "'script'",
    'trusted-types': 'nexus',
  };
  return Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`)
    .join('; ');
}

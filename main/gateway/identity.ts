import type { IncomingMessage } from 'node:http';
import type { Access } from '#main/access/index.ts';
import type { Caller } from '#contract/platform.ts';

/** Who sent a request, and how they showed it. */
export interface Identity {
  caller: Caller;
  by: 'token' | 'session';
  /** Looks again: a token or a session may have ended meanwhile. */
  again(): Caller | undefined;
}

/** Cookies know no port, so the name does: two Nexus on one machine keep apart. */
export function cookieName(port: number): string {
  return `nexus_session_${port}`;
}

/**
 * Who is calling, by bearer token (RFC 6750; only in the header) or session cookie. A token that is
 * wrong is not made good by a cookie.
 */
export function identify(
  request: IncomingMessage,
  access: Pick<Access, 'byToken' | 'bySession'>,
  port: number,
): Identity | undefined {
  const { authorization, cookie } = request.headers;
  if (authorization !== undefined) {
    const secret = /^bearer +(\S+)$/i.exec(authorization)?.[1];
    return secret === undefined ? undefined : found('token', () => access.byToken(secret));
  }
  const session = cookie === undefined ? undefined : cookieValue(cookie, cookieName(port));
  return session === undefined ? undefined : found('session', () => access.bySession(session));
}

function found(by: Identity['by'], again: () => Caller | undefined): Identity | undefined {
  const caller = again();
  return caller && { caller, by, again };
}

/** The value of one cookie; of several with the name none is taken. */
export function cookieValue(header: string, name: string): string | undefined {
  const values = header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  return values.length === 1 ? values[0] : undefined;
}

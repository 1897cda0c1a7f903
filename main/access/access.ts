import type { Caller, Token } from '#contract/platform.ts';
import type { Clock } from '#main/base/clock.ts';
import type { Database } from '#main/base/database.ts';
import { NexusError } from '#main/base/errors.ts';
import { newId } from '#main/base/ids.ts';
import { hashSecret, newSecret, sameHash } from './secret.ts';

export interface AccessOptions {
  db: Database;
  clock: Clock;
}

const MINUTE = 60_000;
const LINK_LIFE = 10 * MINUTE;
const SESSION_LIFE = 7 * 24 * 60 * MINUTE;
/** `last_used_at` is for people: a write per call would cost more than it tells. */
const USE_WRITE_EVERY = MINUTE;
/** Names that mean something in the audit log. */
const RESERVED = /^(owner|guest|anonymous|schedule|engine|webhook(:.*)?)$/i;
/** Longer than any secret of ours; nothing longer is worth hashing. */
const MAX_SECRET = 200;

interface TokenRow {
  id: string;
  name: string;
  role: Token['role'];
  hash: Buffer;
  created_at: number;
  last_used_at: number | null;
  expires_at: number | null;
}
interface SessionRow {
  hash: Buffer;
  name: string;
  role: Token['role'];
  expires_at: number;
}

/** Who may come in over HTTP: API tokens, one-time login links, and the dashboard's sessions. */
export class Access {
  readonly #clock: Clock;
  readonly #statements: ReturnType<typeof prepare>;
  readonly #uses = new Map<string, number>();

  constructor({ db, clock }: AccessOptions) {
    this.#clock = clock;
    this.#statements = prepare(db);
  }

  /**
   * Makes a token; its secret is returned this once.
   * @throws NexusError `token.exists`, `token.name_reserved`
   */
  createToken(input: { name: string; role: Token['role']; expires_at?: string | undefined }): {
    token: Token;
    secret: string;
  } {
    const name = input.name.trim();
    if (RESERVED.test(name) || name === '') throw nameReserved(name);
    if (this.#statements.tokenByName.get(name)) throw nameTaken(name);
    const secret = newSecret('nxs_');
    const now = this.#clock.now();
    const row: TokenRow = {
      id: newId('tok', now),
      name,
      role: input.role,
      hash: hashSecret(secret),
      created_at: now,
      last_used_at: null,
      expires_at: input.expires_at === undefined ? null : Date.parse(input.expires_at),
    };
    this.#statements.addToken.run(row);
    return { token: tokenOf(row), secret };
  }

  /** All tokens, oldest first; without anything secret. */
  tokens(): Token[] {
    return (this.#statements.tokens.all() as TokenRow[]).map(tokenOf);
  }

  /** Ends a token and the sessions that were opened with it, at once. False where there was none. */
  revokeToken(id: string): boolean {
    return this.#statements.removeToken.run(id).changes > 0;
  }

  /** Who shows this token; undefined where it is unknown, expired or revoked. */
  byToken(secret: string, face: Caller['face'] = 'rest'): Caller | undefined {
    const row = this.#token(secret);
    return row && { name: row.name, role: row.role, face };
  }

  /** A login link's token: good once, for ten minutes. */
  createLoginLink(role: Token['role']): { token: string; expires_at: string } {
    const now = this.#clock.now();
    this.#statements.pruneLinks.run(now);
    const token = newSecret('nxl_');
    this.#statements.addLink.run(hashSecret(token), role, now + LINK_LIFE);
    return { token, expires_at: new Date(now + LINK_LIFE).toISOString() };
  }

  /**
   * Opens a session for a login link (which is used up by it) or an API token.
   * @returns the session's secret for the cookie, or undefined where the link is unknown, used or expired.
   */
  login(secret: string): { session: string; caller: Caller; maxAgeSeconds: number } | undefined {
    const now = this.#clock.now();
    const who = secret.startsWith('nxs_') ? this.#token(secret) : this.#redeem(secret, now);
    if (!who) return undefined;
    this.#statements.pruneSessions.run(now);
    const session = newSecret('nxc_');
    const expires_at = Math.min(now + SESSION_LIFE, who.expires_at ?? Number.POSITIVE_INFINITY);
    this.#statements.addSession.run({
      hash: hashSecret(session),
      name: who.name,
      role: who.role,
      created_at: now,
      expires_at,
      token: who.id,
    });
    return {
      session,
      caller: { name: who.name, role: who.role, face: 'dashboard' },
      maxAgeSeconds: Math.floor((expires_at - now) / 1000),
    };
  }

  /** Whose session this is; undefined where it is unknown, expired or ended. */
  bySession(secret: string): Caller | undefined {
    if (secret.length > MAX_SECRET) return undefined;
    const hash = hashSecret(secret);
    const row = this.#statements.session.get(hash) as SessionRow | undefined;
    if (!row || !sameHash(row.hash, hash) || row.expires_at <= this.#clock.now()) return undefined;
    return { name: row.name, role: row.role, face: 'dashboard' };
  }

  /** Ends a session. */
  logout(secret: string): void {
    this.#statements.removeSession.run(hashSecret(secret));
  }

  #token(secret: string): TokenRow | undefined {
    if (secret.length > MAX_SECRET) return undefined;
    const hash = hashSecret(secret);
    const row = this.#statements.tokenByHash.get(hash) as TokenRow | undefined;
    const now = this.#clock.now();
    if (!row || !sameHash(row.hash, hash)) return undefined;
    if (row.expires_at !== null && row.expires_at <= now) return undefined;
    if (now - (this.#uses.get(row.id) ?? 0) >= USE_WRITE_EVERY) {
      this.#uses.set(row.id, now);
      this.#statements.useToken.run(now, row.id);
    }
    return row;
  }

  #redeem(token: string, now: number) {
    if (token.length > MAX_SECRET) return undefined;
    // Taken out as it is read: of two that come at once one gets nothing.
    const link = this.#statements.takeLink.get(hashSecret(token)) as
      | { role: Token['role']; expires_at: number }
      | undefined;
    if (!link || link.expires_at <= now) return undefined;
    const name = link.role === 'admin' ? 'owner' : 'guest';
    return { id: null, name, role: link.role, expires_at: null };
  }
}

function prepare(db: Database) {
  return {
    tokenByName: db.prepare('SELECT id FROM tokens WHERE name = ?'),
    tokenByHash: db.prepare('SELECT * FROM tokens WHERE hash = ?'),
    tokens: db.prepare('SELECT * FROM tokens ORDER BY created_at, id'),
    addToken: db.prepare(
      'INSERT INTO tokens (id, name, role, hash, created_at, last_used_at, expires_at) VALUES (@id, @name, @role, @hash, @created_at, @last_used_at, @expires_at)',
    ),
    useToken: db.prepare('UPDATE tokens SET last_used_at = ? WHERE id = ?'),
    removeToken: db.prepare('DELETE FROM tokens WHERE id = ?'),
    addLink: db.prepare('INSERT INTO login_links (hash, role, expires_at) VALUES (?, ?, ?)'),
    takeLink: db.prepare('DELETE FROM login_links WHERE hash = ? RETURNING role, expires_at'),
    pruneLinks: db.prepare('DELETE FROM login_links WHERE expires_at <= ?'),
    session: db.prepare('SELECT hash, name, role, expires_at FROM sessions WHERE hash = ?'),
    addSession: db.prepare(
      'INSERT INTO sessions (hash, name, role, created_at, expires_at, token) VALUES (@hash, @name, @role, @created_at, @expires_at, @token)',
    ),
    removeSession: db.prepare('DELETE FROM sessions WHERE hash = ?'),
    pruneSessions: db.prepare('DELETE FROM sessions WHERE expires_at <= ?'),
  };
}

function tokenOf(row: TokenRow): Token {
  const iso = (ms: number) => new Date(ms).toISOString();
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    created_at: iso(row.created_at),
    ...(row.last_used_at === null ? {} : { last_used_at: iso(row.last_used_at) }),
    ...(row.expires_at === null ? {} : { expires_at: iso(row.expires_at) }),
  };
}

function nameReserved(name: string): NexusError {
  return new NexusError({
    code: 'token.name_reserved',
    message: `A token cannot be called “${name}”: the audit log uses that name itself.`,
    hint: 'Name it after who or what will use it.',
  });
}

function nameTaken(name: string): NexusError {
  return new NexusError({
    code: 'token.exists',
    message: `There is a token called “${name}” already.`,
    hint: 'Choose another name, or revoke the old one first.',
  });
}

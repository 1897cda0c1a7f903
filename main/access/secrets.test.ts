import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#main/base/clock.ts';
import { type Database, migrate, openDatabase } from '#main/base/database.ts';
import { Access } from './access.ts';
import { accessMigrations } from './migrations.ts';
import { hashSecret, newSecret, sameHash } from './secret.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
let db: Database;
let clock: ManualClock;
let access: Access;
beforeEach(() => {
  db = openDatabase(':memory:');
  migrate(db, [accessMigrations]);
  clock = new ManualClock(Date.UTC(2026, 10, 21));
  access = new Access({ db, clock });
});
afterEach(() => db.close());

const rows = (table: string) => db.prepare(`SELECT * FROM ${table}`).all();

describe('secrets', () => {
  it('are 256 bits behind a prefix that scanners know, no two alike', () => {
    const made = Array.from({ length: 200 }, () => newSecret('nxs_'));
    expect(new Set(made).size).toBe(200);
    for (const each of made) expect(each).toMatch(/^nxs_[\w-]{43}$/);
  });

  it('are told apart by their hash, also those that differ in one letter only', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(sameHash(hashSecret(a), hashSecret(b))).toBe(a === b);
      }),
    );
    expect(sameHash(hashSecret('a'), hashSecret('a').subarray(1))).toBe(false);
  });

  it('whatever is shown, nobody is let in by it, and nothing breaks', () => {
    // Bug caught: text that is no secret throws in the middle of a request.
    const { secret } = access.createToken({ name: 'ci', role: 'admin' });
    const near = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string().map((tail) => `nxs_${tail}`),
      fc.nat({ max: 46 }).map((at) => `${secret.slice(0, at)}~${secret.slice(at + 1)}`),
      fc.constantFrom('nxl_', 'nxc_', ` ${secret}`, `${secret}\0`, secret.toUpperCase()),
    );
    fc.assert(
      fc.property(near, (shown) => {
        if (shown === secret) return;
        expect(access.byToken(shown)).toBeUndefined();
        expect(access.bySession(shown)).toBeUndefined();
        expect(access.login(shown)).toBeUndefined();
      }),
    );
    expect(access.byToken(secret)).toBeDefined();
  });
});

describe('sessions', () => {
  it('of a token end with it when it expires', () => {
    // Bug caught: a token for one day opens a session for a week.
    const expires_at = new Date(clock.now() + DAY).toISOString();
    const { secret } = access.createToken({ name: 'day', role: 'viewer', expires_at });
    const { session, maxAgeSeconds } = access.login(secret)!;
    expect(maxAgeSeconds).toBe(24 * 3600);
    clock.advance(DAY - 1);
    expect(access.bySession(session)).toMatchObject({ name: 'day' });
    clock.advance(1);
    expect(access.bySession(session)).toBeUndefined();
    expect(access.login(secret)).toBeUndefined();
  });

  it('that are over are forgotten with the next login, links with the next link', () => {
    access.login(access.createLoginLink('admin').token);
    access.createLoginLink('viewer');
    clock.advance(8 * DAY);
    access.login(access.createLoginLink('admin').token);
    expect(rows('sessions')).toHaveLength(1);
    access.createLoginLink('admin');
    expect(rows('login_links')).toHaveLength(1);
  });

  it('keep nothing that could be shown again', () => {
    const { session } = access.login(access.createLoginLink('admin').token)!;
    const { token } = access.createLoginLink('operator');
    const { secret } = access.createToken({ name: 'ci', role: 'viewer' });
    const stored = ['sessions', 'login_links', 'tokens']
      .flatMap(rows)
      .flatMap((row) => Object.values(row as object))
      .map((value) => (Buffer.isBuffer(value) ? value.toString('latin1') : String(value)))
      .join('\n');
    for (const each of [session, token, secret]) {
      expect(stored).not.toContain(each);
      expect(stored).not.toContain(Buffer.from(each.slice(4), 'base64url').toString('latin1'));
    }
  });

  it('one logout ends one session', () => {
    const one = access.login(access.createLoginLink('admin').token)!.session;
    const two = access.login(access.createLoginLink('admin').token)!.session;
    access.logout(one);
    access.logout('nobody’s');
    expect(access.bySession(one)).toBeUndefined();
    expect(access.bySession(two)).toBeDefined();
  });
});

describe('any use of links and tokens', () => {
  it('lets in exactly who should be let in', () => {
    const act = fc.oneof(
      fc.record({
        do: fc.constantFrom('link', 'token', 'revoke', 'login', 'logout'),
        at: fc.nat(20),
      }),
      fc.record({ do: fc.constant('wait'), at: fc.constantFrom(1, 11, 60 * 24 * 8) }),
    );
    fc.assert(
      fc.property(fc.array(act, { maxLength: 25 }), (acts) => {
        db.exec('DELETE FROM sessions; DELETE FROM tokens; DELETE FROM login_links');
        const links: { token: string; until: number; used: boolean }[] = [];
        const tokens: { id: string; secret: string; dead: boolean }[] = [];
        const sessions: { session: string; until: number; dead: boolean; by: string }[] = [];
        acts.forEach(({ do: what, at }, index) => {
          const now = clock.now();
          if (what === 'wait') clock.advance(at * MINUTE);
          if (what === 'link')
            links.push({
              token: access.createLoginLink('admin').token,
              until: now + 10 * MINUTE,
              used: false,
            });
          if (what === 'token') {
            const { token, secret } = access.createToken({ name: `t${index}`, role: 'viewer' });
            tokens.push({ id: token.id, secret, dead: false });
          }
          const token = tokens[at % Math.max(tokens.length, 1)];
          if (what === 'revoke' && token) {
            expect(access.revokeToken(token.id)).toBe(!token.dead);
            token.dead = true;
            for (const each of sessions) if (each.by === token.id) each.dead = true;
          }
          const link = links[at % Math.max(links.length, 1)];
          if (what === 'login' && link && at % 2 === 0) {
            const login = access.login(link.token);
            expect(login !== undefined).toBe(!link.used && link.until > now);
            link.used = true;
            if (login)
              sessions.push({ session: login.session, until: now + 7 * DAY, dead: false, by: '' });
          } else if (what === 'login' && token) {
            const login = access.login(token.secret);
            expect(login !== undefined).toBe(!token.dead);
            if (login)
              sessions.push({
                session: login.session,
                until: now + 7 * DAY,
                dead: false,
                by: token.id,
              });
          }
          const session = sessions[at % Math.max(sessions.length, 1)];
          if (what === 'logout' && session) {
            access.logout(session.session);
            session.dead = true;
          }
          for (const each of sessions)
            expect(access.bySession(each.session) !== undefined).toBe(
              !each.dead && each.until > clock.now(),
            );
          for (const each of tokens)
            expect(access.byToken(each.secret) !== undefined).toBe(!each.dead);
        });
      }),
      { numRuns: 60 },
    );
  });
});

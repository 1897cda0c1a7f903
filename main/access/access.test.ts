import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#main/base/clock.ts';
import { type Database, migrate, openDatabase } from '#main/base/database.ts';
import { Access } from './access.ts';
import { accessMigrations } from './migrations.ts';

const MINUTE = 60_000;
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

describe('tokens', () => {
  it('are known by their secret, and nothing of it is stored', () => {
    const { token, secret } = access.createToken({ name: 'ci', role: 'operator' });
    expect(secret).toMatch(/^nxs_[\w-]{43}$/);
    expect(access.byToken(secret)).toEqual({ name: 'ci', role: 'operator', face: 'rest' });
    for (const wrong of ['', 'nxs_', secret.slice(0, -1), `${secret}x`, 'x'.repeat(10_000)])
      expect(access.byToken(wrong)).toBeUndefined();
    const stored =
      JSON.stringify(db.prepare('SELECT * FROM tokens').all()) + JSON.stringify(access.tokens());
    expect(stored).not.toContain(secret.slice(4, 20));
    expect(access.tokens()).toEqual([expect.objectContaining({ id: token.id, name: 'ci' })]);
  });

  it('end when they expire or are revoked', () => {
    const soon = new Date(clock.now() + MINUTE).toISOString();
    const first = access.createToken({ name: 'a', role: 'viewer', expires_at: soon });
    const second = access.createToken({ name: 'b', role: 'viewer' });
    clock.advance(MINUTE - 1);
    expect(access.byToken(first.secret)).toBeDefined();
    clock.advance(1);
    expect(access.byToken(first.secret)).toBeUndefined();
    expect(access.revokeToken(second.token.id)).toBe(true);
    expect(access.revokeToken(second.token.id)).toBe(false);
    expect(access.byToken(second.secret)).toBeUndefined();
  });

  it('note their use, but not with a write for every call', () => {
    const { secret } = access.createToken({ name: 'ci', role: 'viewer' });
    const lastUse = () => access.tokens()[0]?.last_used_at;
    expect(lastUse()).toBeUndefined();
    access.byToken(secret);
    const first = lastUse();
    clock.advance(MINUTE - 1);
    access.byToken(secret);
    expect(lastUse()).toBe(first);
    clock.advance(1);
    access.byToken(secret);
    expect(lastUse()).not.toBe(first);
  });

  it('cannot take a name that would lie in the audit log', () => {
    // Bug caught: a token named “owner” whose calls look like the owner's, and which may decide what only the owner may.
    for (const name of ['owner', ' Owner ', 'anonymous', 'webhook:/x', 'schedule', '  '])
      expect(() => access.createToken({ name, role: 'viewer' })).toThrow(
        expect.objectContaining({ code: 'token.name_reserved' }),
      );
    access.createToken({ name: 'ci', role: 'viewer' });
    expect(() => access.createToken({ name: 'ci', role: 'admin' })).toThrow(
      expect.objectContaining({ code: 'token.exists' }),
    );
  });
});

describe('login links', () => {
  it('open one session, once, within ten minutes', () => {
    const link = access.createLoginLink('admin');
    const login = access.login(link.token)!;
    expect(login.caller).toEqual({ name: 'owner', role: 'admin', face: 'dashboard' });
    expect(access.login(link.token)).toBeUndefined();
    const late = access.createLoginLink('admin');
    clock.advance(10 * MINUTE);
    expect(access.login(late.token)).toBeUndefined();
    expect(JSON.stringify(db.prepare('SELECT * FROM login_links').all())).not.toContain('nxl_');
  });

  it('do not make a guest the owner', () => {
    // Bug caught: a viewer's link whose approvals count as the owner's.
    const { caller } = access.login(access.createLoginLink('viewer').token)!;
    expect(caller).toMatchObject({ name: 'guest', role: 'viewer' });
  });
});

describe('sessions', () => {
  it('last a week, end at logout, and survive a restart', () => {
    const { session, maxAgeSeconds } = access.login(access.createLoginLink('operator').token)!;
    expect(maxAgeSeconds).toBe(7 * 24 * 3600);
    expect(new Access({ db, clock }).bySession(session)).toMatchObject({ role: 'operator' });
    clock.advance(7 * 24 * 60 * MINUTE);
    expect(access.bySession(session)).toBeUndefined();
    const other = access.login(access.createLoginLink('admin').token)!.session;
    access.logout(other);
    expect(access.bySession(other)).toBeUndefined();
    expect(access.bySession('x'.repeat(5000))).toBeUndefined();
  });

  it('die with the token that opened them', () => {
    // Bug caught: a revoked token whose browser session goes on.
    const { token, secret } = access.createToken({ name: 'ci', role: 'viewer' });
    const { session } = access.login(secret)!;
    expect(access.bySession(session)).toMatchObject({ name: 'ci' });
    access.revokeToken(token.id);
    expect(access.bySession(session)).toBeUndefined();
  });

  it('are not interchangeable with the other secrets', () => {
    // Bug caught: one table of hashes for all, where a login link works as a bearer token.
    const link = access.createLoginLink('admin').token;
    expect(access.byToken(link)).toBeUndefined();
    expect(access.bySession(link)).toBeUndefined();
    const { session } = access.login(link)!;
    expect(access.byToken(session)).toBeUndefined();
    expect(access.login(session)).toBeUndefined();
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenGateway, openGateway, requestText } from './gateway.testing.ts';

let nexus: OpenGateway;
beforeAll(async () => {
  nexus = await openGateway({
    rates: { refusals: { burst: 100_000, perSecond: 1 }, login: { burst: 1000, perSecond: 1 } },
  });
});
afterAll(() => nexus.end());
describe('the dashboard', () => {
  const login = async (role: 'viewer' | 'operator' | 'admin' = 'admin') => {
    const { token } = nexus.access.createLoginLink(role);
    const answer = await fetch(nexus.url(`/login?token=${token}`), { redirect: 'manual' });
    const cookie = answer.headers.get('set-cookie')!;
    return { answer, cookie, session: cookie.split(';')[0]!, token };
  };

  it('opens with a one-time link', async () => {
    const { answer, cookie, session, token } = await login();
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
    expect(cookie).toMatch(
      /^nexus_session_\d+=nxc_[\w-]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/,
    );
    const page = await fetch(nexus.url('/'), { headers: { cookie: session } });
    expect(await page.text()).toContain('Dashboard');
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(page.headers.get('cache-control')).toBe('no-store');
    const again = await fetch(nexus.url(`/login?token=${token}`), { redirect: 'manual' });
    expect(again.status).toBe(401);
    expect(again.headers.get('set-cookie')).toBeNull();
    expect(
      nexus.audit
        .list({ limit: 2, action: 'gateway.login' })
        .items.map((e) => [e.actor, e.outcome]),
    ).toEqual([
      ['anonymous', 'refused'],
      ['owner', 'allowed'],
    ]);
  });

  it('binds the session to TLS behind a proxy that speaks it', async () => {
    const { token } = nexus.access.createLoginLink('viewer');
    const headers = { 'x-forwarded-proto': 'https' };
    const answer = await fetch(nexus.url(`/login?token=${token}`), { headers, redirect: 'manual' });
    expect(answer.headers.get('set-cookie')).toMatch(/; Secure$/);
  });

  it('is not used up by a preview or a prefetch', async () => {
    const { token } = nexus.access.createLoginLink('admin');
    await fetch(nexus.url(`/login?token=${token}`), { method: 'HEAD' });
    expect(
      (await fetch(nexus.url(`/login?token=${token}`), { headers: { 'sec-purpose': 'prefetch' } }))
        .status,
    ).toBe(503);
    expect(nexus.access.login(token)).toBeDefined();
  });

  it('takes a token from the form, and shows the form to the unknown', async () => {
    const { secret } = nexus.access.createToken({ name: 'form', role: 'viewer' });
    const post = (token: string) =>
      fetch(nexus.url('/login'), {
        method: 'POST',
        body: new URLSearchParams({ token }),
        redirect: 'manual',
        headers: { origin: nexus.address },
      });
    expect((await post(secret)).status).toBe(303);
    expect((await post('nxs_wrong')).status).toBe(401);
    const page = await fetch(nexus.url('/'), { headers: { accept: 'text/html' } });
    expect(page.status).toBe(401);
    expect(await page.text()).toContain('nexus status --login-link');
    expect(page.headers.get('content-security-policy')).toContain("form-action 'self'");
  });

  it('asks once more when the way here began at another site', async () => {
    // Bug caught: following a link to the dashboard shows the login page although one is logged in.
    const { session } = await login();
    // By hand: fetch has its own ideas of these headers.
    const link = {
      'Sec-Fetch-Site': 'cross-site',
      'Sec-Fetch-Mode': 'navigate',
      'Sec-Fetch-Dest': 'document',
    };
    const open = (headers: Record<string, string>) =>
      nexus.raw(requestText(nexus.port, 'GET /runs/run_1', headers));
    expect(await open(link)).toMatch(/^HTTP\/1\.1 200[^]*http-equiv="refresh"/);
    const own = { Cookie: session, 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Mode': 'navigate' };
    expect(await open(own)).toMatch(/^HTTP\/1\.1 303[^]*location: \/#\/runs\/run_1\r\n/);
    expect(await open({ 'Sec-Fetch-Mode': 'navigate' })).toMatch(/^HTTP\/1\.1 401[^]*<form/);
  });

  it('serves its files with a hash for ever, and nothing else', async () => {
    const headers = { cookie: (await login()).session };
    const asset = await fetch(nexus.url('/assets/app-1a2b.js'), { headers });
    expect([asset.headers.get('content-type'), asset.headers.get('cache-control')]).toEqual([
      'text/javascript; charset=utf-8',
      'private, max-age=31536000, immutable',
    ]);
    expect((await fetch(nexus.url('/assets/app-1a2b.js'))).status).toBe(401);
    for (const path of ['/outside.js', '/assets/none.js', '/assets', '/api/v2/runs', '/ws'])
      expect((await fetch(nexus.url(path), { headers })).status).toBe(404);
  });

  it('logs out', async () => {
    const { session } = await login();
    const headers = { cookie: session, origin: nexus.address };
    expect((await fetch(nexus.url('/api/v1/whoami'), { headers })).status).toBe(200);
    const out = await fetch(nexus.url('/logout'), { method: 'POST', headers, redirect: 'manual' });
    expect([out.status, out.headers.get('location')]).toEqual([303, '/login']);
    expect((await fetch(nexus.url('/api/v1/whoami'), { headers })).status).toBe(401);
  });

  it('does not let a page of another site use its cookie', async () => {
    // Bug caught: cross-site request forgery; on localhost even SameSite=Strict lets other ports through.
    const { session } = await login();
    const post = (headers: Record<string, string>) =>
      fetch(nexus.url('/api/v1/runs/run_1/cancel'), {
        method: 'POST',
        headers: { cookie: session, ...headers },
      });
    expect((await post({ origin: nexus.address })).status).toBe(200);
    expect((await post({})).status).toBe(403);
    for (const origin of [
      'http://evil.example',
      'null',
      `http://localhost:${nexus.port}`,
      'http://127.0.0.1:1',
    ])
      expect((await post({ origin })).status).toBe(403);
    expect((await post({ origin: nexus.address, 'sec-fetch-site': 'same-site' })).status).toBe(403);
    const image = await fetch(nexus.url('/api/v1/runs'), {
      headers: {
        cookie: session,
        'sec-fetch-site': 'same-site',
        'sec-fetch-mode': 'no-cors',
        'sec-fetch-dest': 'image',
      },
    });
    expect(image.status).toBe(403);
  });
});

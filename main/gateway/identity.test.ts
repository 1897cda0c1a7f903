import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { Caller } from '#contract/platform.ts';
import { isForeignFetch, isNavigation } from './fetchMetadata.ts';
import { cookieValue, identify } from './identity.ts';

const caller = (name: string): Caller => ({ name, role: 'viewer', face: 'rest' });
const access = {
  byToken: (secret: string) => (secret === 'nxs_good' ? caller('token') : undefined),
  bySession: (secret: string) => (secret === 'nxc_good' ? caller('session') : undefined),
};
const request = (headers: Record<string, string>, method = 'GET') =>
  ({ headers, method }) as unknown as IncomingMessage;
const who = (headers: Record<string, string>) =>
  identify(request(headers), access, 8420)?.caller.name;

describe('identity', () => {
  it('comes from the bearer token or from this port’s cookie', () => {
    expect(who({ authorization: 'Bearer nxs_good' })).toBe('token');
    expect(who({ authorization: 'bearer   nxs_good' })).toBe('token');
    expect(who({ cookie: 'a=b; nexus_session_8420=nxc_good; c=d' })).toBe('session');
    expect(who({ cookie: 'nexus_session_8421=nxc_good' })).toBeUndefined();
    expect(who({})).toBeUndefined();
  });

  it('is nobody’s where the token is wrong, whatever cookie comes with it', () => {
    // Bug caught: a program with an expired token that acts as whoever is logged in.
    expect(
      who({ authorization: 'Bearer nxs_bad', cookie: 'nexus_session_8420=nxc_good' }),
    ).toBeUndefined();
    expect(who({ authorization: '', cookie: 'nexus_session_8420=nxc_good' })).toBeUndefined();
  });

  it('takes no cookie that is there twice', () => {
    // Bug caught: another port of localhost that plants a cookie of its own beside ours.
    expect(cookieValue('x=1; x=2', 'x')).toBeUndefined();
    expect(cookieValue('xx=1; x=2', 'x')).toBe('2');
    expect(cookieValue('x=', 'x')).toBe('');
    expect(cookieValue('', 'x')).toBeUndefined();
  });
});

describe('fetch metadata', () => {
  const foreign = (site: string, mode: string, dest: string, method = 'GET') =>
    isForeignFetch(
      request({ 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': dest }, method),
    );

  it('lets a link from elsewhere lead here, and nothing else from elsewhere', () => {
    expect(foreign('cross-site', 'navigate', 'document')).toBe(false);
    expect(foreign('same-origin', 'cors', 'empty', 'POST')).toBe(false);
    expect(foreign('none', 'navigate', 'document')).toBe(false);
    expect(isForeignFetch(request({}))).toBe(false);
    for (const site of ['cross-site', 'same-site', 'unheard-of']) {
      expect(foreign(site, 'no-cors', 'image')).toBe(true);
      expect(foreign(site, 'cors', 'empty')).toBe(true);
      expect(foreign(site, 'navigate', 'iframe')).toBe(true);
      expect(foreign(site, 'navigate', 'document', 'POST')).toBe(true);
      expect(foreign(site, 'websocket', 'websocket')).toBe(true);
    }
  });

  it('knows a page that a person opens', () => {
    expect(isNavigation(request({ 'sec-fetch-mode': 'navigate' }))).toBe(true);
    expect(isNavigation(request({ 'sec-fetch-mode': 'cors', accept: 'text/html' }))).toBe(false);
    expect(isNavigation(request({ accept: 'text/html,*/*' }))).toBe(true);
    expect(isNavigation(request({ accept: '*/*' }))).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { acceptedPort } from './acceptedPort.ts';
import { isExternalUrl } from './externalUrl.ts';
import { isAppUrl } from './origin.ts';

describe('our own origin', () => {
  it.each(['app://nexus/', 'app://nexus/index.html#/runs', 'app://nexus/assets/a.js?x=1'])(
    'is %s',
    (address) => expect(isAppUrl(address)).toBe(true),
  );

  it.each([
    'app://nexus.evil/',
    'app://evil/nexus',
    'app://user@nexus/',
    'apps://nexus/',
    'https://nexus/',
    'file:///nexus',
    'about:blank',
    'about:srcdoc',
    'data:text/html,app://nexus/',
    '',
    'app:nexus',
  ])('is not %s', (address) => {
    // Bug caught: a prefix match lets a page of someone else pass for ours.
    expect(isAppUrl(address)).toBe(false);
  });
});

describe('an address for the outside', () => {
  it.each(['https://example.org/a?b#c', 'mailto:a@example.org'])('may be %s', (address) =>
    expect(isExternalUrl(address)).toBe(true),
  );

  it.each([
    'http://example.org/',
    'file:///etc/passwd',
    'smb://host/share',
    'ms-msdt:/id',
    'javascript:alert(1)',
    'data:text/html,x',
    'https://user:password@example.org/',
    'vbscript:x',
    ' ',
    '-https://example.org',
    '\\\\host\\share',
  ])('may not be %s', (address) => {
    // Bug caught: a link in a log or a document starts a program (the shell opens any scheme).
    expect(isExternalUrl(address)).toBe(false);
  });
});

describe('the sender check', () => {
  const ours = { id: 1 };
  const page = { url: 'app://nexus/#/', parent: null };
  const makePort = () => {
    const port = { closed: false, close: () => (port.closed = true) };
    return port;
  };
  const isOurs = (contents: unknown) => contents === ours;

  it('accepts the main frame of our window', () => {
    const port = makePort();
    expect(acceptedPort({ sender: ours, senderFrame: page, ports: [port] }, isOurs)).toBe(port);
    expect(port.closed).toBe(false);
  });

  it.each([
    ['a subframe', { senderFrame: { ...page, parent: {} } }],
    ['a foreign page', { senderFrame: { url: 'https://evil.example/', parent: null } }],
    ['a frame that is gone', { senderFrame: null }],
    ['contents that are no window of ours', { sender: { id: 2 } }],
  ])('refuses %s and closes its port', (_who, change) => {
    // Bug caught: an embedded or navigated page gets every operation of the local owner.
    const port = makePort();
    const request = { sender: ours, senderFrame: page, ports: [port], ...change };
    expect(acceptedPort(request, isOurs)).toBeUndefined();
    expect(port.closed).toBe(true);
  });

  it('refuses a request without a port or with two', () => {
    // Bug caught: an unexpected message throws in the main process and ends the app.
    expect(acceptedPort({ sender: ours, senderFrame: page, ports: [] }, isOurs)).toBeUndefined();
    const two = [makePort(), makePort()];
    expect(acceptedPort({ sender: ours, senderFrame: page, ports: two }, isOurs)).toBeUndefined();
    expect(two.map((port) => port.closed)).toEqual([true, true]);
  });
});

import { createServer } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { echo, opened, requests, serve } from './http.testing.ts';
import { environmentProxy } from './httpagent.ts';

const { get, failure } = requests();

describe('http proxy', () => {
  it('asks the proxy for plain HTTP and shows it the credentials meant for it', async () => {
    const seen: (string | undefined)[] = [];
    const proxy = await serve((request, response) => {
      seen.push(request.url, request.headers['proxy-authorization']);
      response.end('from the proxy');
    });
    const outputs = await get({
      url: 'http://example.invalid/x?y=1',
      proxy: proxy.replace('http://', 'http://u:p@'),
    });
    expect(outputs['body']).toBe('from the proxy');
    expect(seen[0]).toMatch(/\/x\?y=1$/);
    expect(seen[1]).toBe(`Basic ${Buffer.from('u:p').toString('base64')}`);
  });

  it('tunnels https by CONNECT', async () => {
    const target = await serve(echo);
    const asked: string[] = [];
    const tunnel = createServer().on('connect', (request, socket) => {
      asked.push(request.url!);
      // The target speaks no TLS: reaching it is enough to see the tunnel.
      const upstream = connect(Number(new URL(target).port), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(upstream).pipe(socket);
      });
      upstream.on('error', () => socket.destroy());
      socket.on('error', () => upstream.destroy());
    });
    const proxy = await opened(tunnel);
    await failure({ url: target.replace('http:', 'https:'), proxy });
    expect(asked).toEqual([new URL(target).host]);
  });

  it('reads the environment as curl does', () => {
    const env = {
      HTTPS_PROXY: 'http://p:1',
      http_proxy: 'q:2',
      NO_PROXY: '.internal.org, x.org:8443',
    };
    const of = (url: string) => environmentProxy(new URL(url), env);
    expect(of('https://a.org/')).toBe('http://p:1');
    expect(of('http://a.org/')).toBe('http://q:2');
    expect(of('https://a.internal.org/')).toBeUndefined();
    expect(of('https://x.org:8443/')).toBeUndefined();
    expect(of('https://x.org/')).toBe('http://p:1');
    expect(of('http://localhost:1/')).toBeUndefined();
  });
});

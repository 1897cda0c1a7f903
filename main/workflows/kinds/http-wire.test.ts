import { createServer } from 'node:net';
import zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { opened, requests } from './http.testing.ts';

const { get, failure } = requests();

/** A server that says exactly these bytes to whoever has sent a whole head, and hangs up. */
async function say(...bytes: (string | Buffer)[]): Promise<{ url: string; heard: string[] }> {
  const heard: string[] = [];
  const server = createServer((socket) => {
    let head = '';
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      head += chunk.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      heard.push(head);
      head = '';
      for (const piece of bytes) socket.write(piece);
      socket.end();
    });
  });
  return { url: `${await opened(server)}/`, heard };
}

const ok = (...headers: string[]) => `HTTP/1.1 200 OK\r\n${headers.join('\r\n')}\r\n\r\n`;

describe('what servers really say', () => {
  it.each(['gzip', 'deflate', 'br'])(
    'a HEAD of what is packed by %s has no body, and is no broken one',
    async (encoding) => {
      const { url } = await say(ok(`Content-Encoding: ${encoding}`, 'Content-Length: 500'));
      expect(await get({ url, method: 'HEAD' })).toMatchObject({ status: 200 });
    },
  );

  it('a 204 with a content encoding has no body either', async () => {
    const { url } = await say('HTTP/1.1 204 No Content\r\nContent-Encoding: gzip\r\n\r\n');
    expect(await get({ url })).toMatchObject({ status: 204 });
  });

  it('deflate comes in two forms, and both are read', async () => {
    // RFC 9110 says zlib; a good part of the web sends the bare stream.
    for (const pack of [zlib.deflateSync, zlib.deflateRawSync]) {
      const body = pack(Buffer.from('hello, hello, hello'));
      const head = ok(
        'Content-Encoding: deflate',
        'Content-Type: text/plain',
        `Content-Length: ${body.length}`,
      );
      expect((await get({ url: (await say(head, body)).url }))['body']).toBe('hello, hello, hello');
    }
  });

  it('a body in chunks is put together, with what comes after it', async () => {
    const { url } = await say(
      ok('Transfer-Encoding: chunked', 'Content-Type: text/plain'),
      '5\r\nhello\r\n',
      '7;x=y\r\n, world\r\n',
      '0\r\nX-After: 1\r\n\r\n',
    );
    expect((await get({ url }))['body']).toBe('hello, world');
  });

  it('a body that ends with the connection is whole', async () => {
    const { url } = await say(ok('Content-Type: text/plain'), 'to the ', 'end');
    expect((await get({ url }))['body']).toBe('to the end');
  });

  it.each([
    ['a body that breaks off', ok('Content-Length: 100'), 'http.body_broken'],
    [
      'a chunk that breaks off',
      `${ok('Transfer-Encoding: chunked')}ff\r\nshort`,
      'http.body_broken',
    ],
    ['no answer at all', '', 'http.connect_failed'],
    ['something that is no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n', 'http.connect_failed'],
    [
      'two lengths that differ',
      ok('Content-Length: 1', 'Content-Length: 2'),
      'http.connect_failed',
    ],
    [
      'a packed body that is none',
      `${ok('Content-Encoding: gzip', 'Content-Length: 4')}nope`,
      'http.body_broken',
    ],
    [
      'a packing that nobody asked for',
      `${ok('Content-Encoding: zstd9', 'Content-Length: 4')}nope`,
      'http.body_broken',
    ],
  ])('%s fails with a reason and can be tried again', async (_, bytes, code) => {
    const error = await failure({ url: (await say(bytes)).url });
    expect(error.code).toBe(code);
    expect(error.kind).toBe('operational');
    expect(error.hint).toBeTruthy();
    expect(error.details?.['retryable']).not.toBe(false);
  });

  it('the same header twice arrives as a list, and a name in capitals in small letters', async () => {
    const { url } = await say(
      ok('Set-Cookie: a=1', 'Set-Cookie: b=2', 'X-UPPER: Yes', 'Content-Length: 0'),
    );
    expect((await get({ url }))['headers']).toMatchObject({
      'set-cookie': ['a=1', 'b=2'],
      'x-upper': 'Yes',
    });
  });

  it('a header that would end the head and begin another is refused before anything is sent', async () => {
    const { url, heard } = await say(ok('Content-Length: 0'));
    for (const value of ['a\r\nX-Evil: 1', 'a\nX-Evil: 1', 'a\0b']) {
      const error = await failure({ url, headers: { 'x-mine': value } });
      expect(error.code).toBe('http.request_invalid');
      expect(error.details).toMatchObject({ retryable: false });
    }
    expect((await failure({ url, headers: { 'x evil:': '1' } })).code).toBe('http.request_invalid');
    expect(heard).toEqual([]);
  });

  it('values of the query are one value each, whatever they hold', async () => {
    const { url, heard } = await say(ok('Content-Length: 0'));
    const query = { a: 'x&b=y', 'c d': '#/?%', e: 'é😀', f: ' HTTP/1.1\r\nX: y' };
    await get({ url, query });
    const [line] = heard[0]!.split('\r\n');
    const sent = new URL(line!.split(' ')[1]!, url).searchParams;
    expect(Object.fromEntries(sent)).toEqual(query);
    expect(heard[0]!.split('\r\n').filter((one) => one.startsWith('X:'))).toEqual([]);
  });

  it('a body has the length that it says in bytes, not in characters', async () => {
    const { url, heard } = await say(ok('Content-Length: 0'));
    await get({ url, method: 'POST', body: 'é😀' });
    expect(heard[0]).toMatch(/content-length: 6\r\n/i);
  });
});

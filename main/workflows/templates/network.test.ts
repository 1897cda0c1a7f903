import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { describe, expect, it } from 'vitest';
import { listening } from '#main/base/listening.testing.ts';
import { answering, gallery, templateTests, text } from './gallery.testing.ts';

const { attempt, run, at, titles, tried, harness } = templateTests();

describe('templates about the network', () => {
  it('check-urls tells the bad ones', async () => {
    const urls = [await answering({}), await answering({}, 503), 'http://127.0.0.1:1/'];
    const { outputs } = await run('check-urls', { urls });
    expect(outputs['bad']).toEqual(expect.arrayContaining([urls[1], urls[2]]));
    expect(outputs['bad']).toHaveLength(2);
    expect(titles()).toEqual(['2 addresses are not well']);
  });

  it('site-uptime is content with a good answer and alarmed by a bad one', async () => {
    const url = await answering({ all: 'well' });
    expect((await run('site-uptime', { url, contains: 'well' })).outputs['status']).toBe(200);
    expect(titles()).toEqual([]);
    await attempt('site-uptime', { url, contains: 'other' });
    await attempt('site-uptime', { url: await answering({}, 500) });
    expect(harness().notes.map((note) => note.level)).toEqual(['danger', 'danger']);
  });

  it('api-to-file sorts and saves', async () => {
    const url = await answering([{ name: 'b' }, { name: 'a' }]);
    const { outputs } = await run('api-to-file', { url });
    expect(JSON.parse(readFileSync(text(outputs['file']), 'utf8'))).toEqual([
      { name: 'a' },
      { name: 'b' },
    ]);
  });

  it('tls-expiry reads real certificates and warns of the one that ends soon', async () => {
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-keyout',
        at('key.pem'),
        '-out',
        at('cert.pem'),
        '-days',
        '10',
        '-subj',
        '/CN=localhost',
      ],
      { stdio: 'ignore' },
    );
    const server = createTlsServer({
      key: readFileSync(at('key.pem')),
      cert: readFileSync(at('cert.pem')),
    });
    const site = `127.0.0.1:${await listening(server)}`;
    const { outputs } = await run('tls-expiry', { sites: [site] });
    expect(outputs['certificates']).toEqual([
      { site, expires: expect.stringContaining('GMT'), days: 9 },
    ]);
    expect(titles()).toEqual(['1 certificates expire soon']);
    expect((await run('tls-expiry', { sites: [] })).outputs['certificates']).toEqual([]);
  });

  it('small-api adds up', async () => {
    const { steps } = await run('small-api', { tax: 0.5 });
    expect(steps['total']!.outputs).toEqual({ net: 48, count: 3 });
  });
});

describe('templates when things go wrong', () => {
  it('api-to-file of an address that answers with an error writes nothing', async () => {
    const { status, steps } = await attempt('api-to-file', { url: await answering({}, 404) });
    expect(status).toBe('failed');
    expect(Object.values(steps).filter((step) => step.status === 'succeeded')).toEqual([]);
  });
});

it('runs the templates of its part of the gallery, and no other', () => {
  expect(tried()).toEqual(gallery.network);
});

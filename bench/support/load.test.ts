import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { monitorDashboard } from './delay.ts';
import { load } from './load.ts';

async function server(status: (request: IncomingMessage) => number) {
  const seen: { url: string; type: string; body: string }[] = [];
  const http = createServer((request, response) => {
    void text(request).then((body) => {
      seen.push({ url: request.url!, type: request.headers['content-type'] ?? '', body });
      response.statusCode = status(request);
      response.end('{}');
    });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  return { address: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, seen };
}

it('counts the requests that were answered well, with the body that was asked for', async () => {
  const { address, seen } = await server(() => 200);
  const measured = await load(`${address}/hello`, { amount: 40, connections: 4, body: '{"n":1}' });
  expect(measured).toMatchObject({ requests: 40, failures: 0 });
  expect(measured.perSecond).toBeCloseTo(40 / measured.seconds);
  expect(measured.p99Ms).toBeGreaterThanOrEqual(measured.p50Ms);
  expect(seen.length).toBeGreaterThanOrEqual(40);
  expect(seen[0]).toEqual({ url: '/hello', type: 'application/json', body: '{"n":1}' });
});

it('counts a refusal as a failure, and as no work done', async () => {
  // Bug caught: a product that answers 429 or 500 at once is the fastest of all.
  let n = 0;
  const { address } = await server(() => ((n += 1) % 2 ? 200 : 500));
  const measured = await load(address, { amount: 20, connections: 1 });
  expect(measured).toMatchObject({ requests: 10, failures: 10 });
});

it('measures how long the dashboard takes meanwhile, until it is told to stop', async () => {
  const { address, seen } = await server(() => 200);
  const dashboard = await monitorDashboard(address);
  await expect.poll(() => seen.length).toBeGreaterThan(2);
  const { p50Ms, p99Ms } = await dashboard.stop();
  expect(p50Ms).toBeGreaterThan(0);
  expect(p99Ms).toBeGreaterThanOrEqual(p50Ms);
  expect(seen.every(({ url }) => url === '/healthz')).toBe(true);
});

it('says so when the dashboard went away, and not before anybody asks', async () => {
  const dashboard = await monitorDashboard('http://127.0.0.1:1');
  await expect(dashboard.stop()).rejects.toThrow('fetch failed');
});

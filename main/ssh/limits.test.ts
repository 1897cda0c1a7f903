import { createHash, type Hash } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { systemClock } from '#main/base/clock.ts';
import { HostOperations } from './operations.ts';
import { productionGate } from './policy.ts';
import { closeFabrics, testFabric } from './testing/fabric.ts';
import { startSshd, stopAll, type Sshd } from './testing/sshd.ts';

let sshd: Sshd;
beforeAll(async () => {
  sshd = await startSshd({ config: ['MaxStartups 500', 'MaxSessions 100'] });
});
afterEach(closeFabrics);
afterAll(stopAll);

it('eight sessions of a host run at once, and never a ninth, whatever the server would allow', async () => {
  // Bug caught: forty commands at once on a server that allows ten, or all of them one by one.
  const { fabric, host } = testFabric();
  host('a', sshd);
  const log = join(mkdtempSync(join(sshd.dir, 'sessions-')), 'log');
  // None of the first ends before eight have begun.
  const program = `echo + >> ${log}; until [ "$(grep -c + ${log})" -ge 8 ]; do sleep 0.01; done; sleep 0.05; echo - >> ${log}`;
  await Promise.all(Array.from({ length: 40 }, () => fabric.run('a', program)));
  let running = 0;
  let most = 0;
  for (const mark of readFileSync(log, 'utf8').trim().split('\n'))
    most = Math.max(most, (running += mark === '+' ? 1 : -1));
  expect([most, running]).toEqual([8, 0]);
});

it.each(['builtin', 'openssh'] as const)(
  'eight handshakes go on at once, and never a ninth: %s',
  async (client) => {
    // Bug caught: a run on three hundred hosts begins with three hundred key exchanges on one processor.
    const open = new Set<Socket>();
    let most = 0;
    let all = 0;
    const server = createServer((socket) => {
      open.add(socket);
      all += 1;
      most = Math.max(most, open.size);
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const { fabric, host } = testFabric();
    const runs = Array.from({ length: 24 }, (_, i) => {
      host(`h${i}`, { ...sshd, port }, { options: { client } });
      return fabric.run(`h${i}`, 'true').catch(() => 'failed');
    });
    await expect.poll(() => open.size, { timeout: 10_000 }).toBe(8);
    // Each that is hung up on makes place for the next one.
    for (let gone = 1; gone <= 24; gone += 1) {
      const [first] = open;
      open.delete(first!);
      first!.destroy();
      await expect.poll(() => all, { timeout: 10_000 }).toBe(Math.min(24, 8 + gone));
    }
    expect(await Promise.all(runs)).toEqual(Array(24).fill('failed'));
    expect(most).toBe(8);
    server.close();
  },
);

it('a hundred hosts that say ten thousand lines each lose none, while the reader is slow', async () => {
  const test = testFabric();
  const { fabric, questions } = test;
  const gate = productionGate(() => false);
  const operations = new HostOperations({ fabric, questions, gate, clock: systemClock });
  const names = Array.from({ length: 100 }, (_, i) => `h${i}`);
  for (const name of names) test.host(name, sshd);
  const sums = new Map<string, Hash>();
  const expected = createHash('sha256');
  for (let line = 1; line <= 10_000; line += 1) expected.update(`${line}\n`);
  const command = {
    command: 'seq 1 10000',
    strategy: 'all',
    retries: 0,
    interactive: false,
  } as const;
  const events = operations.exec(
    { ...command, hosts: 'all', max_bytes: null, parallel: 100 },
    new AbortController().signal,
  );
  let last: unknown;
  for await (const event of events) {
    last = event;
    if (event.type === 'start') sums.set(event.host, createHash('sha256'));
    if (event.type !== 'output') continue;
    sums.get(event.host)!.update(Buffer.from(event.data, 'base64'));
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(last).toMatchObject({ type: 'done', failed: [], skipped: [] });
  const sum = expected.digest('hex');
  for (const name of names) expect(sums.get(name)!.digest('hex'), name).toBe(sum);
  operations.close();
});

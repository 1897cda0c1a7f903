import { createHash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readStream } from '#contract/client.ts';
import { openPlatform } from '#main/integration/platform.testing.ts';

it('pumps', async () => {
  const { client } = await openPlatform();
  const { terminal } = await client.terminals.open({ shell: '/bin/sh', cols: 100, rows: 30 });
  const stop = new AbortController();
  let text = '';
  const reading = (async () => {
    for await (const item of readStream(client, client.terminals.attach({ id: terminal.id }, { signal: stop.signal }), stop.signal)) {
      if (item.type === 'data') { text += Buffer.from(item.data, 'base64').toString(); if (text.includes('DONE5')) return; }
    }
  })();
  const begun = performance.now();
  await client.terminals.input({ id: terminal.id, data: 'seq 1 1000000; echo DONE$((2+3))\r' });
  await reading;
  const ms = performance.now() - begun;
  console.log(text.length, text.length / 1e6 / (ms / 1000), 'MB/s');
  stop.abort();
  expect(text).toContain('\r\n1000000\r\n');
}, 60000);

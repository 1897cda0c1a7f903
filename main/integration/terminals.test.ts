import { createHash, type Hash } from 'node:crypto';
import { createReadStream, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MessageChannel, type MessagePort as NodePort } from 'node:worker_threads';
import { RPCLink } from '@orpc/client/message-port';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createNexusClient, readStream, type NexusClient } from '#contract/client.ts';
import { newFolder } from './nexus.testing.ts';
import { openPlatform } from './platform.testing.ts';

const MB = 1_000_000;

/** A client behind a real message port, as the window is: nothing but acknowledgements lets it go on. */
async function window_() {
  const opened = await openPlatform();
  const { port1, port2 } = new MessageChannel();
  opened.platform.api.bindPort(port1, { name: 'owner', role: 'admin', face: 'window' });
  const client = createNexusClient(new RPCLink({ port: port2 as NodePort & EventTarget }));
  port2.start();
  onTestFinished(() => port2.close());
  return { ...opened, window: client };
}

/** `megabytes` of printable lines, without a line end that a terminal would change. */
function writeLines(megabytes: number): string {
  const folder = newFolder();
  mkdirSync(folder, { recursive: true });
  const line = 'The quick brown fox jumps over the lazy dog; 0123456789 äöü €\n'.repeat(1000);
  const size = Buffer.byteLength(line);
  const file = join(folder, 'lines');
  const count = Math.ceil((megabytes * MB) / size);
  writeFileSync(file, '');
  for (let i = 0; i < count; i += 100)
    writeFileSync(file, `${i}\n${line.repeat(Math.min(100, count - i))}`, { flag: 'a' });
  return file;
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Hashes what comes between the marks BEGIN and END on lines of their own. */
class Between {
  readonly hash: Hash = createHash('sha256');
  bytes = 0;
  #tail = Buffer.alloc(0);
  #begun = false;

  /** Answers true at the end. */
  take(chunk: Buffer): boolean {
    this.#tail = Buffer.concat([this.#tail, chunk]);
    if (!this.#begun) {
      const at = this.#tail.indexOf('BEGIN\n');
      if (at < 0) return false;
      this.#begun = true;
      this.#tail = this.#tail.subarray(at + 6);
    }
    const end = this.#tail.indexOf('END\n');
    const keep = end < 0 ? Math.max(0, this.#tail.length - 4) : end;
    this.hash.update(this.#tail.subarray(0, keep));
    this.bytes += keep;
    this.#tail = this.#tail.subarray(keep);
    return end >= 0;
  }
}

async function readUntilEnd(client: NexusClient, id: string, between: Between): Promise<void> {
  const stop = new AbortController();
  const output = readStream(
    client,
    client.terminals.attach({ id }, { signal: stop.signal }),
    stop.signal,
  );
  for await (const item of output)
    if (item.type === 'data' && between.take(Buffer.from(item.data, 'base64'))) break;
  stop.abort();
}

describe('a terminal behind a message port', () => {
  it('gives 100 MB byte by byte, and needs no memory for it', async () => {
    // Bug caught: a pause that loses what is in the pipe, a queue without a bound, a character cut in two.
    const file = writeLines(100);
    const { window: client } = await window_();
    const { terminal } = await client.terminals.open({ shell: '/bin/sh', cols: 120, rows: 30 });
    const between = new Between();
    const reading = readUntilEnd(client, terminal.id, between);
    const begun = performance.now();
    // No line ends are changed and nothing is echoed: what comes out is what went in.
    const command = `stty raw -echo; printf 'BEG''IN\\n'; cat ${file}; printf 'EN''D\\n'; stty sane\r`;
    const before = process.memoryUsage();
    let most = 0;
    const probe = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 50);
    await client.terminals.input({ id: terminal.id, data: command });
    await reading;
    clearInterval(probe);
    console.log(
      between.bytes / MB / ((performance.now() - begun) / 1000),
      'MB/s',
      (most - before.rss) / MB,
    );
    expect(between.hash.digest('hex')).toBe(await hashOf(file));
    expect(most - before.rss).toBeLessThan(300 * MB);
  }, 120_000);
});

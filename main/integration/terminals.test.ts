import { createHash, type Hash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MessageChannel, type MessagePort as NodePort } from 'node:worker_threads';
import { RPCLink } from '@orpc/client/message-port';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createNexusClient, readStream, type NexusClient } from '#contract/client.ts';
import { newFolder } from './nexus.testing.ts';
import { openPlatform } from './platform.testing.ts';

const MB = 1_000_000;

/** A client behind a real message port, as the window is: nothing but acknowledgements lets it go on. */
async function openWindow() {
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
    const { window: client } = await openWindow();
    const { terminal } = await client.terminals.open({ shell: '/bin/sh', cols: 120, rows: 30 });
    const between = new Between();
    const reading = readUntilEnd(client, terminal.id, between);
    // No line ends are changed and nothing is echoed: what comes out is what went in.
    const command = `stty raw -echo; printf 'BEG''IN\\n'; cat ${file}; printf 'EN''D\\n'; stty sane\r`;
    const before = process.memoryUsage();
    let most = 0;
    const probe = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 50);
    await client.terminals.input({ id: terminal.id, data: command });
    await reading;
    clearInterval(probe);
    expect(between.hash.digest('hex')).toBe(await hashOf(file));
    expect(most - before.rss).toBeLessThan(300 * MB);
  }, 120_000);

  it('answers Ctrl-C in the middle of a flood that nobody reads fast enough', async () => {
    // Bug caught: the key waits behind megabytes of output, or never gets through.
    const { window: client } = await openWindow();
    const { terminal } = await client.terminals.open({ shell: '/bin/bash', cols: 80, rows: 24 });
    const stop = new AbortController();
    let tail = '';
    let bytes = 0;
    let pressed = 0;
    let after = 0;
    const output = readStream(
      client,
      client.terminals.attach({ id: terminal.id }, { signal: stop.signal }),
      stop.signal,
    );
    await client.terminals.input({ id: terminal.id, data: 'PS1="ready"; yes\r' });
    for await (const item of output) {
      if (item.type !== 'data') continue;
      const data = Buffer.from(item.data, 'base64');
      bytes += data.length;
      tail = (tail + data.toString('latin1')).slice(-1000);
      if (pressed > 0) after += data.length;
      if (pressed === 0 && bytes > 2 * MB) {
        pressed = bytes;
        void client.terminals.input({ id: terminal.id, data: '\x03' });
      }
      if (pressed > 0 && tail.endsWith('ready')) break;
    }
    stop.abort();
    expect(tail).toContain('^C');
    // What was under way when the key was pressed: the queues' bound, whatever the machine's speed.
    expect(after).toBeLessThan(4 * MB);
  });

  it('stays small while a window has stopped reading and the shell writes on and on', async () => {
    // Bug caught: a window that hangs lets `yes` fill the memory of the platform.
    const { window: client, client: local } = await openWindow();
    const { terminal } = await client.terminals.open({ shell: '/bin/bash', cols: 80, rows: 24 });
    const stalled = await client.terminals.attach({ id: terminal.id });
    await stalled.next();
    await client.terminals.input({
      id: terminal.id,
      data: 'PS1=; yes | head -c 12000000; echo DO""NE\r',
    });
    const before = process.memoryUsage().rss;
    // Another viewer sees the end although the first one never acknowledges anything.
    let tail = '';
    let most = 0;
    const stop = new AbortController();
    const output = readStream(
      local,
      local.terminals.attach({ id: terminal.id }, { signal: stop.signal }),
      stop.signal,
    );
    for await (const item of output) {
      most = Math.max(most, process.memoryUsage().rss);
      if (item.type === 'data')
        tail = (tail + Buffer.from(item.data, 'base64').toString('latin1')).slice(-100);
      // A machine that is busy enough leaves this one behind, too: the end is in its snapshot then.
      if (item.type === 'snapshot') tail = item.text;
      if (tail.includes('DONE')) break;
    }
    stop.abort();
    expect(most - before).toBeLessThan(300 * MB);
    await stalled.return();
  }, 60_000);

  it('is there after the window has gone and come back', async () => {
    const { window: client, platform } = await openWindow();
    const { terminal } = await client.terminals.open({ shell: '/bin/sh', cols: 80, rows: 24 });
    const seen = async (from: NexusClient, text: string) => {
      const stop = new AbortController();
      const frames = from.terminals.attach({ id: terminal.id }, { signal: stop.signal });
      let all = '';
      for await (const item of readStream(from, frames, stop.signal)) {
        if (item.type === 'snapshot') all += item.text;
        if (item.type === 'data') all += Buffer.from(item.data, 'base64').toString();
        if (all.includes(text)) break;
      }
      stop.abort();
    };
    await client.terminals.input({ id: terminal.id, data: 'echo kept-$((40+2))\r' });
    await seen(client, 'kept-42');
    const { port1, port2 } = new MessageChannel();
    platform.api.bindPort(port1, { name: 'owner', role: 'admin', face: 'window' });
    const again = createNexusClient(new RPCLink({ port: port2 as NodePort & EventTarget }));
    port2.start();
    expect((await again.terminals.list({})).terminals).toHaveLength(1);
    await seen(again, 'kept-42');
    port2.close();
  });

  it('leaves opening, logging and closing in the audit log, and not one key', async () => {
    // Bug caught: a password typed into a terminal is kept in the audit log for ever.
    const { window: client } = await openWindow();
    const { terminal } = await client.terminals.open({ shell: '/bin/sh' });
    await client.terminals.input({ id: terminal.id, data: 'typed-password\r' });
    await client.terminals.startLog({ id: terminal.id });
    await client.terminals.stopLog({ id: terminal.id });
    await client.terminals.close({ id: terminal.id });
    const { items } = await client.audit.list({});
    expect(items.map(({ action }) => action).toSorted()).toEqual([
      'terminals.close',
      'terminals.open',
      'terminals.startLog',
      'terminals.stopLog',
    ]);
    expect(JSON.stringify(items)).not.toContain('typed-password');
  });

  it('ends with the platform, and so does what runs in it', async () => {
    // Bug caught: shells without a terminal go on after Nexus was quit.
    const { window: client, close, home } = await openWindow();
    const { terminal } = await client.terminals.open({ shell: '/bin/sh', cwd: home });
    await client.terminals.input({ id: terminal.id, data: 'echo $$ > pid; exec sleep 1000\r' });
    const file = join(home, 'pid');
    await expect.poll(() => existsSync(file) && readFileSync(file, 'utf8')).toMatch(/\d+\n/);
    const pid = Number(readFileSync(file, 'utf8'));
    await close();
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  });
});

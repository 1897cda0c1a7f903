import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NexusClient, readStream } from '#contract/client.ts';
import { pathsOf } from '#main/base/paths.ts';
import { connectLocal } from '#main/socket/index.ts';
import { hostOn } from '#main/ssh/testing/host.ts';
import { startSshd, stopAll } from '#main/ssh/testing/sshd.ts';
import { launchApp } from '../e2e/support/app.ts';
import { onDesktop } from './support/desktop.ts';
import { startNexus } from './support/nexus.ts';
import { median, number, percentile, type Row } from './support/table.ts';

const MB = 1_000_000;

/** Terminal throughput with flow control end to end, without a window and drawn, and the echo of a key. */
export async function measure(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-bench-terminals-'));
  try {
    const lines = join(folder, 'lines');
    const line = 'The quick brown fox jumps over the lazy dog; 0123456789 and on to the end\n';
    await writeFile(lines, line.repeat(Math.ceil((100 * MB) / line.length)));
    const coloured = join(folder, 'coloured');
    const build =
      '\x1b[32m[ 42%]\x1b[0m Building \x1b[1msrc/terminal/screen.o\x1b[0m from source\n';
    await writeFile(coloured, build.repeat(Math.ceil((40 * MB) / build.length)));
    return [...(await headless(lines, coloured)), ...(await drawn(coloured))];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function headless(lines: string, coloured: string): Promise<Row[]> {
  const nexus = await startNexus();
  const connection = await connectLocal(pathsOf(nexus.home).socket);
  if (!connection) throw new Error('the platform does not listen');
  const { client } = connection;
  const row = (figure: string, value: string, ratio?: string): Row => ({
    bench: 'terminals',
    figure,
    value,
    ...(ratio ? { ratio } : {}),
  });
  try {
    const plain = await throughput(client, lines);
    const colours = await throughput(client, coloured);
    const echoes = await keyEchoes(client, await localShell(client));
    const [remote, overSsh] = await onHost(client, lines);
    const echo = (times: number[]) =>
      `${number(median(times))} / ${number(percentile(times, 0.95))} ms`;
    return [
      row('headless, 100 MB of lines, byte-exact', `${number(plain)} MB/s`, 'bar 20 MB/s'),
      row('headless, 40 MB with colours, byte-exact', `${number(colours)} MB/s`, 'bar 20 MB/s'),
      row('echo of a key, local shell, p50 / p95', echo(echoes), 'bar 2 ms'),
      row('over SSH, 100 MB of lines, byte-exact', `${number(overSsh)} MB/s`, 'bar 20 MB/s'),
      row('echo of a key over SSH, p50 / p95', echo(remote), 'bar 2 ms'),
    ];
  } finally {
    await connection.close();
    await nexus.stop();
    await nexus.remove();
  }
}

const localShell = async (client: NexusClient): Promise<string> =>
  (await client.terminals.open({ shell: '/bin/bash', cols: 80, rows: 24 })).terminal.id;

/** The echo of a key and MB/s of a terminal on a host: a real sshd on loopback. */
async function onHost(client: NexusClient, file: string): Promise<[number[], number]> {
  const sshd = await startSshd();
  try {
    await client.hosts.add(hostOn(sshd, 'bench'));
    return [
      await keyEchoes(client, await hostShell(client)),
      await throughput(client, file, await hostShell(client)),
    ];
  } finally {
    await stopAll();
  }
}

async function hostShell(client: NexusClient): Promise<string> {
  const { id } = (await client.terminals.connect({ host: 'bench' })).terminal;
  const stop = new AbortController();
  const changes = client.terminals.watch({}, { signal: stop.signal });
  for await (const { terminals } of readStream(client, changes, stop.signal))
    if (terminals.find((one) => one.id === id)?.state === 'running') break;
  stop.abort();
  return id;
}

/** MB/s from `cat` to a client that reads everything; every byte is compared by its hash. */
async function throughput(client: NexusClient, file: string, shell?: string): Promise<number> {
  const id = shell ?? (await localShell(client));
  const expected = createHash('sha256');
  let size = 0;
  for await (const chunk of createReadStream(file)) {
    expected.update(chunk as Buffer);
    size += (chunk as Buffer).length;
  }
  const stop = new AbortController();
  const output = readStream(
    client,
    client.terminals.attach({ id }, { signal: stop.signal }),
    stop.signal,
  );
  await client.terminals.input({
    id,
    data: `stty raw -echo; printf 'BEG''IN\\n'; cat ${file}; printf 'EN''D\\n'\r`,
  });
  const hash = createHash('sha256');
  let head = Buffer.alloc(0);
  let got = -1;
  let begun = 0;
  for await (const item of output) {
    if (item.type !== 'data') continue;
    let data = Buffer.from(item.data, 'base64');
    if (got < 0) {
      head = Buffer.concat([head, data]);
      const at = head.indexOf('BEGIN\n');
      if (at < 0) continue;
      begun = performance.now();
      got = 0;
      data = head.subarray(at + 6);
    }
    const part = data.subarray(0, size - got);
    hash.update(part);
    got += part.length;
    if (got === size) break;
  }
  const seconds = (performance.now() - begun) / 1000;
  stop.abort();
  await client.terminals.close({ id });
  if (hash.digest('hex') !== expected.digest('hex')) throw new Error('bytes were lost or changed');
  return size / MB / seconds;
}

async function keyEchoes(client: NexusClient, id: string): Promise<number[]> {
  const stop = new AbortController();
  const output = readStream(
    client,
    client.terminals.attach({ id }, { signal: stop.signal }),
    stop.signal,
  );
  const times: number[] = [];
  let begun = 0;
  const press = () => {
    begun = performance.now();
    return client.terminals.input({ id, data: 'x' });
  };
  for await (const item of output) {
    if (item.type === 'snapshot') {
      // The prompt is in it, or comes soon.
      setTimeout(() => void press(), 1000);
      continue;
    }
    if (begun === 0) continue;
    times.push(performance.now() - begun);
    if (times.length === 220) break;
    // It has been silent for a moment, as between two keys of a person.
    await new Promise((go) => setTimeout(go, 15));
    void press();
  }
  stop.abort();
  await client.terminals.close({ id });
  return times.slice(20);
}

async function drawn(file: string): Promise<Row[]> {
  return onDesktop(async () => {
    const app = await launchApp();
    try {
      const { page } = app;
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.evaluate(`window.location.hash = '#/terminals'`);
      await page.getByRole('button', { name: 'Open terminal' }).click();
      const rows = page.locator('.xterm-rows');
      await rows.getByText('#').or(rows.getByText('$')).first().waitFor();
      await page.keyboard.type(`clear; cat ${file}; echo fin''ished`);
      const begun = performance.now();
      await page.keyboard.press('Enter');
      await rows.getByText('finished').first().waitFor({ timeout: 120_000 });
      const seconds = (performance.now() - begun) / 1000;
      const figure = 'drawn in the window (no graphics card), 40 MB with colours';
      const value = `${number(40 / seconds)} MB/s`;
      return [{ bench: 'terminals', figure, value, ratio: 'bar 6 MB/s' }];
    } finally {
      await app.close();
    }
  });
}

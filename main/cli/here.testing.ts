import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import type { NexusClient } from '#contract/client.ts';
import { createPlatform, type Platform } from '#main/platform.ts';
import { runCli } from './program.ts';

/** For tests: what a command said, and how it ended. */
export interface Said {
  code: number;
  stdout: string;
  stderr: string;
  /** The whole of stdout as one JSON document. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into it freely
  json: any;
}

/** A folder of its own, gone when the test ends. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nexus-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** Writes a file for a command to read, and gives its path. */
export function tempFile(content: string | Uint8Array, name = 'file'): string {
  const file = join(tempFolder(), name);
  writeFileSync(file, content);
  return file;
}

/** Everything that `work` writes to stdout and stderr. */
export async function captured(work: () => unknown): Promise<{ stdout: string; stderr: string }> {
  const said = { stdout: '', stderr: '' };
  const restore = (['stdout', 'stderr'] as const).map((name) => {
    const stream = process[name];
    const { write } = stream;
    stream.write = ((text: string | Uint8Array) => {
      said[name] += Buffer.from(text as string).toString();
      return true;
    }) as typeof stream.write;
    return () => {
      stream.write = write;
    };
  });
  try {
    await work();
  } finally {
    for (const one of restore) one();
  }
  return said;
}

/** Hands `text` to what `work` reads from stdin, which is no terminal. */
export async function piped<T>(text: string | Uint8Array, work: () => Promise<T>): Promise<T> {
  const before = Object.getOwnPropertyDescriptor(process, 'stdin')!;
  const value = Readable.from([Buffer.from(text as string)]);
  Object.defineProperty(process, 'stdin', { value, configurable: true });
  try {
    return await work();
  } finally {
    Object.defineProperty(process, 'stdin', before);
  }
}

/** Runs one command line in this process, with a platform of its own on `home`, as `nexus` does it. */
export async function nexusHere(home: string, ...args: string[]): Promise<Said> {
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    const said = await captured(() => runCli(['node', 'nexus', '--home', home, ...args]));
    const all = { ...said, code: Number(process.exitCode ?? 0) };
    // Not listed among its keys: only who asks for it has it parsed.
    return Object.defineProperty(all, 'json', { get: () => JSON.parse(said.stdout) }) as Said;
  } finally {
    process.exitCode = before;
  }
}

/** A running Nexus in this process for the tests of one file; commands reach it by its socket, as they do on a server. */
export function runningNexus() {
  let platform: Platform | undefined;
  const nexus = {
    home: '',
    client: undefined as unknown as NexusClient,
    /** Runs one command line on its home. */
    run: (...args: string[]): Promise<Said> => nexusHere(nexus.home, ...args),
  };
  beforeAll(async () => {
    nexus.home = mkdtempSync(join(tmpdir(), 'nexus-cli-'));
    platform = await createPlatform({ mode: 'serve', home: nexus.home });
    nexus.client = platform.localClient({ name: 'owner', role: 'admin', face: 'cli' });
  });
  afterAll(async () => {
    await platform?.close();
    rmSync(nexus.home, { recursive: true, force: true, maxRetries: 5 });
  });
  return nexus;
}

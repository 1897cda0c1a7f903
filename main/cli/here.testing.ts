import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
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

/** Runs one command line in this process, with a platform of its own on `home`, as `nexus` does it. */
export async function nexusHere(home: string, ...args: string[]): Promise<Said> {
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    const said = await captured(() => runCli(['node', 'nexus', '--home', home, ...args]));
    return {
      ...said,
      code: Number(process.exitCode ?? 0),
      get json(): unknown {
        return JSON.parse(said.stdout);
      },
    };
  } finally {
    process.exitCode = before;
  }
}

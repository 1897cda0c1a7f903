import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { run } from './lib/exec.ts';
import { Failure } from './lib/failure.ts';
import { fallbackVersion, setUpFallback } from './lib/fallbackRuntime.ts';

/** An Electron that runs on this machine. */
export interface Runtime {
  executable: string;
  version: string;
  /** True for the older stand-in that is used where Electron cannot be downloaded. */
  fallback: boolean;
}

const own = dirname(createRequire(import.meta.url).resolve('electron/package.json'));

let found: Promise<Runtime> | undefined;

/**
 * Finds an Electron to run: Electron's own binary, downloaded on first use, or, on Linux x64 where
 * the download cannot be reached, the fallback runtime. Looks once per process.
 *
 * @throws Failure when there is none.
 */
export function findRuntime(): Promise<Runtime> {
  found ??= find();
  return found;
}

/** The path of the Electron executable; see {@link findRuntime}. */
export async function electronExecutable(): Promise<string> {
  return (await findRuntime()).executable;
}

/** Electron's distribution folder, for tools that find the executable in it themselves. */
export async function electronFolder(): Promise<string> {
  const { executable, fallback } = await findRuntime();
  return fallback ? dirname(executable) : join(own, 'dist');
}

async function find(): Promise<Runtime> {
  const present = ownBinary();
  if (present) return present;
  if (await isReachable(downloadHost())) {
    await run(process.execPath, [join(own, 'install.js')]);
    const installed = ownBinary();
    if (installed) return installed;
  }
  const wanted = ownVersion();
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Failure(
      `Electron ${wanted} could not be downloaded from ${downloadHost()}`,
      'Check the network, or set ELECTRON_MIRROR to a mirror that you can reach.',
    );
  const executable = await setUpFallback();
  console.log(
    `nexus: Electron ${wanted} cannot be downloaded here, using the fallback runtime ${fallbackVersion} in ${dirname(executable)}`,
  );
  return { executable, version: fallbackVersion, fallback: true };
}

// What electron/index.js would answer, without its download.
function ownBinary(): Runtime | undefined {
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  const pathFile = join(own, 'path.txt');
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : 'electron';
  const executable = join(override ?? join(own, 'dist'), name);
  if (!existsSync(executable)) return undefined;
  return { executable, version: ownVersion(), fallback: false };
}

function ownVersion(): string {
  const manifest: { version: string } = JSON.parse(readFileSync(join(own, 'package.json'), 'utf8'));
  return manifest.version;
}

// @electron/get reads the mirror from these names.
function downloadHost(): string {
  const env = process.env;
  const mirror = env['npm_config_electron_mirror'] ?? env['ELECTRON_MIRROR'];
  return new URL(mirror ?? 'https://github.com').origin;
}

async function isReachable(origin: string): Promise<boolean> {
  // fetch knows no proxy; with one, the download itself is the test.
  if (process.env['HTTPS_PROXY'] ?? process.env['https_proxy']) return true;
  try {
    await fetch(origin, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(4000) });
    return true;
  } catch {
    return false;
  }
}

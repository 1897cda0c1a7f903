import { existsSync, readdirSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Runtime } from '../runtime.ts';
import { root } from './project.ts';

/** The native modules, with what each needs beside it, and the parts that run. */
const nativeModules = ['better-sqlite3', 'bindings', 'file-uri-to-path'];
/** Node-API modules: the same files run in every runtime. npm has installed this machine's alone. */
const portableModules = ['node-pty', ...ptyBinaries()];
const notNeeded = /\/(?:deps|src|docs|benchmark|binding\.gyp)(?:\/|$)/;

/** The parts of package.json that ship. */
interface Manifest {
  name: string;
  productName: string;
  version: string;
  description: string;
  license: string;
  main: string;
  dependencies: Record<string, string>;
}

/**
 * Makes `dist/stage`: exactly what a package contains. With the fallback runtime the native modules
 * are the ones that were built for it.
 *
 * @returns the folder.
 */
export async function stageApp(runtime: Runtime): Promise<string> {
  const stage = join(root, 'dist', 'stage');
  await rm(stage, { recursive: true, force: true });
  await mkdir(stage, { recursive: true });
  await cp(join(root, 'out'), join(stage, 'out'), { recursive: true });
  await cp(join(root, 'resources'), join(stage, 'resources'), { recursive: true });
  const modules = runtime.fallback
    ? join(runtime.executable, '..', 'resources', 'app', 'node_modules')
    : join(root, 'node_modules');
  const dependencies: Record<string, string> = {};
  const sources = [
    ...nativeModules.map((name) => ({ name, from: join(modules, name) })),
    ...portableModules.map((name) => ({ name, from: join(root, 'node_modules', name) })),
  ];
  for (const { name, from } of sources) {
    if (!existsSync(from)) continue;
    const filter = (path: string) => !notNeeded.test(path.slice(from.length));
    await cp(from, join(stage, 'node_modules', name), { recursive: true, filter });
    dependencies[name] = (await readManifest(from)).version;
  }
  const { name, productName, version, description, license, main } = await readManifest(root);
  const shipped = { name, productName, version, description, license, main, dependencies };
  await writeFile(join(stage, 'package.json'), JSON.stringify(shipped, null, 2));
  return stage;
}

/**
 * A copy of an Electron without any app in it, as the packager wants it. Electron's own
 * distribution is one already.
 */
export async function stageRuntime(runtime: Runtime): Promise<string> {
  const folder = join(root, 'dist', 'runtime');
  await rm(folder, { recursive: true, force: true });
  await cp(join(runtime.executable, '..'), folder, { recursive: true });
  await rm(join(folder, 'resources', 'app'), { recursive: true });
  return folder;
}

// One package for each system and processor; a release machine may have several.
function ptyBinaries(): string[] {
  const scope = join(root, 'node_modules', '@lydell');
  return readdirSync(scope)
    .filter((name) => name.startsWith('node-pty-'))
    .map((name) => `@lydell/${name}`);
}

async function readManifest(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
}

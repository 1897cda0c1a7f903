import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flipFuses, FuseV1Options, FuseVersion, getCurrentFuseWire } from '@electron/fuses';
import { hasDisplay, root } from './project.ts';
import { run } from './exec.ts';

/** The state that every fuse of the package must have; the names are Electron's. */
export const hardened: [FuseV1Options, boolean][] = [
  [FuseV1Options.RunAsNode, false],
  [FuseV1Options.EnableCookieEncryption, true],
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable, false],
  [FuseV1Options.EnableNodeCliInspectArguments, false],
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation, true],
  [FuseV1Options.OnlyLoadAppFromAsar, true],
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot, false],
  [FuseV1Options.GrantFileProtocolExtraPrivileges, false],
];

/**
 * Reads the fuses back from the packed executable, then boots the packed app on a fresh home. Only a
 * driver that may inspect the main process can ask it anything, so it boots from a copy of the
 * executable that differs in that one fuse.
 *
 * @returns 0 when everything holds; what does not is printed.
 */
export async function checkPackage(folder: string): Promise<number> {
  const executable = join(folder, 'nexus');
  const wire = await getCurrentFuseWire(executable);
  // The wire holds '0' or '1' for each fuse.
  const wrong = hardened.filter(([fuse, on]) => wire[fuse] !== (on ? '1' : '0').charCodeAt(0));
  for (const [fuse] of wrong) console.error(`package: fuse ${FuseV1Options[fuse]} is not set`);
  const copy = join(folder, 'nexus-check');
  const home = await mkdtemp(join(tmpdir(), 'nexus-package-'));
  try {
    await copyFile(executable, copy);
    await flipFuses(copy, {
      version: FuseVersion.V1,
      [FuseV1Options.EnableNodeCliInspectArguments]: true,
    });
    const script = [join(root, 'build', 'scripts', 'lib', 'bootPackage.ts'), copy, home];
    const display = hasDisplay() ? [] : ['xvfb-run', '-a'];
    const [program = '', ...args] = [...display, process.execPath, ...script];
    const booted = await run(program, args);
    return wrong.length === 0 ? booted : 1;
  } finally {
    await rm(copy, { force: true });
    await rm(home, { recursive: true, force: true });
  }
}

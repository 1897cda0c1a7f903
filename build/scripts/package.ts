import { join } from 'node:path';
import { build, createTargets, Platform } from 'electron-builder';
import { checkPackage } from './lib/checkPackage.ts';
import { ensurePackages, testPackages } from './ensure.ts';
import { main } from './lib/failure.ts';
import { root } from './lib/project.ts';
import { stageApp, stageRuntime } from './lib/stage.ts';
import { bundle } from './lib/vite.ts';
import { findRuntime } from './runtime.ts';

/**
 * Builds the unpacked app for this machine, and checks that it boots and that its fuses are what
 * electron-builder.yml says. `--built` takes `out/` as it is; `--installers` builds this system's installers too; they need tools
 * that electron-builder downloads.
 */
await main(async () => {
  const built = process.argv.includes('--built') ? 0 : await bundle('release');
  if (built !== 0) return built;
  if (process.platform === 'linux') await ensurePackages(testPackages);
  const runtime = await findRuntime();
  await stageApp(runtime);
  // These are added to electron-builder.yml. Without an address for updates the app has none.
  const config = {
    electronVersion: runtime.version,
    ...(runtime.fallback && { electronDist: await stageRuntime(runtime) }),
    ...(!process.env['NEXUS_UPDATE_URL'] && { publish: null }),
  };
  const platform = Platform.current();
  const installers = process.argv.includes('--installers');
  const targets = installers ? createTargets([platform]) : platform.createTarget('dir');
  await build({ projectDir: root, targets, config, publish: 'never' });
  return process.platform === 'linux' ? checkPackage(join(root, 'dist', 'linux-unpacked')) : 0;
});

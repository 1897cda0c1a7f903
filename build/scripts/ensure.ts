import { capture, run } from './lib/exec.ts';
import { Failure } from './lib/failure.ts';
import { isRoot } from './lib/project.ts';

/** The Debian packages whose libraries Electron needs. */
export const windowPackages = ['libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1', 'libxss1'];

/** What the tests need besides: a display to draw on and a browser for the dashboard. */
export const testPackages = [
  ...windowPackages,
  'xvfb',
  'xauth',
  'chromium',
  'fonts-liberation',
  'age',
  // Real SSH servers for the fabric's tests.
  'openssh-server',
  'openssh-client',
  // A keychain.
  'gnome-keyring',
  'dbus',
  // A network that can be pulled.
  'iproute2',
];

/**
 * Makes sure that Debian packages are there: installs the missing ones where we may, names the
 * exact command where we may not. On a system without dpkg nothing is checked.
 */
export async function ensurePackages(wanted: readonly string[]): Promise<void> {
  if (process.platform !== 'linux') return;
  if ((await capture('dpkg-query', ['--version'])).code !== 0) return;
  const missing = await missingPackages(wanted);
  if (missing.length === 0) return;
  const command = `apt-get update && apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  const byHand = isRoot ? command : `sudo sh -c "${command}"`;
  if (!isRoot) throw new Failure(`missing packages: ${missing.join(', ')}`, `Run: ${byHand}`);
  console.log(`nexus: installing ${missing.join(', ')} with apt-get`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const quiet = ['-qq', '-o', 'Dpkg::Use-Pty=0', '-o', 'DPkg::Lock::Timeout=300'];
  await run('apt-get', ['update', ...quiet], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const install = ['install', '-y', '--no-install-recommends', ...quiet, ...missing];
  const code = await run('apt-get', install, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  if (code !== 0)
    throw new Failure(
      `apt-get could not install ${missing.join(', ')}`,
      `Check the machine's package sources, then run: ${byHand}`,
    );
}

/** Those of `wanted` that dpkg does not list as installed (newer systems add `t64` to some names). */
export async function missingPackages(wanted: readonly string[]): Promise<string[]> {
  const names = wanted.flatMap((name) => [name, `${name}t64`]);
  const query = ['-W', '-f', '${Package} ${db:Status-Status}\n', ...names];
  const { stdout } = await capture('dpkg-query', query);
  const installed = new Set(
    stdout
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return wanted.filter((name) => !installed.has(name) && !installed.has(`${name}t64`));
}

import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A session bus of its own with an unlocked GNOME keyring on it. */
export interface Keyring {
  /** What makes a program find it. */
  env: Record<string, string>;
  close(): void;
}

/** Starts both in a home of their own, so that nothing of the machine's is touched. */
export async function startKeyring(): Promise<Keyring> {
  const home = mkdtempSync(join(tmpdir(), 'nexus-keyring-'));
  const runtime = join(home, 'run');
  mkdirSync(runtime, { mode: 0o700 });
  const bus = spawn('dbus-daemon', ['--session', '--nofork', '--print-address'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, HOME: home, XDG_RUNTIME_DIR: runtime },
  });
  const address = await new Promise<string>((resolve, reject) => {
    bus.stdout.once('data', (text: Buffer) => resolve(text.toString().trim()));
    bus.once('error', reject);
    bus.once('exit', () => reject(new Error('dbus-daemon ended')));
  });
  const env = {
    DBUS_SESSION_BUS_ADDRESS: address,
    XDG_RUNTIME_DIR: runtime,
    XDG_DATA_HOME: join(home, 'data'),
    XDG_CURRENT_DESKTOP: 'GNOME',
  };
  // It reads the password of the login keyring, makes or opens that, and goes to the background.
  execFileSync('gnome-keyring-daemon', ['--daemonize', '--unlock', '--components=secrets'], {
    input: 'the password of the login',
    env: { ...process.env, ...env, HOME: home },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  return {
    env,
    close() {
      // The keyring ends with its bus.
      bus.kill();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

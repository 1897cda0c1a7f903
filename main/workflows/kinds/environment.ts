/** What a program needs of its surroundings to work at all. Anything else of the platform's environment stays here. */
const ALLOWED = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LANGUAGE',
  'TZ',
  'TMPDIR',
  'XDG_RUNTIME_DIR',
  // Windows
  'SYSTEMROOT',
  'SYSTEMDRIVE',
  'WINDIR',
  'COMSPEC',
  'PATHEXT',
  'TEMP',
  'TMP',
  'USERPROFILE',
  'USERNAME',
  'APPDATA',
  'LOCALAPPDATA',
  'PROGRAMDATA',
  'PROGRAMFILES',
];

const allowed = new Set(ALLOWED);

/** Whether a variable holds a secret of the platform, which no child may inherit. */
export const isSecretVariable = (name: string) =>
  /^NEXUS_(SECRET_.*|VAULT_PASSPHRASE)$/s.test(name.toUpperCase());

/**
 * The environment a child process starts from: an allow-list, the locale (`LC_*`), and the
 * variables named in `more`; never `NEXUS_SECRET_*`.
 */
export function childEnvironment(
  platform: NodeJS.ProcessEnv,
  more: readonly string[] = [],
): Record<string, string> {
  const extra = new Set(more);
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(platform)) {
    if (value === undefined || isSecretVariable(name)) continue;
    const upper = name.toUpperCase();
    if (allowed.has(upper) || upper.startsWith('LC_') || extra.has(name)) env[name] = value;
  }
  // Windows writes Path.
  if (!Object.keys(env).some((name) => name.toUpperCase() === 'PATH'))
    env['PATH'] = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  return env;
}

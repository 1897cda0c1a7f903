import { usualPath, usualVariables } from '#main/base/usualVariables.ts';
import { version } from '#main/base/version.ts';

/** What an interactive shell needs besides of its surroundings. All else of the platform's environment stays here. */
const ALLOWED = new Set([
  ...usualVariables,
  'EDITOR',
  'VISUAL',
  'PAGER',
  'BROWSER',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'ALL_PROXY',
  // Agents and the desktop
  'SSH_AUTH_SOCK',
  'GPG_TTY',
  'DBUS_SESSION_BUS_ADDRESS',
  'DISPLAY',
  'WAYLAND_DISPLAY',
  'XAUTHORITY',
  'DESKTOP_SESSION',
  // macOS
  '__CF_USER_TEXT_ENCODING',
  // Windows
  'PSMODULEPATH',
  'USERDOMAIN',
  'COMPUTERNAME',
  'PROGRAMFILES(X86)',
  'HOMEDRIVE',
  'HOMEPATH',
  'NUMBER_OF_PROCESSORS',
  'PROCESSOR_ARCHITECTURE',
  'OS',
]);

/** What a terminal of ours can do; the name that every system's terminfo knows. */
export const TERM = 'xterm-256color';

/**
 * The environment of a local shell: an allow-list, the locale (`LC_*`), the desktop session
 * (`XDG_*`), and what the terminal says of itself. Nothing of Nexus (`NEXUS_*`), of Electron or of
 * Node gets through, so no secret of the platform and no switch of its runtime reaches the shell.
 */
export function terminalEnvironment(
  platform: NodeJS.ProcessEnv,
  system: NodeJS.Platform = process.platform,
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(platform)) {
    if (value === undefined) continue;
    const upper = name.toUpperCase();
    if (ALLOWED.has(upper) || /^(LC|XDG)_/.test(upper)) env[name] = value;
  }
  const has = (name: string) => Object.keys(env).some((key) => key.toUpperCase() === name);
  if (system !== 'win32') {
    if (!has('PATH')) env['PATH'] = usualPath;
    // Programs that are started from a desktop often have no locale, and then print no umlauts.
    if (!has('LANG') && !has('LC_ALL') && !has('LC_CTYPE'))
      env['LANG'] = system === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8';
  }
  return {
    ...env,
    TERM,
    COLORTERM: 'truecolor',
    TERM_PROGRAM: 'Nexus',
    TERM_PROGRAM_VERSION: version,
  };
}

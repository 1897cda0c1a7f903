import { usualPath, usualVariables } from '#main/base/usualVariables.ts';

/** Anything else of the platform's environment stays here. */
const allowed = new Set([...usualVariables, 'XDG_RUNTIME_DIR']);

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
  if (!Object.keys(env).some((name) => name.toUpperCase() === 'PATH')) env['PATH'] = usualPath;
  return env;
}

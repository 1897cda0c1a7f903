import { execFile } from 'node:child_process';
import { homedir, userInfo } from 'node:os';
import type { HostInput, HostOptions } from '#contract/hosts.ts';
import { NexusError } from '#main/base/errors.ts';

const TIMEOUT_MS = 10_000;
const NO_SHELL = '/nonexistent/no-commands-while-importing';

/**
 * What `ssh -G NAME` says, several values of one keyword in order. @param mayExec lets `Match exec`
 * run its commands; without it OpenSSH finds no shell to run one with, and refuses the file
 *
 * @throws NexusError `ssh.openssh_missing`, `ssh.config_invalid`
 */
export async function resolveByOpenSsh(
  file: string,
  name: string,
  mayExec: boolean,
): Promise<Map<string, string[]>> {
  const text = await new Promise<string>((resolve, reject) => {
    // A name that begins with a dash would be an option: those never come here.
    execFile(
      'ssh',
      ['-G', '-F', file, '--', name],
      {
        timeout: TIMEOUT_MS,
        maxBuffer: 1024 * 1024,
        windowsHide: true,
        ...(mayExec ? {} : { env: { ...process.env, SHELL: NO_SHELL } }),
      },
      (error, stdout, stderr) => {
        if (!error) resolve(stdout);
        else if (error.code === 'ENOENT') reject(missing(error));
        else reject(invalid(name, stderr.trim() || error.message, error));
      },
    ).stdin?.end();
  });
  const values = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const at = line.indexOf(' ');
    if (at < 0) continue;
    const key = line.slice(0, at);
    const list = values.get(key);
    if (list) list.push(line.slice(at + 1));
    else values.set(key, [line.slice(at + 1)]);
  }
  return values;
}

/** The host that a resolved configuration describes. @param self this machine's user, which `ssh -G` fills in where none is named */
export function hostFromConfig(name: string, values: Map<string, string[]>): HostInput {
  const one = (key: string) => values.get(key)?.[0];
  const jump = one('proxyjump');
  const options = optionsFrom(one);
  const tokens: Record<string, string> = {
    '%': '%',
    d: homedir(),
    h: one('hostname') ?? name,
    n: name,
    p: one('port') ?? '22',
    r: one('user') ?? '',
    u: userInfo().username,
  };
  const files = (key: string) =>
    (values.get(key) ?? []).map((path) =>
      path.replace(/%([%dhnpru])/g, (_, token: string) => tokens[token]!),
    );
  const identity = files('identityfile').filter((path) => !DEFAULT_IDENTITY.test(path));
  const certificates = files('certificatefile').filter((path) => path !== 'none');
  return {
    name,
    address: one('hostname') ?? name,
    port: Number(one('port') ?? 22),
    ...(one('user') ? { user: one('user')! } : {}),
    identity,
    jump: !jump || jump === 'none' ? [] : jump.split(','),
    options: { ...options, ...(certificates.length > 0 ? { certificates } : {}) },
  };
}

const DEFAULT_IDENTITY = /^~\/\.ssh\/id_(rsa|ecdsa|ecdsa_sk|ed25519|ed25519_sk|xmss|dsa)$/;

/** The options that a configuration speaks of: those of an imported host are as it says, also where it says nothing. */
export const CONFIG_OPTIONS = [
  'identity_agent',
  'identities_only',
  'forward_agent',
  'proxy_command',
  'host_key_alias',
  'connect_timeout',
  'keepalive',
  'accept_new',
  'certificates',
] as const satisfies (keyof HostOptions)[];

function optionsFrom(one: (key: string) => string | undefined): HostOptions {
  const agent = one('identityagent');
  const proxy = one('proxycommand');
  const alias = one('hostkeyalias');
  const timeout = Number(one('connecttimeout'));
  const alive = Number(one('serveraliveinterval'));
  const checking = one('stricthostkeychecking');
  return {
    ...(agent && agent !== 'SSH_AUTH_SOCK' ? { identity_agent: agent } : {}),
    ...(one('identitiesonly') === 'yes' ? { identities_only: true } : {}),
    ...(one('forwardagent') === 'yes' ? { forward_agent: true } : {}),
    ...(proxy && proxy !== 'none' ? { proxy_command: proxy } : {}),
    ...(alias && alias !== 'none' ? { host_key_alias: alias } : {}),
    ...(Number.isFinite(timeout) && timeout >= 1 && timeout <= 600
      ? { connect_timeout: timeout }
      : {}),
    ...(Number.isFinite(alive) && alive > 0 && alive <= 3600 ? { keepalive: alive } : {}),
    ...(checking === 'accept-new' ? { accept_new: true } : {}),
  };
}

function missing(cause: unknown): NexusError {
  return new NexusError({
    code: 'ssh.openssh_missing',
    message: 'OpenSSH’s ssh is not installed, and it is what works out the configuration.',
    hint: 'Install the OpenSSH client, or add the hosts by hand: nexus host add',
    kind: 'operational',
    cause,
  });
}

function invalid(name: string, why: string, cause: unknown): NexusError {
  if (why.includes(NO_SHELL))
    return new NexusError({
      code: 'ssh.config_runs_commands',
      message: 'ssh would run a command of the configuration to work it out (Match exec).',
      hint: 'Look at the configuration. If you trust it, import it with --allow-exec.',
      cause,
    });
  return new NexusError({
    code: 'ssh.config_invalid',
    message: `ssh cannot work out ${name}: ${why.split('\n').at(-1)!.slice(0, 300)}`,
    hint: 'Correct the configuration; ssh -G NAME shows the same.',
    cause,
  });
}

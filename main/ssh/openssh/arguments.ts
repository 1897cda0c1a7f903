import type { Host } from '#contract/hosts.ts';
import { agentAddress } from '../connection/agent.ts';
import { expandHome } from '../connection/auth-files.ts';
import { knownName } from '../keys/known-hosts.ts';

/** What `ssh` is told beyond the host's own description. */
export interface SshArguments {
  user: string;
  /** Files of known hosts; the first one is written. */
  keyFiles: string[];
  acceptNew: boolean;
  mayAsk: boolean;
  /** A port of this machine that leads to the host, through the hosts before it. */
  entrance?: number;
  /** The name that its key is kept under there, and that a certificate must name. */
  keyName?: string;
}

/** What `ssh` is told of a host, the address last. No secret is among it: others see command lines. */
export function sshArguments(host: Host, options: SshArguments): string[] {
  const { host_key_alias: alias, proxy_command: proxy, certificates = [] } = host.options;
  const { keyName = knownName(host.address, host.port) } = options;
  const through = options.entrance !== undefined;
  const set: Record<string, string> = {
    UserKnownHostsFile: options.keyFiles.map(fileWord).join(' '),
    GlobalKnownHostsFile: '/dev/null',
    HashKnownHosts: 'yes',
    UpdateHostKeys: 'no',
    CheckHostIP: 'no',
    StrictHostKeyChecking: options.acceptNew ? 'accept-new' : options.mayAsk ? 'ask' : 'yes',
    BatchMode: options.mayAsk ? 'no' : 'yes',
    NumberOfPasswordPrompts: host.options.password_secret ? '1' : '3',
    ConnectTimeout: String(Math.ceil(host.options.connect_timeout ?? 20)),
    ServerAliveInterval: String(Math.ceil(host.options.keepalive ?? 15)),
    ServerAliveCountMax: '3',
    TCPKeepAlive: 'yes',
    ForwardAgent: host.options.forward_agent ? 'yes' : 'no',
    ForwardX11: 'no',
    EscapeChar: 'none',
    LogLevel: 'ERROR',
    ...agentOptions(host),
    ...(alias || through ? { HostKeyAlias: alias ?? keyName } : {}),
    ...(proxy && !through ? { ProxyCommand: proxy } : {}),
  };
  return [
    // Nobody's configuration: what counts is in the inventory.
    '-F',
    'none',
    '-l',
    options.user,
    '-p',
    String(options.entrance ?? host.port),
    ...host.identity.flatMap((file) => ['-i', expandHome(file)]),
    ...certificates.flatMap((file) => ['-o', `CertificateFile=${fileWord(expandHome(file))}`]),
    ...Object.entries(set).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
    '--',
    through ? '127.0.0.1' : host.address,
  ];
}

function agentOptions(host: Host): Record<string, string> {
  const { identity_agent: agent, identities_only: only } = host.options;
  return {
    ...(agent === 'none' ? { IdentityAgent: 'none' } : {}),
    ...(agent && agent !== 'none' ? { IdentityAgent: fileWord(agentAddress(host) ?? '') } : {}),
    ...(only ? { IdentitiesOnly: 'yes' } : {}),
  };
}

// In a configuration a percent sign begins a token.
const fileWord = (file: string) => `"${file.replaceAll('%', '%%')}"`;

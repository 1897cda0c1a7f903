import { open, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Host } from '#contract/hosts.ts';
import { agentAddress, agentKeyTypes } from '../connection/agent.ts';
import { keyFiles } from '../connection/auth-files.ts';
import { authoritiesIn, type KnownKey } from '../keys/host-keys.ts';

/** FIDO2 keys and certificates (PROTOCOL.u2f and PROTOCOL.certkeys of OpenSSH). */
const OTHER_TYPE = /^sk-|-cert-v\d+@openssh\.com$/;
const DEFAULT_FIDO = ['id_ed25519_sk', 'id_ecdsa_sk'];

/**
 * Why a host needs the system's `ssh` from the start, or undefined where the built-in client may
 * try: a proxy command, a certificate, a named key that is a FIDO2 key or has one, a host key that
 * is known by a certificate authority alone.
 */
export async function needsOpenssh(host: Host, known: KnownKey[]): Promise<string | undefined> {
  const { client, proxy_command: proxy, certificates = [] } = host.options;
  if (client === 'openssh') return 'it is configured so';
  if (client === 'builtin') return undefined;
  if (proxy) return 'it has a proxy command';
  if (certificates.length > 0) return 'its keys have a certificate';
  if (authoritiesIn(known).length > 0 && known.every((one) => one.marker !== undefined))
    return 'its host key is a certificate';
  if (host.identity.length === 0) return undefined;
  for (const file of keyFiles(host)) {
    if (await exists(`${file}-cert.pub`)) return 'its key has a certificate';
    if (OTHER_TYPE.test(await firstWord(`${file}.pub`))) return 'its key is a FIDO2 key';
  }
  return undefined;
}

/** Whether the agent or the usual files hold keys that only the system's `ssh` can log in with. */
export async function hasOtherKeys(host: Host): Promise<boolean> {
  const address = agentAddress(host);
  const types = address === undefined ? [] : await agentKeyTypes(address).catch(() => []);
  if (types.some((type) => OTHER_TYPE.test(type))) return true;
  if (host.identity.length > 0) return false;
  const fido = DEFAULT_FIDO.map((name) => join(homedir(), '.ssh', name));
  const certificates = keyFiles(host).map((file) => `${file}-cert.pub`);
  for (const file of [...fido, ...certificates]) if (await exists(file)) return true;
  return false;
}

const exists = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  );

// The public half begins with the type.
async function firstWord(file: string): Promise<string> {
  const handle = await open(file, 'r').catch(() => undefined);
  if (!handle) return '';
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(64), 0, 64, 0);
    return buffer.toString('latin1', 0, bytesRead).split(' ', 1)[0]!;
  } finally {
    await handle.close();
  }
}

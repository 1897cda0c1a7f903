import type { Algorithms, CipherAlgorithm, ServerHostKeyAlgorithm } from 'ssh2';

// Electron's OpenSSL has no chacha20, and AES is what every processor of today does in hardware.
const CIPHERS: CipherAlgorithm[] = [
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
  'aes128-ctr',
  'aes192-ctr',
  'aes256-ctr',
];
const HOST_KEYS: ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
];

/** What the built-in client offers; no compression. @param knownTypes of the host's keys that are known */
export function algorithmsFor(knownTypes: string[]): Algorithms {
  return { cipher: CIPHERS, serverHostKey: preferred(knownTypes), compress: ['none'] };
}

// A key that is known must be the one that is shown: its type first, as OpenSSH does.
function preferred(types: string[]): ServerHostKeyAlgorithm[] {
  const known = (algorithm: string) =>
    types.includes(algorithm.startsWith('rsa-') ? 'ssh-rsa' : algorithm) ? 0 : 1;
  return HOST_KEYS.toSorted((a, b) => known(a) - known(b));
}

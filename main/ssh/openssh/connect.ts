import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { Host } from '#contract/hosts.ts';
import { sshError } from '../connection/errors.ts';
import { authoritiesIn, type KnownKey } from '../keys/host-keys.ts';
import { formatKnownHost } from '../keys/known-hosts.ts';
import { sshArguments } from './arguments.ts';
import { startAskpass } from './askpass.ts';
import { entranceTo } from './entrance.ts';
import { opensshEnvironment } from './environment.ts';
import { certificateTrouble, opensshFailure } from './failure.ts';
import { Master } from './master.ts';
import { OpensshConnection } from './openssh-connection.ts';
import { opensshPrompts, type PromptSources } from './prompts.ts';

/** What a connection by the system's ssh is made with. */
export interface OpensshOptions {
  user: string;
  /** The connection through the hosts before this one; none for a direct way. */
  stream?: Duplex;
  /** Files of known hosts; the first one is written. */
  keyFiles: string[];
  /** What they say of the host. */
  known: KnownKey[];
  acceptNew: boolean;
  sources: PromptSources;
}

/** People's time to answer is in it: ssh itself gives up on a server that says nothing. */
const LOGIN_TIMEOUT_MS = 6 * 60_000;

/**
 * Connects by the system's `ssh` as a master that sessions share: for FIDO2 keys, certificates,
 * proxy commands and algorithms that the built-in client lacks.
 *
 * @throws NexusError `ssh.openssh_missing`, `ssh.openssh_unsupported`, `ssh.host_key_*`, `ssh.auth_failed`, …
 */
export async function connectByOpenssh(
  host: Host,
  options: OpensshOptions,
): Promise<OpensshConnection> {
  if (process.platform === 'win32')
    throw sshError(
      'openssh_unsupported',
      `${host.name} needs the system’s ssh, which cannot share a connection on Windows.`,
      'Use a key that the built-in client knows: ed25519, ecdsa or rsa.',
      { details: { host: host.name, retryable: false } },
    );
  const entrance = options.stream && (await entranceTo(options.stream));
  // A socket's path may have about a hundred characters.
  const folder = mkdtempSync(join(tmpdir(), 'nx-'));
  const over = new AbortController();
  const { ask } = options.sources;
  const mayAsk = ask !== undefined || mayAnswer(host);
  const keyNote = () => certificateTrouble(master.errors, options.known);
  const askpass = mayAsk
    ? startAskpass(folder, opensshPrompts(host, { ...options.sources, keyNote }, over.signal))
    : undefined;
  const args = sshArguments(host, {
    ...options,
    mayAsk,
    ...(entrance ? { entrance: entrance.port, ...keysBehind(host, options.known, folder) } : {}),
  });
  const master = new Master(folder, args, { ...opensshEnvironment(), ...askpass?.env });
  if (entrance) master.onEnd(() => entrance.close());
  try {
    await logIn(host, master, options.known);
  } catch (error) {
    master.close();
    throw askpass?.error() ?? error;
  } finally {
    askpass?.stop();
    over.abort();
  }
  return new OpensshConnection(host.name, master);
}

/**
 * Behind an entrance ssh must be told the host's name, and compares a certificate with it. The name
 * of another port than 22 stands in no certificate: then it is the address, and what is known of the
 * host gets a file of its own, so that the keys of two servers at one address stay apart.
 */
function keysBehind(host: Host, known: KnownKey[], folder: string) {
  if (host.port === 22 || host.options.host_key_alias || authoritiesIn(known).length === 0)
    return {};
  const file = join(folder, 'known');
  const lines = known.map(
    ({ marker, key }) => `${marker ? `@${marker} ` : ''}${formatKnownHost(host.address, key)}\n`,
  );
  writeFileSync(file, lines.join(''), { mode: 0o600 });
  return { keyFiles: [file], keyName: host.address };
}

const mayAnswer = ({ options }: Host) =>
  options.password_secret !== undefined || options.passphrase_secret !== undefined;

async function logIn(host: Host, master: Master, known: KnownKey[]): Promise<void> {
  const late = new AbortController();
  const timer = setTimeout(() => {
    late.abort(
      sshError(
        'handshake_timeout',
        `${host.name} did not let the system’s ssh in within ${LOGIN_TIMEOUT_MS / 60_000} minutes.`,
        'Try again.',
        { details: { host: host.name } },
      ),
    );
  }, LOGIN_TIMEOUT_MS);
  let up: boolean;
  try {
    up = await master.up(late.signal);
  } finally {
    clearTimeout(timer);
  }
  if (!up) throw opensshFailure(host, master.errors, known);
}

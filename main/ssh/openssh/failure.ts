import type { Host } from '#contract/hosts.ts';
import type { NexusError } from '#main/base/errors.ts';
import { connectError, sshError } from '../connection/errors.ts';
import { authoritiesIn, changedKey, type KnownKey, unsigned } from '../keys/host-keys.ts';
import { fingerprint } from '../keys/known-hosts.ts';

/** What the system's `ssh` said when it ended, as one of our errors. @param known what was known of the host's key */
export function opensshFailure(
  host: Host,
  text: string,
  known: KnownKey[],
  cause?: unknown,
): NexusError {
  const details = { host: host.name };
  const final = { ...details, retryable: false };
  if ((cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT')
    return sshError(
      'openssh_missing',
      `${host.name} needs OpenSSH’s ssh, which is not installed.`,
      'Install the OpenSSH client, or use a key that the built-in client knows.',
      { cause, details: final },
    );
  const last = lastLine(text);
  if (/REMOTE HOST IDENTIFICATION HAS CHANGED/.test(text)) return changed(host, text, known);
  if (/REVOKED HOST KEY|marked as revoked/.test(text))
    return sshError(
      'host_key_revoked',
      `The host key of ${host.name} is marked as revoked.`,
      'Do not connect. Ask whoever runs the host for a new key.',
      { details: final },
    );
  if (/Host key verification failed/.test(text))
    return sshError(
      'host_key_unknown',
      `The host key of ${host.name} is not known.${certificateTrouble(text, known)}`,
      `Confirm it: nexus host test ${host.name} in a terminal, or take it unseen with --accept-new.`,
      { details: final },
    );
  if (/Permission denied|Too many authentication failures/.test(text))
    return sshError(
      'auth_failed',
      `${host.name} did not let the system’s ssh in: ${last}`,
      'Check the user, the keys (ssh-add -l, --identity) and the password.',
      { details: final },
    );
  if (/no matching|Unable to negotiate/i.test(text))
    return sshError(
      'no_common_algorithm',
      `${host.name} and the system’s ssh have no algorithm in common: ${last}`,
      'Update OpenSSH here, or the server.',
      { details: final },
    );
  if (/timed out during banner exchange|Connection to .* timed out/i.test(text))
    return sshError(
      'handshake_timeout',
      `${host.name} did not finish the SSH handshake in time.`,
      'See whether an SSH server answers there. Slow links: raise the host’s connect_timeout.',
      { details },
    );
  if (/Connection refused|timed out|No route|Could not resolve|unreachable/i.test(text))
    return sshError(
      'unreachable',
      `${host.name} cannot be reached: ${last}`,
      'Check the address, the port, the network and whether the SSH server runs.',
      { details },
    );
  return connectError(host.name, `${host.address}:${host.port}`, new Error(last || 'ssh ended'));
}

/**
 * What is wrong with the certificate that a host's key should have, as a further sentence; nothing
 * where no authority is known for the host. @param text what ssh said
 */
export function certificateTrouble(text: string, known: KnownKey[]): string {
  const authorities = authoritiesIn(known);
  const why = /^Certificate (?:invalid: )?(.{1,200}?)\.?\r?$/m.exec(text)?.[1];
  return why && authorities.length > 0
    ? ` Its certificate is not valid: ${why}.`
    : unsigned(authorities);
}

function lastLine(text: string): string {
  return (text.trim().split('\n').at(-1) ?? '').trim().slice(0, 500);
}

// ssh names the fingerprint that was offered, and no more.
function changed(host: Host, text: string, known: KnownKey[]): NexusError {
  const offered = /SHA256:[A-Za-z0-9+/]{43}/.exec(text)?.[0] ?? 'unknown';
  const { address, port, name } = host;
  const model = changedKey({ name, address, port }, Buffer.alloc(0), known);
  return sshError(
    'host_key_changed',
    model.message.replace(`${fingerprint(Buffer.alloc(0))} ()`, offered),
    model.hint ?? '',
    { details: { ...model.details, offered } },
  );
}

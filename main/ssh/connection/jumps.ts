import type { Host } from '#contract/hosts.ts';
import { sshError } from './errors.ts';

const MOST = 10;
const AD_HOC = 'adhoc:';

/**
 * The hosts to go through, first one first. Each is either of the inventory (with its own chain
 * before it) or `user@address:port`. The last one's `jump` holds those before it.
 *
 * @throws NexusError `ssh.jump_invalid`, `ssh.jump_loop`
 */
export function jumpChain(host: Host, find: (name: string) => Host | undefined): Host[] {
  return chainOf(host, find, [host.id]);
}

function chainOf(host: Host, find: (name: string) => Host | undefined, seen: string[]): Host[] {
  const chain: Host[] = [];
  for (const text of host.jump) {
    const found = find(text) ?? adHoc(text, host);
    if (seen.includes(found.id) || seen.length > MOST)
      throw sshError(
        'jump_loop',
        `The way to ${host.name} goes in a circle: ${found.name} is on it twice.`,
        'Correct the jump hosts: nexus host list',
        { details: { host: host.name, retryable: false } },
      );
    seen.push(found.id);
    // A chain that is written out on the host stands before the jump host's own.
    const before = chain.length > 0 ? [] : chainOf(found, find, seen);
    // So that the pool, which looks at one host at a time, finds the way back to the first.
    const way = chain.length === 0 ? found.jump : chain.map(({ name }) => name);
    chain.push(...before, withIdentity({ ...found, jump: way }));
  }
  return chain;
}

// Connections are shared by the host's id. An address that is written out is another machine behind
// another way (10.0.0.1 is in many networks), and another login with other keys.
function withIdentity(host: Host): Host {
  if (!host.id.startsWith(AD_HOC)) return host;
  return {
    ...host,
    id: AD_HOC + JSON.stringify([host.name, host.jump, host.identity, host.options]),
  };
}

/** A host that is in no inventory, from `user@address:port`; it logs in like the one behind it. */
export function adHoc(text: string, like: Host): Host {
  const match = /^(?:([^@]+)@)?(?:\[([^\]]+)\]|([^:@]+))(?::(\d+))?$/.exec(text);
  const address = match?.[2] ?? match?.[3];
  const port = Number(match?.[4] ?? 22);
  if (!address || address.startsWith('-') || port < 1 || port > 65_535)
    throw sshError(
      'jump_invalid',
      `“${text}” is no host to go through.`,
      'Name a host of the inventory, or write user@address:port.',
      { details: { host: like.name, retryable: false } },
    );
  const user = match?.[1];
  const { accept_new, identity_agent, identities_only, certificates, passphrase_secret } =
    like.options;
  return {
    id: AD_HOC + text,
    name: text,
    address,
    port,
    ...(user ? { user } : {}),
    identity: like.identity,
    jump: [],
    groups: [],
    tags: [],
    options: {
      ...(accept_new === undefined ? {} : { accept_new }),
      ...(identity_agent === undefined ? {} : { identity_agent }),
      ...(identities_only === undefined ? {} : { identities_only }),
      ...(certificates === undefined ? {} : { certificates }),
      ...(passphrase_secret === undefined ? {} : { passphrase_secret }),
    },
    source: 'added',
    created_at: like.created_at,
    updated_at: like.updated_at,
  };
}

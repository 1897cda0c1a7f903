import type { Host } from '#contract/hosts.ts';

/**
 * How a host is reached, as one text: where it is another one, a connection leads somewhere else or
 * was made by other rules. Names, notes, groups, tags and environment are not part of it, nor are the
 * variables of terminals that are yet to be opened.
 *
 * @param find hosts of the inventory by name: those on the way count as what they are, however they are called
 */
export function wayOf(host: Host, find: (name: string) => Host | undefined): string {
  const { env: _env, ...options } = host.options;
  const settings = Object.entries(options)
    .filter(([, value]) => value !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const jumps = host.jump.map((name) => find(name)?.id ?? name);
  return JSON.stringify([host.address, host.port, host.user, host.identity, jumps, settings]);
}

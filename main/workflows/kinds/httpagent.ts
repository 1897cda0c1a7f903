import { lookup } from 'node:dns/promises';
import type { Dispatcher } from 'undici';
import { NexusError } from '#main/base/errors.ts';
import { addressRefused, guardedLookup, isPublicAddress, refuseLiteral } from './address.ts';

/** What decides over the connection a request goes out on. */
export interface Route {
  allowPrivate: boolean;
  /** Address of a proxy; undefined for a direct connection. */
  proxy: string | undefined;
  /** Whether the proxy was named by the workflow (and not by the machine's environment). */
  proxyByAuthor: boolean;
  verify: boolean;
  ca: string | undefined;
}

const KEPT = 16;
const agents = new Map<string, Promise<Dispatcher>>();

/** The dispatcher for a route; connections are kept and shared by requests of the same route only. */
export function dispatcherFor(route: Route, plain: boolean): Promise<Dispatcher> {
  const key = JSON.stringify([route, plain]);
  const known = agents.get(key);
  if (known) return known;
  const made = makeDispatcher(route, plain);
  agents.set(key, made);
  if (agents.size > KEPT) {
    const [oldest, agent] = agents.entries().next().value!;
    agents.delete(oldest);
    void agent.then((a) => a.close()).catch(() => undefined);
  }
  return made;
}

async function makeDispatcher(route: Route, plain: boolean): Promise<Dispatcher> {
  const { Agent, ProxyAgent } = await import('undici');
  const tls = { rejectUnauthorized: route.verify, ...(route.ca ? { ca: route.ca } : {}) };
  const guard = route.allowPrivate ? {} : { lookup: guardedLookup };
  if (route.proxy === undefined) {
    // `never`: undici's type asks for a port here, which it fills in itself.
    return new Agent({ connect: { ...tls, ...guard, timeout: 30_000 } as never });
  }
  const uri = new URL(route.proxy);
  const token = uri.username
    ? `Basic ${Buffer.from(`${decodeURIComponent(uri.username)}:${decodeURIComponent(uri.password)}`).toString('base64')}`
    : undefined;
  uri.username = '';
  uri.password = '';
  const toProxy = route.proxyByAuthor ? guard : {};
  return new ProxyAgent({
    uri: uri.href,
    ...(token ? { token } : {}),
    // Many proxies tunnel to port 443 only and want plain HTTP as a whole request.
    proxyTunnel: !plain,
    requestTls: tls as never,
    proxyTls: toProxy as never,
    connect: toProxy as never,
  });
}

/**
 * Checks what can be checked before a connection: literal addresses (which no lookup sees), and,
 * where a proxy will resolve the name, what this machine thinks of it.
 *
 * @throws NexusError `http.address_refused`
 */
export async function checkTarget(url: URL, route: Route): Promise<void> {
  if (route.allowPrivate) return;
  refuseLiteral(url.hostname);
  if (route.proxy === undefined) return;
  if (route.proxyByAuthor) refuseLiteral(new URL(route.proxy).hostname);
  const addresses = await lookup(url.hostname, { all: true }).catch(() => []);
  const refused = addresses.find(({ address }) => !isPublicAddress(address));
  if (refused) throw addressRefused(url.hostname, refused.address);
}

const LOOPBACK = /^(localhost|.*\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * The proxy that the environment names for `url` (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY in
 * either case, as curl reads them; loopback never goes through one).
 */
export function environmentProxy(url: URL, env: NodeJS.ProcessEnv): string | undefined {
  if (LOOPBACK.test(url.hostname)) return undefined;
  const read = (name: string) => env[name.toLowerCase()]?.trim() || env[name]?.trim() || undefined;
  const excluded = (read('NO_PROXY') ?? '').split(/[\s,]+/).filter(Boolean);
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  for (const entry of excluded) {
    if (entry === '*') return undefined;
    const [, name, wantedPort] = /^\*?\.?(.+?)(?::(\d+))?$/.exec(entry)!;
    if (wantedPort !== undefined && wantedPort !== port) continue;
    if (url.hostname === name || url.hostname.endsWith(`.${name}`)) return undefined;
  }
  const proxy =
    url.protocol === 'https:'
      ? read('HTTPS_PROXY')
      : env['http_proxy']?.trim() || env['HTTP_PROXY'];
  const chosen = proxy || read('ALL_PROXY');
  return chosen && !chosen.includes('://') ? `http://${chosen}` : chosen;
}

/** @throws NexusError `http.url_invalid` */
export function parseUrl(text: string, base?: URL): URL {
  const url = URL.canParse(text, base?.href) ? new URL(text, base) : undefined;
  if (url && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  throw new NexusError({
    code: 'http.url_invalid',
    message: `“${text.slice(0, 200)}” is not an address that http steps can reach.`,
    hint: 'Write a whole address that begins with https:// or http://.',
    details: { retryable: false },
  });
}

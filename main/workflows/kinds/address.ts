import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { NexusError } from '#main/base/errors.ts';

/**
 * Whether an IP address belongs to the public internet. Loopback, private, link-local (cloud
 * metadata among them), carrier-grade NAT, multicast and reserved ranges do not, nor do the IPv6
 * ranges that only wrap such an IPv4 address (RFC 6890 and its successors).
 */
export function isPublicAddress(address: string): boolean {
  let parsed: ipaddr.IPv4 | ipaddr.IPv6;
  try {
    parsed = ipaddr.parse(address.replace(/%.*$/, ''));
  } catch {
    return false;
  }
  if (parsed.kind() === 'ipv4') return parsed.range() === 'unicast';
  const parts = (parsed as ipaddr.IPv6).parts;
  const wraps = parts.slice(0, 6).every((part) => part === 0); // ::a.b.c.d, deprecated by RFC 4291
  if (wraps || ['ipv4Mapped', 'rfc6052'].includes(parsed.range())) {
    const [high, low] = [parts[6]!, parts[7]!];
    return isPublicAddress([high >> 8, high & 255, low >> 8, low & 255].join('.'));
  }
  // Only 2000::/3 is handed out as global unicast today.
  return parsed.range() === 'unicast' && parts[0]! >> 13 === 1;
}

/** @throws NexusError `http.address_refused` when `hostname` is an IP address that is not public. */
export function refuseLiteral(hostname: string): void {
  const address = hostname.replace(/^\[|\]$/g, '');
  if (isIP(address) && !isPublicAddress(address)) throw addressRefused(hostname, address);
}

export function addressRefused(hostname: string, address: string): NexusError {
  return new NexusError({
    code: 'http.address_refused',
    message:
      hostname === address || hostname === `[${address}]`
        ? `${hostname} is a private or reserved address, which http steps may not reach.`
        : `${hostname} resolves to ${address}, a private or reserved address, which http steps may not reach.`,
    hint: 'If this workflow is meant to reach it, write `allow_private_addresses: true` at its top.',
    details: { address, retryable: false },
  });
}

/**
 * A lookup for sockets that refuses names with any address that is not public. The socket connects
 * to the very answer that was checked, so that a second, different answer (DNS rebinding) is never asked for.
 */
export const guardedLookup: LookupFunction = (hostname, options, callback) => {
  dnsLookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error) return callback(error, '', 0);
    const refused = addresses.find(({ address }) => !isPublicAddress(address));
    if (refused) return callback(addressRefused(hostname, refused.address) as never, '', 0);
    if (options.all) return callback(null, addresses as never, 0);
    callback(null, addresses[0]!.address, addresses[0]!.family);
  });
};

import type { IncomingMessage } from 'node:http';

/** A person opens a page, rather than a page fetching something. */
export function isNavigation(request: IncomingMessage): boolean {
  const mode = request.headers['sec-fetch-mode'];
  if (mode !== undefined) return mode === 'navigate';
  return request.headers.accept?.includes('text/html') === true;
}

/**
 * A page of another origin reaches for something of ours (Fetch Metadata, W3C). Following a link to us
 * is allowed; everything else is not. `same-site` counts as other: any port of localhost is same-site.
 */
export function isForeignFetch(request: IncomingMessage): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return false;
  const { method } = request;
  return !(
    isNavigation(request) &&
    method === 'GET' &&
    request.headers['sec-fetch-dest'] === 'document'
  );
}

/** A browser that fetches ahead, without anyone having asked. */
export function isPrefetch(request: IncomingMessage): boolean {
  const purpose = request.headers['sec-purpose'] ?? request.headers['purpose'];
  return String(purpose ?? '').includes('prefetch');
}

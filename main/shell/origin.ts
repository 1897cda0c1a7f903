/** The window's own scheme and origin; see `appProtocol.ts`. */
export const appScheme = 'app';
export const appOrigin = 'app://nexus';

/** True for an address of our own pages. `URL.origin` is "null" for this scheme in Node. */
export function isAppUrl(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url?.protocol === 'app:' && url.host === 'nexus' && url.username === '';
}

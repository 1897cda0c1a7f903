/** True for an address that may be handed to the operating system: https and mailto, nothing else. */
export function isExternalUrl(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  if (url.protocol === 'mailto:') return true;
  return url.protocol === 'https:' && url.username === '' && url.password === '';
}

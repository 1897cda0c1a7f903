/** The address that a link in a terminal may open: https or mail, no credentials in it; else undefined. */
export function safeLink(address: string): string | undefined {
  if (address.length > 2048 || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  const plain = url.username === '' && url.password === '';
  if (url.protocol === 'mailto:' || (url.protocol === 'https:' && plain)) return url.href;
  return undefined;
}

/**
 * Opens a link that a person clicked with Ctrl or Command held. The desktop window passes it to the
 * one place that may call the system's browser, which checks it again.
 */
export function openLink(event: MouseEvent, address: string): void {
  if (!event.ctrlKey && !event.metaKey) return;
  const safe = safeLink(address);
  if (safe) window.open(safe, '_blank', 'noopener,noreferrer');
}

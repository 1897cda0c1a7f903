import { shell } from 'electron';
import { isExternalUrl } from './externalUrl.ts';

/**
 * The only way from Nexus to the system's browser or mail program. What is not allowed is dropped.
 *
 * @returns whether it was passed on.
 */
export async function openExternal(address: string): Promise<boolean> {
  if (!isExternalUrl(address)) return false;
  await shell.openExternal(new URL(address).href);
  return true;
}

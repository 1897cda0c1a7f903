import { wipe } from './crypto.ts';
import {
  decodeDocument,
  documentHead,
  encodeDocument,
  MAX_ENTRIES,
  MAX_FILE_BYTES,
  MAX_SLOTS,
  type VaultDocument,
} from './document.ts';
import { vaultError } from './errors.ts';
import { OpenVault } from './openVault.ts';

/**
 * The bytes of a document under a master key.
 * @throws NexusError `vault.full_invalid`: nothing is written that could not be read again
 */
export function writeDocument(
  master: Buffer,
  unsigned: Omit<VaultDocument, 'mac' | 'checksum' | 'format' | 'version'>,
): { bytes: Buffer; document: VaultDocument } {
  const { vault, generation, created_at, written_at, slots, entries } = unsigned;
  if (entries.length > MAX_ENTRIES) throw vaultError.full(`${MAX_ENTRIES} secrets`);
  if (slots.length > MAX_SLOTS) throw vaultError.full(`${MAX_SLOTS} key slots`);
  const macKey = OpenVault.macKey(master, vault);
  const bytes = encodeDocument(
    { ...documentHead, vault, generation, created_at, written_at, slots, entries },
    macKey,
  );
  wipe(macKey);
  if (bytes.length > MAX_FILE_BYTES)
    throw vaultError.full(`${MAX_FILE_BYTES / 1024 / 1024} MiB, all versions included`);
  return { bytes, document: decodeDocument(bytes) };
}

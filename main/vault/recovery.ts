import { ageEncrypt } from './age.ts';
import type { OpenVault } from './openVault.ts';

/**
 * The copy for the day when there is no Nexus: everything in the vault as JSON in a plain age file,
 * which the recovery key opens with `age -d`. Undefined where the vault has no recovery slot.
 */
export async function recoveryCopy(open: OpenVault): Promise<Uint8Array | undefined> {
  const recipients = open.document.slots.flatMap((slot) =>
    slot.kind === 'recovery' ? [slot.recipient] : [],
  );
  if (recipients.length === 0) return undefined;
  const secrets = open.entries.map(({ sealed, meta }) => {
    const { value } = open.sealer.version(sealed)!;
    const history = sealed.versions.slice(0, -1).map(({ version }) => {
      const { value: old, created_at } = open.sealer.version(sealed, version)!;
      return { version, value: old, created_at: new Date(created_at).toISOString() };
    });
    const { name, description, tags } = meta;
    return { name, value, description, tags, history };
  });
  const { vault, generation } = open.document;
  const text = JSON.stringify({ vault, generation, secrets }, null, 2);
  return ageEncrypt(`${text}\n`, recipients);
}

import { NexusError } from '#main/base/errors.ts';
import { vaultError } from './errors.ts';
import { inWorker } from './worker.ts';

const AGE_MAGIC = 'age-encryption.org/v1';
const ARMOR = '-----BEGIN AGE ENCRYPTED FILE-----';

// Loaded when first needed: nothing of it is wanted at start-up.
const library = () => import('age-encryption');

/** A new X25519 identity and its recipient. */
export async function newIdentity(): Promise<{ identity: string; recipient: string }> {
  const { generateX25519Identity, identityToRecipient } = await library();
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity) };
}

/**
 * A plain age file (C2SP age v1), which any age program opens.
 *
 * @throws NexusError `vault.recipient_invalid`
 */
export async function ageEncrypt(
  content: string | Uint8Array,
  recipients: readonly string[],
): Promise<Uint8Array> {
  const { Encrypter } = await library();
  const encrypter = new Encrypter();
  // A file for both kinds could be opened without the post-quantum part: age refuses it as well.
  const hybrid = recipients.filter((one) => /^age1(pq|tagpq)1/.test(one)).length;
  if (hybrid > 0 && hybrid < recipients.length)
    throw vaultError.recipientInvalid(`${recipients[0]} together with a post-quantum one`);
  for (const recipient of recipients) {
    try {
      encrypter.addRecipient(recipient);
    } catch {
      throw vaultError.recipientInvalid(recipient);
    }
  }
  return encrypter.encrypt(content);
}

/** Armored as `age -a` writes it. */
export async function ageArmor(file: Uint8Array): Promise<string> {
  const { armor } = await library();
  return armor.encode(file);
}

/** Whether these bytes are an age file, armored or not. */
export function isAge(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, 512)).toString('latin1').trimStart();
  return head.startsWith(AGE_MAGIC) || head.startsWith(ARMOR);
}

/** Identities as `age-keygen` writes them: one a line, `#` before comments. */
export function identitiesOf(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/**
 * Opens an age file, armored or not, with a passphrase or identities. In a worker: scrypt takes long.
 *
 * @throws NexusError `vault.import_invalid`
 */
export async function ageDecrypt(
  file: Uint8Array,
  keys: { passphrase?: string | undefined; identities?: readonly string[] | undefined },
): Promise<Buffer> {
  let bytes = file;
  if (Buffer.from(file.subarray(0, 512)).toString('latin1').trimStart().startsWith(ARMOR)) {
    const { armor } = await library();
    try {
      bytes = armor.decode(Buffer.from(file).toString('utf8'));
    } catch (cause) {
      throw vaultError.importInvalid(`its armor is damaged (${(cause as Error).message}).`);
    }
  }
  try {
    return Buffer.from(
      await inWorker({
        task: 'age_decrypt',
        file: bytes,
        identities: [...(keys.identities ?? [])],
        ...(keys.passphrase === undefined ? {} : { passphrase: keys.passphrase }),
      }),
    );
  } catch (error) {
    if (error instanceof NexusError) throw error;
    throw vaultError.importInvalid(
      `the age file does not open (${(error as Error).message}).`,
      'Give the passphrase or the identity that it was encrypted for.',
    );
  }
}

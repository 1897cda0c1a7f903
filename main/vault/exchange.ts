import { z } from 'zod';
import { utf8Text } from '#main/base/utf8.ts';
import { ageArmor, ageDecrypt, ageEncrypt, identitiesOf, isAge } from './age.ts';
import { wipe } from './crypto.ts';
import { formatDotenv, parseDotenv } from './dotenv.ts';
import { MAX_VALUE_BYTES } from './entries.ts';
import { vaultError } from './errors.ts';
import type { OpenVault } from './openVault.ts';
import { checkName, withSecret, type Described } from './secretOperations.ts';
import type { VaultState } from './state.ts';

/** What is to be exported, and for whom. */
export interface ExportRequest {
  recipients: string[];
  format: 'env' | 'json';
  names?: string[] | undefined;
  armor: boolean;
}

/** A plain age file with the present values. @throws NexusError `vault.not_found`, `vault.recipient_invalid` */
export async function exportSecrets(
  state: VaultState,
  { recipients, format, names, armor }: ExportRequest,
  by: string,
): Promise<{ file: Uint8Array; secrets: number }> {
  const open = state.open();
  const wanted = names ?? open.entries.map(({ meta }) => meta.name).toSorted();
  const values = wanted.map((name) => {
    state.uses.note(open.entry(name).sealed.id, name, by);
    return [name, open.current(name).value] as const;
  });
  const text = Buffer.from(
    format === 'env'
      ? formatDotenv(values)
      : `${JSON.stringify(Object.fromEntries(values), null, 2)}\n`,
  );
  const file = await ageEncrypt(text, recipients);
  wipe(text);
  return { file: armor ? Buffer.from(await ageArmor(file)) : file, secrets: values.length };
}

/** What is to be imported, and how it opens. */
export interface ImportRequest {
  content: Uint8Array;
  format: 'auto' | 'env' | 'json';
  passphrase?: string | undefined;
  identity?: string | undefined;
  replace: boolean;
  /** Changes nothing. */
  dry_run?: boolean | undefined;
}

/** Names, by what became of them. */
export interface Imported {
  added: string[];
  replaced: string[];
  skipped: string[];
}

type Given = { name: string; value: string } & Described;

const described = z.object({
  value: z.string(),
  description: z.string().max(500).optional(),
  tags: z.array(z.string().max(40)).max(20).optional(),
});
const entry = z.union([
  z.string(),
  z.number().transform(String),
  z.boolean().transform(String),
  described,
]);
/** The recovery copy. */
const listed = z.object({ secrets: z.array(described.extend({ name: z.string() })) });

/** Takes over what another place exported, all of it or nothing. @throws NexusError `vault.import_invalid`, … */
export async function importSecrets(
  state: VaultState,
  request: ImportRequest,
  by: string,
): Promise<Imported> {
  // Before the file is opened: a locked vault takes nothing.
  state.open();
  const plain = isAge(request.content) ? await opened(request) : Buffer.from(request.content);
  const given = read(textOf(plain), request.format);
  wipe(plain);
  for (const { name, value } of given) {
    checkName(name);
    if (value === '') throw vaultError.importInvalid(`${name} is empty.`);
    if (Buffer.byteLength(value) > MAX_VALUE_BYTES)
      throw vaultError.tooLarge(`The value of ${name}`, MAX_VALUE_BYTES);
    state.options.conceal(value, name);
  }
  const bring = (open: OpenVault) => {
    const result: Imported = { added: [], replaced: [], skipped: [] };
    let { entries } = open.document;
    for (const one of given) {
      const there = open.find(one.name);
      if (there && !request.replace) result.skipped.push(one.name);
      else {
        entries = withSecret(open, entries, one, by, state.options.clock.now());
        (there ? result.replaced : result.added).push(one.name);
      }
    }
    return { entries, result };
  };
  if (request.dry_run) return bring(state.open()).result;
  return state.change((open) => {
    const { entries, result } = bring(open);
    return { entries, result: () => result };
  });
}

function opened({ content, passphrase, identity }: ImportRequest): Promise<Buffer> {
  if (passphrase === undefined && identity === undefined)
    throw vaultError.importInvalid(
      'the age file needs a key.',
      'Give the passphrase, or the identity that it was encrypted for.',
    );
  return ageDecrypt(content, {
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(identity === undefined ? {} : { identities: identitiesOf(identity) }),
  });
}

function textOf(bytes: Uint8Array): string {
  const text = utf8Text(bytes);
  if (text !== undefined) return text;
  throw vaultError.importInvalid('it is not text in UTF-8.', 'Save it as UTF-8 and try again.');
}

function read(text: string, format: ImportRequest['format']): Given[] {
  const json = format === 'json' || (format === 'auto' && text.trimStart().startsWith('{'));
  if (!json) return [...parseDotenv(text)].map(([name, value]) => ({ name, value }));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own words quote the text.
    throw vaultError.importInvalid('it is not valid JSON.');
  }
  const list = listed.safeParse(value);
  if (list.success) return unique(list.data.secrets);
  // By its own keys: a name such as `__proto__` is one like any other.
  const object = z.record(z.string(), z.unknown()).safeParse(value);
  if (!object.success) throw vaultError.importInvalid('it is no JSON object.');
  return Object.entries(value as object).map(([name, one]) => oneOf(name, one));
}

function oneOf(name: string, value: unknown): Given {
  // JavaScript reads 1.10 as 1.1, and rounds the digits of a long one.
  if (typeof value === 'number' && !Number.isSafeInteger(value))
    throw vaultError.importInvalid(
      `${name} is a number whose digits may not be kept.`,
      'Put it in quotes.',
    );
  const parsed = entry.safeParse(value);
  if (!parsed.success)
    throw vaultError.importInvalid(`${name} is neither a value nor a description of one.`);
  return typeof parsed.data === 'string' ? { name, value: parsed.data } : { ...parsed.data, name };
}

function unique(list: Given[]): Given[] {
  return [...new Map(list.map((one) => [one.name, one])).values()];
}

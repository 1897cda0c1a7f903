import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The forms in which a secret would give itself away, made without anything of the redactor: a test
 * that asked the redactor what to look for would forgive what it forgot.
 */
export function formsOf(secret: string): Map<string, string> {
  const bytes = Buffer.from(secret, 'utf8');
  const forms = new Map<string, string>([
    ['plain', secret],
    ['hex', bytes.toString('hex')],
    ['HEX', bytes.toString('hex').toUpperCase()],
    ['url', encodeURIComponent(secret)],
    ['form', new URLSearchParams({ v: secret }).toString().slice(2)],
    ['json', JSON.stringify(secret).slice(1, -1)],
    ['json twice', JSON.stringify(JSON.stringify(secret).slice(1, -1)).slice(1, -1)],
  ]);
  for (const before of [0, 1, 2]) {
    const text = Buffer.concat([Buffer.alloc(before, 'x'), bytes]).toString('base64');
    // The characters that depend on neighbours are left out at both ends.
    const core = text.replace(/=+$/, '').slice(before === 0 ? 0 : before + 1, -1);
    forms.set(`base64 +${before}`, core);
    forms.set(`base64url +${before}`, core.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return forms;
}

/** Every file below a folder. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
}

/** Where `text` holds any of the secrets, as `NAME: form`. */
export function leaksIn(text: string, secrets: Record<string, string>): string[] {
  const found: string[] = [];
  for (const [name, secret] of Object.entries(secrets))
    for (const [form, value] of formsOf(secret))
      if (value.length >= 6 && text.includes(value)) found.push(`${name}: ${form}`);
  return found;
}

/** Which files of a folder hold any of the secrets. */
export function leaksBelow(folder: string, secrets: Record<string, string>): string[] {
  return filesBelow(folder).flatMap((file) => {
    const bytes = readFileSync(file);
    const text = `${bytes.toString('utf8')}\n${bytes.toString('utf16le')}`;
    return leaksIn(text, secrets).map((leak) => `${file.slice(folder.length)}: ${leak}`);
  });
}

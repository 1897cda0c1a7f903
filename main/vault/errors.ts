import { NexusError, type NexusErrorInit } from '#main/base/errors.ts';

const make = (code: string, init: Omit<NexusErrorInit, 'code'>): NexusError =>
  new NexusError({
    ...init,
    code: `vault.${code}`,
    details: { ...init.details, retryable: false },
  });

/** Every error of the vault, with its stable code. None of them ever holds a value or a passphrase. */
export const vaultError = {
  /** @param name the secret that was asked for, where one was */
  locked: (name?: string) =>
    make('locked', {
      message: name ? `The vault is locked, and ${name} may be in it.` : 'The vault is locked.',
      hint: 'Unlock it in the window, or with: nexus vault unlock',
      kind: 'operational',
      ...(name ? { details: { name } } : {}),
    }),
  none: () =>
    make('none', {
      message: 'This Nexus has no vault yet.',
      hint: 'Create one in the window, or with: nexus vault init',
    }),
  exists: () =>
    make('exists', {
      message: 'This Nexus has a vault already.',
      hint: 'Use it. To begin anew, move the folder “vault” of the home away first.',
    }),
  wrongPassphrase: () =>
    make('wrong_passphrase', {
      message: 'This passphrase does not open the vault.',
      hint: 'Check the keyboard layout and Caps Lock. The recovery key opens the vault too.',
    }),
  wrongIdentity: () =>
    make('wrong_identity', {
      message: 'This recovery key does not open the vault.',
      hint: 'It is the line that begins with AGE-SECRET-KEY-1, printed when the vault was created.',
    }),
  weakPassphrase: (least: number) =>
    make('passphrase_invalid', {
      message: `The passphrase is too short: at least ${least} characters.`,
      hint: 'Four or five random words are easy to keep in mind and hard to guess.',
    }),
  damaged: (why: string, cause?: unknown) =>
    make('damaged', {
      message: `The vault file is damaged: ${why}`,
      hint: 'Put back the last good generation: nexus vault restore',
      kind: 'operational',
      cause,
    }),
  full: (most: string) =>
    make('full_invalid', {
      message: `This does not fit: a vault holds at most ${most}.`,
      hint: 'Remove what is no longer used. Nothing was changed.',
    }),
  newer: (version: number) =>
    make('newer', {
      message: `The vault file has format ${version}, which this Nexus does not know.`,
      hint: 'Install the newer Nexus.',
      kind: 'operational',
    }),
  costsRefused: (why: string) =>
    make('costs_refused', {
      message: `The vault file asks for a key derivation that Nexus does not run: ${why}`,
      hint: 'Somebody changed the file. Put back the last good generation: nexus vault restore',
      kind: 'operational',
    }),
  rolledBack: (found: number, known: number) =>
    make('rolled_back', {
      message:
        found === known
          ? `The vault file is not the one that Nexus wrote as generation ${known}.`
          : `The vault file is older than the last one that Nexus wrote (generation ${found}, known is ${known}).`,
      hint: 'If you put it there yourself, accept it: nexus vault restore --accept-current. Otherwise put back a kept generation: nexus vault restore',
      kind: 'operational',
      details: { found, known },
    }),
  replaced: () =>
    make('replaced', {
      message: 'The vault file belongs to another vault than the one that Nexus knows here.',
      hint: 'If you put it there yourself, accept it: nexus vault restore --accept-current',
      kind: 'operational',
    }),
  missing: () =>
    make('missing', {
      message: 'The vault file is gone, although this Nexus had a vault.',
      hint: 'Put back the last good generation: nexus vault restore',
      kind: 'operational',
    }),
  changed: () =>
    make('changed', {
      message: 'Another Nexus process has changed the vault’s keys.',
      hint: 'Unlock the vault again.',
      kind: 'operational',
    }),
  busy: () =>
    make('busy', {
      message: 'Another Nexus process is writing the vault and does not finish.',
      hint: 'Wait for it, or stop it, and try again.',
      kind: 'operational',
    }),
  unavailable: (what: string, cause: unknown) =>
    make('unavailable', {
      message: `${what}: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: 'See that the folder “vault” of the home is readable and writable, and that the disk has space.',
      kind: 'operational',
      cause,
    }),
  keychainUnavailable: (why: string) =>
    make('keychain_unavailable', {
      message: `The system’s keychain cannot be used: ${why}`,
      hint: 'Use the passphrase.',
      kind: 'operational',
    }),
  noSlot: (kind: string) =>
    make('slot_missing', {
      message: `The vault has no key slot for ${kind}.`,
      hint: 'Unlock it another way; then add the slot: nexus vault slots',
    }),
  lastSlot: () =>
    make('slot_last', {
      message: 'This is the last way to open the vault, so it stays.',
      hint: 'Add another key slot first.',
    }),
  notFound: (name: string) =>
    make('not_found', {
      message: `There is no secret ${name} in the vault.`,
      hint: 'See what is there: nexus vault list',
      details: { name },
    }),
  taken: (name: string) =>
    make('name_exists', {
      message: `There is a secret ${name} already.`,
      hint: 'Choose another name, or rotate that one.',
      details: { name },
    }),
  nameInvalid: (name: string) =>
    make('name_invalid', {
      message: `“${name.slice(0, 80)}” cannot be the name of a secret.`,
      hint: 'Letters, digits and underscores, beginning with a letter or an underscore, at most 128.',
    }),
  noVersion: (name: string, version: number) =>
    make('version_not_found', {
      message: `${name} has no version ${version}.`,
      hint: `See its versions: nexus vault history ${name}`,
    }),
  tooLarge: (what: string, most: number) =>
    make('too_large_invalid', {
      message: `${what} is larger than ${most} bytes.`,
      hint: 'Keep large files elsewhere, and their key in the vault.',
    }),
  importInvalid: (
    why: string,
    hint = 'It should be an age file, NAME=value lines, or a JSON object of names and values.',
  ) => make('import_invalid', { message: `This cannot be imported: ${why}`, hint }),
  recipientInvalid: (recipient: string) =>
    make('recipient_invalid', {
      message: `“${recipient.slice(0, 80)}” is not an age recipient.`,
      hint: 'A recipient begins with age1; age-keygen prints it as the public key.',
    }),
  noGeneration: (generation?: number) =>
    make('generation_not_found', {
      message:
        generation === undefined
          ? 'There is no kept generation of the vault that could be put back.'
          : `There is no kept generation ${generation} of the vault.`,
      hint: 'The recovery copy (vault/recovery.age) can be read with age -d and the recovery key.',
    }),
};

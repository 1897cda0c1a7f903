import { randomInt } from 'node:crypto';
import {
  secretName,
  type RotationPolicy,
  type SecretInfo,
  type SecretVersion,
} from '#contract/vaultSecrets.ts';
import { SHORTEST_SECRET } from '#main/base/redactforms.ts';
import { MAX_VALUE_BYTES, type EntryMeta } from './entries.ts';
import { vaultError } from './errors.ts';
import type { Use } from './known.ts';
import type { OpenEntry, OpenVault } from './openVault.ts';
import { rotationState } from './rotation.ts';
import type { VaultState } from './state.ts';

/** What is said of a secret besides its value. */
export interface Described {
  description?: string | undefined;
  tags?: string[] | undefined;
  rotation?: RotationPolicy | null | undefined;
}

export interface SetResult {
  secret: SecretInfo;
  warning?: string;
}

const instant = (at: number) => new Date(at).toISOString();

function infoOf({ sealed, meta }: OpenEntry, use: Use | undefined, now: number): SecretInfo {
  const { name, description, tags, rotation } = meta;
  return {
    name,
    description,
    tags,
    version: sealed.versions.at(-1)!.version,
    versions: sealed.versions.length,
    created_at: instant(meta.created_at),
    changed_at: instant(meta.changed_at),
    changed_by: meta.changed_by,
    ...(rotation ? { rotation } : {}),
    ...rotationState(rotation, meta.changed_at, now),
    ...(use ? { last_used_at: instant(use.used_at), last_used_by: use.used_by } : {}),
    uses: use?.uses ?? 0,
  };
}

/** By name. @throws NexusError `vault.locked`, `vault.none` */
export function listSecrets(state: VaultState): SecretInfo[] {
  const open = state.open();
  const uses = state.uses.all();
  const now = state.options.clock.now();
  return open.entries
    .map((entry) => infoOf(entry, uses.get(entry.sealed.id), now))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function oneInfo(state: VaultState, open: OpenVault, name: string): SecretInfo {
  const entry = open.entry(name);
  return infoOf(entry, state.uses.all().get(entry.sealed.id), state.options.clock.now());
}

/** Checks a name that comes from a file or a person. @throws NexusError `vault.name_invalid` */
export function checkName(name: string): void {
  if (!secretName.safeParse(name).success) throw vaultError.nameInvalid(name);
}

function checkValue(value: string): void {
  if (Buffer.byteLength(value) > MAX_VALUE_BYTES)
    throw vaultError.tooLarge('The value', MAX_VALUE_BYTES);
}

/** The entries with one secret set: a new entry, or a new version of the one of that name. */
export function withSecret(
  open: OpenVault,
  entries: OpenVault['document']['entries'],
  given: { name: string; value: string } & Described,
  by: string,
  now: number,
): OpenVault['document']['entries'] {
  const found = open.find(given.name);
  const meta: EntryMeta = {
    ...(found?.meta ?? { description: '', tags: [], created_at: now }),
    ...described(found?.meta, given),
    name: given.name,
    changed_at: now,
    changed_by: by,
  };
  const version = { value: given.value, created_at: now, created_by: by };
  if (!found) return [...entries, open.sealer.create(meta, version)];
  const next = open.sealer.add(open.sealer.describe(found.sealed, meta), version);
  return entries.map((entry) => (entry.id === next.id ? next : entry));
}

function described(before: EntryMeta | undefined, { description, tags, rotation }: Described) {
  return {
    ...(description === undefined ? {} : { description }),
    ...(tags === undefined ? {} : { tags }),
    ...(rotation === undefined
      ? { rotation: before?.rotation }
      : { rotation: rotation ?? undefined }),
  };
}

/** Makes a secret, or gives one a new version. @throws NexusError `vault.locked`, `vault.too_large_invalid` */
export async function setSecret(
  state: VaultState,
  given: { name: string; value: string } & Described,
  by: string,
): Promise<SetResult> {
  checkName(given.name);
  checkValue(given.value);
  // Before anything else can happen to it.
  const hidden = state.options.conceal(given.value, given.name);
  const secret = await state.change((open) => ({
    entries: withSecret(open, open.document.entries, given, by, state.options.clock.now()),
    result: (written) => oneInfo(state, written, given.name),
  }));
  return { secret, ...shortWarning(hidden, given.name) };
}

function shortWarning(hidden: boolean, name: string): { warning?: string } {
  if (hidden) return {};
  return {
    warning: `${name} is shorter than ${SHORTEST_SECRET} characters: it cannot be hidden in outputs and logs.`,
  };
}

/** Changes what is said of a secret. @throws NexusError `vault.not_found`, `vault.name_exists` */
export function describeSecret(
  state: VaultState,
  given: { name: string; rename?: string | undefined } & Described,
): Promise<SecretInfo> {
  const { name, rename } = given;
  return state.change((open) => {
    const { sealed, meta } = open.entry(name);
    if (rename !== undefined && rename !== name) {
      checkName(rename);
      if (open.find(rename)) throw vaultError.taken(rename);
    }
    const next = open.sealer.describe(sealed, {
      ...meta,
      ...described(meta, given),
      name: rename ?? name,
    });
    return {
      entries: open.document.entries.map((entry) => (entry.id === next.id ? next : entry)),
      result: (written) => oneInfo(state, written, rename ?? name),
    };
  });
}

/** @returns whether there was one */
export async function removeSecret(state: VaultState, name: string): Promise<boolean> {
  // Nothing to remove is no reason to write.
  const found = state.open().find(name);
  if (!found) return false;
  await state.change((open) => ({
    entries: open.document.entries.filter((entry) => entry.id !== open.find(name)?.sealed.id),
    result: () => undefined,
  }));
  state.known.forgetUses(found.sealed.id);
  return true;
}

const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';

/** Random letters and digits without those that look alike; 5.8 bits each. */
export function randomValue(length: number): string {
  return Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}

/** Gives a secret a new version. @throws NexusError `vault.not_found`, `vault.version_not_found` */
export async function rotateSecret(
  state: VaultState,
  given: {
    name: string;
    value?: string | undefined;
    generate?: number | undefined;
    version?: number | undefined;
  },
  by: string,
): Promise<SetResult> {
  const entry = state.open().entry(given.name);
  const value =
    given.value ?? old(state.open(), entry, given.version) ?? randomValue(given.generate ?? 32);
  checkValue(value);
  const hidden = state.options.conceal(value, given.name);
  const secret = await state.change((open) => {
    open.entry(given.name);
    const now = state.options.clock.now();
    return {
      entries: withSecret(open, open.document.entries, { name: given.name, value }, by, now),
      result: (written) => oneInfo(state, written, given.name),
    };
  });
  return { secret, ...shortWarning(hidden, given.name) };
}

function old(open: OpenVault, { sealed, meta }: OpenEntry, version: number | undefined) {
  if (version === undefined) return undefined;
  const found = open.sealer.version(sealed, version);
  if (!found) throw vaultError.noVersion(meta.name, version);
  return found.value;
}

/** The newest first. @throws NexusError `vault.not_found` */
export function historyOf(state: VaultState, name: string): SecretVersion[] {
  const open = state.open();
  const { sealed } = open.entry(name);
  const newest = sealed.versions.at(-1)!.version;
  return sealed.versions.toReversed().map(({ version }) => {
    const { created_at, created_by } = open.sealer.version(sealed, version)!;
    return { version, created_at: instant(created_at), created_by, current: version === newest };
  });
}

/** A value for the local command line. @throws NexusError `vault.not_found`, `vault.version_not_found` */
export function valueOf(
  state: VaultState,
  name: string,
  version: number | undefined,
  by: string,
): { value: string; version: number } {
  const open = state.open();
  const { sealed } = open.entry(name);
  const found = open.sealer.version(sealed, version);
  if (!found) throw vaultError.noVersion(name, version ?? 0);
  state.uses.note(sealed.id, name, by);
  return { value: found.value, version: version ?? sealed.versions.at(-1)!.version };
}

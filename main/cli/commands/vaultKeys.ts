import type { Command } from 'commander';
import type { VaultStatus } from '#contract/vault.ts';
import { NexusError } from '#main/base/errors.ts';
import { pc } from '../colours.ts';
import { note, print, printJson, usageError } from '../io.ts';
import { readLocal } from '../localFile.ts';
import { requirePassphrase, requireVault, type KeyOptions } from '../passphrase.ts';
import { askNew, canAsk, secretText } from '../prompt.ts';
import { withSession } from '../session.ts';
import { counted, printTable, relative } from '../table.ts';
import { readValue, withVault, withVaultAnd } from '../vaultSession.ts';
import { wholeNumber } from '../wholeNumber.ts';

type Define = (usage: string, description: string) => Command;
type Run = <Options extends KeyOptions>(
  work: (options: Options, ...args: string[]) => Promise<void>,
) => (...all: unknown[]) => Promise<void>;

interface IdentityOptions extends KeyOptions {
  identity?: string;
}

const IDENTITY = ['--identity <file>', 'open with the recovery key in this file instead'] as const;

/** The commands of `nexus vault` that concern its keys. */
export function vaultKeyCommands(command: Define, run: Run): void {
  command('init', 'Create the vault; prints the recovery key once')
    .option('--no-recovery', 'without a recovery key')
    .option('--keychain', 'also let the system’s keychain open it (desktop app only)')
    .action(run(init));
  command('unlock', 'Unlock the vault of the running Nexus, or check the passphrase')
    .option(...IDENTITY)
    .option('--keychain', 'with the key in the system’s keychain')
    .action(run(unlock));
  command('lock', 'Lock the vault of the running Nexus').action(run(lock));
  command('status', 'Show whether the vault is open, its keys, and what waits for it').action(
    run(status),
  );
  command('rotate [name]', 'Give a secret a new value, or the vault new keys')
    .option('--file <file>', 'read the value from this file')
    .option('--generate [length]', 'a random value; 32 characters')
    .option('--to <version>', 'the value of an earlier version')
    .option('--passphrase', 'change the vault’s passphrase')
    .option('--new-passphrase-file <file>', 'read the new passphrase from this file')
    .option('--master-key', 'seal everything anew under a new master key')
    .action(run(rotate));
  command('slots [action] [what]', 'List key slots; add recovery|keychain; rm ID')
    .option('--recipient <age1…>', 'add recovery: a recipient of your own')
    .action(run(slots));
  command('restore [generation]', 'Put back a kept generation of a damaged or rolled-back vault')
    .option(...IDENTITY)
    .option('--accept-current', 'accept the file as it is')
    .action(run(restore));
}

function printRecovery(key: string | undefined): void {
  if (key === undefined) return;
  print('');
  print(pc.bold('Recovery key (shown this once, and kept nowhere):'));
  print(key);
  print('It opens the vault when the passphrase is lost: nexus vault unlock --identity FILE');
  print('And without Nexus: age -d -i FILE vault/recovery.age. Keep it on paper or offline.');
}

async function init(
  options: KeyOptions & { recovery: boolean; keychain?: boolean },
): Promise<void> {
  const passphrase = await requirePassphrase(options, {
    question: 'Passphrase of the new vault',
    fresh: true,
    piped: true,
  });
  await withSession(options, async ({ client }) => {
    const made = await client.vault.init({
      passphrase,
      recovery: options.recovery,
      keychain: options.keychain === true,
    });
    if (options.json) return printJson(made);
    print(`${pc.green('✓')} The vault is created.`);
    printRecovery(made.recovery_key);
  });
}

async function keyOf(
  options: IdentityOptions,
): Promise<{ identity: string } | { passphrase: string }> {
  if (options.identity !== undefined)
    return {
      identity: (await readLocal(options.identity)).toString('utf8'),
    };
  return {
    passphrase: await requirePassphrase(options, {
      question: 'Passphrase of the vault',
      piped: true,
    }),
  };
}

async function unlock(options: IdentityOptions & { keychain?: boolean }): Promise<void> {
  await withSession(options, async ({ client, own }) => {
    await requireVault(client);
    const key = options.keychain ? { keychain: true } : await keyOf(options);
    const now = await client.vault.unlock(key);
    if (options.json) return printJson(now);
    print(`${pc.green('✓')} The vault is unlocked.`);
    if (own) note('No Nexus runs on this home, so it was open for this command only.');
  });
}

async function lock(options: KeyOptions): Promise<void> {
  await withSession(options, async ({ client }) => {
    const now = await client.vault.lock({});
    if (options.json) printJson(now);
    else print(now.state === 'none' ? 'There is no vault.' : 'The vault is locked.');
  });
}

async function status(options: KeyOptions): Promise<void> {
  await withSession(options, async ({ client }) => {
    const now = await client.vault.status({});
    if (options.json) printJson(now);
    else printStatus(now);
  });
}

function printStatus(now: VaultStatus): void {
  if (now.state === 'none') return print('There is no vault yet. Create one: nexus vault init');
  print(
    `The vault is ${now.state === 'problem' ? pc.red('not usable') : now.state}${now.secrets === undefined ? '' : `: ${counted(now.secrets)}, generation ${now.generation}, changed ${relative(now.changed_at)}`}`,
  );
  if (now.locks_at) print(`Locks when it is not used: ${relative(now.locks_at)}`);
  if (now.problem) {
    note(`problem: ${now.problem.message} [${now.problem.code}]`);
    if (now.problem.hint) note(`hint: ${now.problem.hint}`);
  }
  if (now.paused.length > 0)
    print(
      now.paused.length === 1
        ? '1 step waits for it to be unlocked.'
        : `${now.paused.length} steps wait for it to be unlocked.`,
    );
  printSlots(now);
  if (now.problem)
    for (const one of now.generations)
      print(`Kept generation ${one.generation}, written ${relative(one.written_at)}`);
}

function printSlots(now: VaultStatus): void {
  if (now.slots.length === 0) return;
  printTable(
    ['key slot', 'kind', 'since', ''],
    now.slots.map((slot) => [slot.id, slot.kind, relative(slot.created_at), slot.label]),
  );
}

interface RotateOptions extends KeyOptions {
  file?: string;
  generate?: string | true;
  to?: string;
  passphrase?: boolean;
  newPassphraseFile?: string;
  masterKey?: boolean;
}

async function rotate(options: RotateOptions, name?: string): Promise<void> {
  const keys = options.passphrase || options.newPassphraseFile !== undefined || options.masterKey;
  if (keys && name === undefined) return rotateKeys(options);
  if (name === undefined || keys)
    throw usageError('Say what to rotate.', 'A secret’s name, or --passphrase, or --master-key.');
  const ways = [options.generate, options.to, options.file].filter((one) => one !== undefined);
  if (ways.length > 1)
    throw usageError('A secret gets one new value.', 'Give one of --generate, --to and --file.');
  const given = () => newValue(options, name);
  await withVaultAnd(options, given, async ({ client }, value) => {
    const result = await client.vault.rotate({ name, ...value });
    if (options.json) printJson(result);
    else print(`${pc.green('✓')} ${name} has version ${result.secret.version}`);
    if (result.warning) note(`warning: ${result.warning}`);
  });
}

async function newValue({ generate, to, file }: RotateOptions, name: string) {
  if (to !== undefined) return { version: wholeNumber(to, '--to') };
  if (generate !== undefined)
    return { generate: generate === true ? 32 : wholeNumber(generate, '--generate', 12) };
  return { value: await readValue(name, file) };
}

async function rotateKeys(options: RotateOptions): Promise<void> {
  const passphrase = await requirePassphrase(options, { question: 'Present passphrase' });
  let fresh: string | undefined;
  if (options.newPassphraseFile !== undefined)
    fresh = secretText(await readLocal(options.newPassphraseFile), options.newPassphraseFile);
  else if (options.passphrase) {
    if (!canAsk())
      throw usageError('The new passphrase is missing.', 'Give --new-passphrase-file FILE.');
    fresh = await askNew('New passphrase');
  }
  await withVault(options, async ({ client }) => {
    const now = await client.vault.rekey({
      passphrase,
      master_key: options.masterKey === true,
      ...(fresh === undefined ? {} : { new_passphrase: fresh }),
    });
    if (options.json) return printJson(now);
    print(
      `${pc.green('✓')} The vault has a new ${options.masterKey ? 'master key' : 'passphrase'}; earlier generations are deleted.`,
    );
  });
}

async function slots(
  options: KeyOptions & { recipient?: string },
  action = 'list',
  what?: string,
): Promise<void> {
  if (action === 'list')
    return withSession(options, async ({ client }) => {
      const now = await client.vault.status({});
      if (options.json) printJson({ slots: now.slots });
      else printSlots(now);
    });
  await withVault(options, async ({ client }) => {
    if (action === 'add' && (what === 'recovery' || what === 'keychain')) {
      const made = await client.vault.addSlot({
        kind: what,
        ...(options.recipient === undefined ? {} : { recipient: options.recipient }),
      });
      if (options.json) return printJson(made);
      print(`${pc.green('✓')} The key slot is added.`);
      return printRecovery(made.recovery_key);
    }
    if (action !== 'rm' || what === undefined)
      throw usageError(
        'This is not a change of key slots.',
        'nexus vault slots add recovery, slots add keychain, slots rm ID',
      );
    const now = await client.vault.removeSlot({ id: what });
    if (options.json) printJson(now);
    else print(`${pc.green('✓')} The key slot is removed.`);
  });
}

async function restore(
  options: IdentityOptions & { acceptCurrent?: boolean },
  generation?: string,
): Promise<void> {
  const wanted = generation === undefined ? undefined : wholeNumber(generation, 'The generation');
  await withSession(options, async ({ client }) => {
    const { problem } = await client.vault.status({});
    await requireVault(client);
    // Else the newest kept one would take the place of a vault that is in order.
    if (wanted === undefined && !problem) throw nothingToRestore();
    const now = await client.vault.restore({
      ...(await keyOf(options)),
      accept_current: options.acceptCurrent === true,
      ...(wanted === undefined ? {} : { generation: wanted }),
    });
    if (options.json) printJson(now);
    else print(`${pc.green('✓')} The vault is in use again, as generation ${now.generation}.`);
  });
}

function nothingToRestore(): NexusError {
  return new NexusError({
    code: 'vault.not_damaged',
    message: 'The vault is in order: there is nothing to put back.',
    hint: 'To go back all the same, name a generation: nexus vault restore N. They are in: nexus vault status --json',
  });
}

import type { Command } from 'commander';
import { durationMs } from '#main/base/duration.ts';
import { NexusError } from '#main/base/errors.ts';
import { pc } from '../colours.ts';
import { exitCode, note, print, printJson, usageError } from '../io.ts';
import { readLocal, writeLocal } from '../localFile.ts';
import type { KeyOptions } from '../passphrase.ts';
import { readPiped, secretText } from '../prompt.ts';
import { readValue, withVault, withVaultAnd } from '../vaultSession.ts';
import { counted, printTable, relative } from '../table.ts';
import { wholeNumber } from '../wholeNumber.ts';
import { vaultKeyCommands } from './vaultKeys.ts';

interface SetOptions extends KeyOptions {
  file?: string;
  description?: string;
  tag?: string[];
  maxAge?: string;
  warn?: string;
}

const PASSPHRASE_FILE = [
  '--passphrase-file <file>',
  'read the vault’s passphrase from this file',
] as const;

/** `nexus vault …` */
export function vaultCommands(program: Command): void {
  const vault = program
    .command('vault')
    .description('Secrets for workflows and hosts, encrypted; values never appear in an argument');
  const command = (usage: string, description: string) =>
    vault
      .command(usage)
      .description(description)
      .option(...PASSPHRASE_FILE);
  const run =
    <Options extends KeyOptions>(work: (options: Options, ...args: string[]) => Promise<void>) =>
    (...all: unknown[]) => {
      const self = all.at(-1) as Command;
      return work(self.optsWithGlobals<Options>(), ...(self.args as string[]));
    };

  vaultKeyCommands(command, run);
  const value = (usage: string, description: string) =>
    command(usage, description).option('--file <file>', 'read the value from this file');
  value('set <name>', 'Set a secret: the value comes from stdin, a file, or an unseen prompt')
    .option('--description <text>', 'what it is for')
    .option('--tag <tag>', 'a tag, repeated', collect)
    .option('--max-age <duration>', 'when it is to be rotated, e.g. 90d; 0 for never')
    .option('--warn <duration>', 'how long before that to warn; default: 14d')
    .action(run(set));
  command('get <name>', 'Print the value alone; only on the machine that Nexus runs on')
    .option('--version-number <n>', 'an earlier version, see nexus vault history')
    .action(run(get));
  command('list', 'List secrets: names and dates, never values')
    .option('--tag <tag>', 'only those with this tag')
    .action(run(list));
  command('rm <name>', 'Remove a secret with all its versions').action(run(remove));
  command('history <name>', 'List the versions of a secret').action(run(history));
  command('export', 'Write secrets to a plain age file, which age -d opens')
    .requiredOption('--recipient <age1…>', 'who can open it, repeated', collect)
    .option('--out <file>', 'where to; without it, armored to stdout')
    .option('--format <format>', 'env or json', 'env')
    .option('--name <name>', 'only this secret, repeated', collect)
    .option('--armor', 'text instead of bytes')
    .action(run(exportSecrets));
  command(
    'import [file]',
    'Take over secrets from an age file, .env or JSON; - or nothing reads stdin',
  )
    .option('--format <format>', 'env or json; else seen from the content', 'auto')
    .option('--identity <file>', 'age identity that opens the file')
    .option('--file-passphrase-file <file>', 'passphrase that opens the age file')
    .option('--replace', 'give secrets that are there a new version')
    .action(run(importSecrets));
}

const collect = (one: string, all: string[] | undefined) => [...(all ?? []), one];

function days(text: string, option: string): number {
  const ms = durationMs(text);
  const whole = Math.round(ms / 86_400_000);
  if (ms > 0 && whole < 1) throw usageError(`${option} is at least one day.`, 'For example 90d.');
  return whole;
}

async function set(options: SetOptions, name: string): Promise<void> {
  if (options.warn !== undefined && options.maxAge === undefined)
    throw usageError('--warn says nothing without --max-age.', 'For example --max-age 90d.');
  const age = options.maxAge === undefined ? undefined : days(options.maxAge, '--max-age');
  const rotation =
    age === undefined
      ? undefined
      : age === 0
        ? null
        : { max_age_days: age, warn_days: Math.min(age, days(options.warn ?? '14d', '--warn')) };
  const given = () => readValue(name, options.file);
  await withVaultAnd(options, given, async ({ client }, value) => {
    const result = await client.vault.set({
      name,
      value,
      ...(options.description === undefined ? {} : { description: options.description }),
      ...(options.tag === undefined ? {} : { tags: options.tag }),
      ...(rotation === undefined ? {} : { rotation }),
    });
    if (options.json) printJson(result);
    else print(`${pc.green('✓')} ${name} is set (version ${result.secret.version})`);
    if (result.warning) note(`warning: ${result.warning}`);
  });
}

async function get(options: KeyOptions & { versionNumber?: string }, name: string): Promise<void> {
  const version =
    options.versionNumber === undefined
      ? undefined
      : wholeNumber(options.versionNumber, '--version-number');
  await withVault(options, async ({ client }) => {
    const found = await client.vault.get({ name, ...(version === undefined ? {} : { version }) });
    if (options.json) printJson({ name, ...found });
    // As it is: control characters may belong to it.
    else process.stdout.write(`${found.value}\n`);
  });
}

async function list(options: KeyOptions & { tag?: string }): Promise<void> {
  await withVault(options, async ({ client }) => {
    const all = (await client.vault.list({})).secrets;
    const secrets = all.filter(({ tags }) => !options.tag || tags.includes(options.tag));
    if (options.json) return printJson({ secrets });
    printTable(
      ['name', 'version', 'changed', 'state', 'last used', 'by', 'tags', 'description'],
      secrets.map((one) => [
        one.name,
        String(one.version),
        relative(one.changed_at),
        one.state === 'ok' ? '' : `${one.state} ${relative(one.expires_at)}`,
        relative(one.last_used_at),
        one.last_used_by ?? '',
        one.tags.join(' '),
        one.description,
      ]),
      options.tag ? 'No secret is like that.' : 'No secrets yet. Add one: nexus vault set NAME',
    );
  });
}

async function remove(options: KeyOptions, name: string): Promise<void> {
  await withVault(options, async ({ client }) => {
    const { removed } = await client.vault.remove({ name });
    if (!removed && !options.json)
      throw new NexusError({
        code: 'vault.not_found',
        message: `There is no secret ${name} in the vault.`,
        hint: 'See what is there: nexus vault list',
      });
    if (options.json) printJson({ removed });
    else print(`${pc.green('✓')} ${name} is removed`);
    if (!removed) process.exitCode = exitCode.failed;
  });
}

async function history(options: KeyOptions, name: string): Promise<void> {
  await withVault(options, async ({ client }) => {
    const { versions } = await client.vault.history({ name });
    if (options.json) return printJson({ versions });
    printTable(
      ['version', 'set', 'by', ''],
      versions.map((one) => [
        String(one.version),
        one.created_at,
        one.created_by,
        one.current ? 'current' : '',
      ]),
    );
  });
}

interface ExportOptions extends KeyOptions {
  recipient: string[];
  out?: string;
  format: string;
  name?: string[];
  armor?: boolean;
}

async function exportSecrets(options: ExportOptions): Promise<void> {
  if (options.format !== 'env' && options.format !== 'json')
    throw usageError(`--format cannot be “${options.format}”.`, 'It is env or json.');
  const format = options.format;
  if (options.json && !options.out)
    throw usageError('With --json the file needs a place.', 'Add --out FILE.');
  await withVault(options, async ({ client }) => {
    const { file, secrets } = await client.vault.export({
      recipients: options.recipient,
      format,
      armor: options.armor === true || options.out === undefined,
      ...(options.name ? { names: options.name } : {}),
    });
    const bytes = Buffer.from(file, 'base64');
    if (options.out === undefined) return void process.stdout.write(bytes);
    await writeLocal(options.out, bytes);
    if (options.json) printJson({ out: options.out, secrets, format });
    else print(`${pc.green('✓')} ${options.out} has ${counted(secrets)}`);
  });
}

interface ImportOptions extends KeyOptions {
  format: string;
  identity?: string;
  filePassphraseFile?: string;
  replace?: boolean;
}

async function importSecrets(options: ImportOptions, file?: string): Promise<void> {
  const { format } = options;
  if (format !== 'auto' && format !== 'env' && format !== 'json')
    throw usageError(`--format cannot be “${format}”.`, 'It is env or json.');
  const content = file === undefined || file === '-' ? await readPiped() : await readLocal(file);
  const text = async (path: string | undefined) =>
    path === undefined ? undefined : secretText(await readLocal(path), path);
  const identity = await text(options.identity);
  const passphrase = await text(options.filePassphraseFile);
  await withVault(options, async ({ client }) => {
    const result = await client.vault.import({
      content: content.toString('base64'),
      format,
      replace: options.replace === true,
      ...(identity === undefined ? {} : { identity }),
      ...(passphrase === undefined ? {} : { passphrase }),
    });
    if (options.json) return printJson(result);
    const { added, replaced, skipped } = result;
    print(
      `${pc.green('✓')} ${added.length} added, ${replaced.length} replaced, ${skipped.length} left as they were`,
    );
    if (skipped.length > 0)
      note(`Left: ${skipped.join(', ')}. --replace gives them a new version.`);
  });
}

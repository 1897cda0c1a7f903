import { resolve } from 'node:path';
import type { Command } from 'commander';
import { NexusError } from '#main/base/errors.ts';
import { pc } from '../colours.ts';
import { exitCode, note, print, printJson, usageError, type GlobalOptions } from '../io.ts';
import { connection, fields, read, type FieldOptions } from '../hosts/fields.ts';
import { answering, attended } from '../prompts.ts';
import { withSession } from '../session.ts';
import { printTable } from '../table.ts';

/** `nexus host …` */
export function hostCommands(program: Command): void {
  const host = program.command('host').description('Hosts: the machines that Nexus reaches by SSH');
  host
    .command('list [expression]')
    .description(
      'List hosts; an expression chooses: web-* and not tag:old, group:db, env:production',
    )
    .action((expression: string | undefined, _options: unknown, command: Command) =>
      list(expression, command.optsWithGlobals<GlobalOptions>()),
    );
  fields(
    host
      .command('add <name>')
      .description('Add a host')
      .option('--address <address>', 'name or IP address; has to be given'),
  ).action((name: string, _options: unknown, command: Command) =>
    add(name, command.optsWithGlobals<FieldOptions>()),
  );
  fields(
    host
      .command('set <name>')
      .description(
        'Change a host; lists (tags, groups, …) are replaced, an empty text takes a value away',
      )
      .option('--address <address>', 'name or IP address')
      .option('--rename <name>', 'new name'),
  )
    // After its opposite: before it, it would give that one a default.
    .option('--no-accept-new', 'ask about its key again')
    .action((name: string, _options: unknown, command: Command) =>
      change(name, command.optsWithGlobals<FieldOptions>()),
    );
  host
    .command('import [file]')
    .description('Take over the hosts of an OpenSSH configuration; default: ~/.ssh/config')
    .option('--group <group>', 'put them into this group')
    .option('--accept-new', 'take their keys unseen at the first connection')
    .option('--allow-exec', 'let Match exec run the commands that the file names')
    .option('--dry-run', 'show what would be done')
    .action((file: string | undefined, _options: unknown, command: Command) =>
      importHosts(file, command.optsWithGlobals<ImportOptions>()),
    );
  host
    .command('test <name>')
    .description('Connect to a host and measure it; exit 1 when it fails')
    .action(async (name: string, _options: unknown, command: Command) => {
      process.exitCode = await test(name, command.optsWithGlobals<GlobalOptions>());
    });
  host
    .command('facts <name>')
    .description('Show what a host says of itself: system, processors, memory, disk')
    .action((name: string, _options: unknown, command: Command) =>
      facts(name, command.optsWithGlobals<GlobalOptions>()),
    );
  host
    .command('trust <name>')
    .description('Confirm a host’s key; with --replace forget the one that was known')
    .option('--replace', 'forget the key that Nexus keeps first')
    .action(async (name: string, _options: unknown, command: Command) => {
      process.exitCode = await trust(
        name,
        command.optsWithGlobals<GlobalOptions & { replace?: boolean }>(),
      );
    });
  host
    .command('rm <name>')
    .description('Remove a host from the inventory; nothing changes on the machine')
    .action((name: string, _options: unknown, command: Command) =>
      remove(name, command.optsWithGlobals<GlobalOptions>()),
    );
}

async function list(expression: string | undefined, options: GlobalOptions): Promise<void> {
  await withSession(options, async ({ client }) => {
    const { hosts } = await client.hosts.list(expression === undefined ? {} : { expression });
    if (options.json) return printJson({ hosts });
    printTable(
      ['name', 'address', 'user', 'groups', 'tags', 'environment'],
      hosts.map((host) => [
        host.name,
        host.port === 22 ? host.address : `${host.address}:${host.port}`,
        host.user ?? '',
        host.groups.join(','),
        host.tags.join(','),
        host.environment ?? '',
      ]),
      expression === undefined
        ? 'No hosts yet. Add one: nexus host add NAME --address ADDRESS'
        : 'No host is like that.',
    );
  });
}

async function add(name: string, options: FieldOptions): Promise<void> {
  const { address } = options;
  if (!address)
    throw usageError('The address is missing.', `nexus host add ${name} --address ADDRESS`);
  const input = { ...read(options), name, address, options: connection(options) };
  await withSession(options, async ({ client }) => {
    const { host } = await client.hosts.add(input);
    if (options.json) printJson({ host });
    else print(`Added ${host.name} (${host.address}:${host.port})`);
  });
}

async function change(name: string, options: FieldOptions): Promise<void> {
  const given = read(options);
  const { home: _home, json: _json, ...wanted } = options;
  if (Object.values(wanted).every((one) => one === undefined))
    throw usageError('What to change is missing.', `For example: nexus host set ${name} --tag web`);
  await withSession(options, async ({ client }) => {
    const { host: before } = await client.hosts.get({ name });
    const empty = (value: string | undefined) =>
      value === undefined ? {} : { value: value === '' ? null : value };
    const optional = Object.fromEntries(
      (['user', 'environment', 'notes'] as const).flatMap((key) =>
        Object.values(empty(options[key])).map((value) => [key, value]),
      ),
    );
    const { host } = await client.hosts.update({
      name,
      change: {
        ...given,
        ...optional,
        ...(options.rename ? { name: options.rename } : {}),
        options: connection(options, before.options),
      },
    });
    if (options.json) printJson({ host });
    else print(`Changed ${host.name}`);
  });
}

async function remove(name: string, options: GlobalOptions): Promise<void> {
  await withSession(options, async ({ client }) => {
    const { removed } = await client.hosts.remove({ name });
    if (!removed)
      throw new NexusError({
        code: 'host.not_found',
        message: `There is no host ${name}.`,
        hint: 'See what there is: nexus host list',
      });
    if (options.json) printJson({ removed });
    else print(`Removed ${name}`);
  });
}

interface ImportOptions extends GlobalOptions {
  group?: string;
  acceptNew?: boolean;
  allowExec?: boolean;
  dryRun?: boolean;
}

async function importHosts(file: string | undefined, options: ImportOptions): Promise<void> {
  await withSession(options, async ({ client }) => {
    const result = await client.hosts.import({
      // The platform may run in another folder.
      ...(file === undefined ? {} : { file: resolve(file) }),
      ...(options.group ? { group: options.group } : {}),
      accept_new: options.acceptNew === true,
      allow_exec: options.allowExec === true,
      dry_run: options.dryRun === true,
    });
    if (options.json) return printJson(result);
    for (const warning of result.warnings) note(`warning: ${warning}`);
    const say = (verb: string, names: string[]) => {
      if (names.length > 0) print(`${verb} ${names.length}: ${names.join(', ')}`);
    };
    say(options.dryRun ? 'Would add' : 'Added', result.added);
    say(options.dryRun ? 'Would change' : 'Changed', result.updated);
    say('Unchanged', result.unchanged);
    if (result.added.length + result.updated.length + result.unchanged.length === 0)
      print('There is no host in it.');
  });
}

async function test(name: string, options: GlobalOptions): Promise<number> {
  return withSession(options, ({ client }) =>
    answering(client, async () => {
      const result = await client.hosts.test({ name, interactive: attended() });
      if (result.error && !options.json) throw new NexusError(result.error);
      if (options.json) printJson(result);
      else
        print(
          `${pc.green('✓')} ${result.host}: connected in ${Math.round(result.connect_ms ?? 0)} ms, a command takes ${(result.command_ms ?? 0).toFixed(1)} ms`,
        );
      return result.ok ? exitCode.ok : exitCode.failed;
    }),
  );
}

async function facts(name: string, options: GlobalOptions): Promise<void> {
  await withSession(options, ({ client }) =>
    answering(client, async () => {
      const result = await client.hosts.facts({ name, interactive: attended() });
      if (options.json) return printJson(result);
      printTable(
        ['fact', 'value'],
        Object.entries(result.facts).map(([key, value]) => [
          key.replaceAll('_', ' '),
          Array.isArray(value) ? value.join(' ') : String(value),
        ]),
      );
    }),
  );
}

async function trust(
  name: string,
  options: GlobalOptions & { replace?: boolean },
): Promise<number> {
  if (options.replace)
    await withSession(options, async ({ client }) => {
      const { forgotten } = await client.hosts.forgetKey({ name });
      if (forgotten === 0)
        note(
          'Nexus itself keeps no key of it; take it out of OpenSSH’s file: ssh-keygen -R ADDRESS',
        );
    });
  return test(name, options);
}

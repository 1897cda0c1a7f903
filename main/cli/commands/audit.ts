import type { Command } from 'commander';
import { pc } from '../colours.ts';
import { exitCode, print, printJson, type GlobalOptions } from '../io.ts';
import { writeLocal } from '../localFile.ts';
import { withSession } from '../session.ts';
import { printTable } from '../table.ts';
import { wholeNumber } from '../wholeNumber.ts';

/** `nexus audit …` */
export function auditCommands(program: Command): void {
  const audit = program.command('audit').description('Who did what: the hash-chained audit log');
  audit
    .command('list')
    .description('List entries, newest first')
    .option('--actor <name>', 'only by this actor')
    .option('--action <operation>', 'only this operation, e.g. runs.start')
    .option('--limit <n>', 'at most so many', '50')
    .action((_options: unknown, command: Command) =>
      list(
        command.optsWithGlobals<
          GlobalOptions & { actor?: string; action?: string; limit: string }
        >(),
      ),
    );
  audit
    .command('verify')
    .description('Check the whole chain; exit 1 when an entry was changed, removed or added')
    .action(async (_options: unknown, command: Command) => {
      process.exitCode = await verify(command.optsWithGlobals<GlobalOptions>());
    });
  audit
    .command('export')
    .description('Write the log as JSON Lines')
    .option('--out <file>', 'to this file instead of stdout')
    .action((_options: unknown, command: Command) =>
      exportLog(command.optsWithGlobals<GlobalOptions & { out?: string }>()),
    );
}

async function list(
  options: GlobalOptions & { actor?: string; action?: string; limit: string },
): Promise<void> {
  const limit = wholeNumber(options.limit, '--limit', 1, 500);
  await withSession(options, async ({ client }) => {
    const page = await client.audit.list({
      limit,
      ...(options.actor ? { actor: options.actor } : {}),
      ...(options.action ? { action: options.action } : {}),
    });
    if (options.json) return printJson({ entries: page.items, next: page.next ?? null });
    printTable(
      ['seq', 'at', 'actor', 'face', 'action', 'outcome'],
      page.items.map((entry) => [
        String(entry.seq),
        entry.at,
        entry.actor,
        entry.face,
        entry.action,
        entry.outcome + (entry.code ? ` ${entry.code}` : ''),
      ]),
      'No entry is like that.',
    );
  });
}

async function verify(options: GlobalOptions): Promise<number> {
  return withSession(options, async ({ client }) => {
    const result = await client.audit.verify({});
    if (options.json) printJson(result);
    else if (result.ok)
      print(`${pc.green('✓')} ${result.entries} entries, chain intact, head ${result.head}`);
    else print(`${pc.red('✗')} entry ${result.problem?.seq}: ${result.problem?.message}`);
    return result.ok ? exitCode.ok : exitCode.failed;
  });
}

async function exportLog(options: GlobalOptions & { out?: string }): Promise<void> {
  await withSession(options, async ({ client }) => {
    const lines: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await client.audit.export({ limit: 500, ...(cursor ? { cursor } : {}) });
      for (const entry of page.lines) lines.push(JSON.stringify(entry));
      cursor = page.next;
      if (!options.out)
        process.stdout.write(
          lines
            .splice(0)
            .map((line) => `${line}\n`)
            .join(''),
        );
    } while (cursor);
    if (options.out) await writeLocal(options.out, lines.map((line) => `${line}\n`).join(''));
  });
}

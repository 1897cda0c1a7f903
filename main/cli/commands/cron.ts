import type { Command } from 'commander';
import { print, printJson, usageError, type GlobalOptions } from '../io.ts';
import { withSession } from '../session.ts';
import { printTable, relative } from '../table.ts';
import { wholeNumber } from '../wholeNumber.ts';

interface NextOptions extends GlobalOptions {
  timezone?: string;
  from?: string;
  count: string;
}

interface AddOptions extends GlobalOptions {
  cron?: string;
  every?: string;
  at?: string;
  timezone?: string;
  jitter?: string;
  missed: string;
}

/** `nexus cron …` */
export function cronCommands(program: Command): void {
  const cron = program.command('cron').description('Schedules: when workflows run by themselves');
  cron
    .command('list')
    .description('List schedules')
    .action((_options: unknown, command: Command) =>
      list(command.optsWithGlobals<GlobalOptions>()),
    );
  cron
    .command('add <workflow> [expression]')
    .description('Schedule a workflow: a cron expression, --every or --at')
    .option('--every <duration>', 'at an interval, e.g. 5m')
    .option('--at <instant>', 'once, e.g. 2027-01-01T09:00')
    .option('--timezone <zone>', 'IANA zone; default: this machine’s')
    .option('--jitter <duration>', 'spread the start by up to so much')
    .option(
      '--missed <policy>',
      'what to do with firings missed while nothing ran: none, last or all',
      'last',
    )
    .action(
      (workflow: string, expression: string | undefined, _options: unknown, command: Command) =>
        add(workflow, expression, command.optsWithGlobals<AddOptions>()),
    );
  for (const verb of ['pause', 'resume'] as const) {
    cron
      .command(`${verb} <id>`)
      .description(
        verb === 'pause' ? 'Stop a schedule from firing' : 'Let a paused schedule fire again',
      )
      .action(async (id: string, _options: unknown, command: Command) => {
        const options = command.optsWithGlobals<GlobalOptions>();
        await withSession(options, async ({ client }) => {
          const { schedule } = await client.schedules[verb]({ id });
          if (options.json) printJson({ schedule });
          else print(`${schedule.id} is ${schedule.paused ? 'paused' : 'active'}`);
        });
      });
  }
  cron
    .command('remove <id>')
    .alias('rm')
    .description('Remove a schedule that was added here')
    .action(async (id: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      await withSession(options, async ({ client }) => {
        const { removed } = await client.schedules.remove({ id });
        if (options.json) printJson({ removed });
        else print(`Removed ${id}`);
      });
    });
  cron
    .command('next <expression>')
    .description('Print the next firings of a cron expression, `every 5m` or `at …`')
    .option('--timezone <zone>', 'IANA zone; default: this machine’s')
    .option('--from <instant>', 'after this instant (exclusive); default: now')
    .option('--count <n>', 'how many', '10')
    .action((expression: string, _options: unknown, command: Command) =>
      next(expression, command.optsWithGlobals<NextOptions>()),
    );
}

async function list(options: GlobalOptions): Promise<void> {
  await withSession(options, async ({ client }) => {
    const { schedules } = await client.schedules.list({});
    if (options.json) return printJson({ schedules });
    printTable(
      ['id', 'workflow', 'when', 'timezone', 'next', 'last', ''],
      schedules.map((schedule) => [
        schedule.id,
        schedule.workflow,
        schedule.expression,
        schedule.timezone,
        relative(schedule.next[0]),
        relative(schedule.last_at),
        schedule.paused ? 'paused' : '',
      ]),
      'No schedules yet. Add one: nexus cron add WORKFLOW "0 3 * * *"',
    );
  });
}

async function add(workflow: string, cron: string | undefined, options: AddOptions): Promise<void> {
  const given = [cron, options.every, options.at].filter((one) => one !== undefined);
  if (given.length !== 1)
    throw usageError(
      'A schedule needs exactly one of: a cron expression, --every, --at.',
      'For example: nexus cron add backup "0 3 * * *"',
    );
  if (!['none', 'last', 'all'].includes(options.missed))
    throw usageError(`--missed cannot be “${options.missed}”.`, 'It is none, last or all.');
  await withSession(options, async ({ client }) => {
    const { schedule } = await client.schedules.add({
      workflow,
      missed: options.missed as 'none' | 'last' | 'all',
      ...(cron ? { cron } : {}),
      ...(options.every ? { every: options.every } : {}),
      ...(options.at ? { at: options.at } : {}),
      ...(options.timezone ? { timezone: options.timezone } : {}),
      ...(options.jitter ? { jitter: options.jitter } : {}),
    });
    if (options.json) return printJson({ schedule });
    const { isoInZone, zoneOf } = await import('#main/scheduler/index.ts');
    const zone = zoneOf(schedule.timezone);
    print(`${schedule.id}: ${schedule.words}`);
    for (const at of schedule.next.slice(0, 3)) print(`  ${isoInZone(Date.parse(at), zone)}`);
  });
}

// The calendar needs no platform.
async function next(expression: string, options: NextOptions): Promise<void> {
  const count = wholeNumber(options.count, '--count', 1, 1000);
  const { nextFirings } = await import('#main/scheduler/index.ts');
  const result = nextFirings({
    ...parseExpression(expression),
    count,
    ...(options.timezone ? { timezone: options.timezone } : {}),
    from: options.from ?? Date.now(),
  });
  if (options.json)
    return printJson({ next: result.next, words: result.words, timezone: result.timezone });
  for (const at of result.next) print(at);
}

function parseExpression(text: string): { cron: string } | { every: string } | { at: string } {
  const [, keyword, rest] = /^(every|at)\s+(.+)$/.exec(text.trim()) ?? [];
  if (keyword === 'every') return { every: rest! };
  if (keyword === 'at') return { at: rest! };
  return { cron: text };
}

import type { Command } from 'commander';
import { type AlertRule, type AlertState, comparison } from '#contract/alerts.ts';
import { alertSeverity } from '#contract/workflow.ts';
import { NexusError } from '#main/base/errors.ts';
import { plainValue } from '#main/monitor/index.ts';
import { exitCode, type GlobalOptions, print, printJson, usageError } from '../io.ts';
import { withSession } from '../session.ts';
import { printTable, relative } from '../table.ts';
import { wholeNumber } from '../wholeNumber.ts';

interface AddOptions extends GlobalOptions {
  for: string;
  hosts: string;
  severity: string;
  clear?: string;
  notify: boolean;
}

/** `nexus alert …` */
export function alertCommands(program: Command): void {
  const alert = program.command('alert').description('Alert rules over the figures of hosts');
  alert
    .command('list')
    .description('List alert rules and where they stand')
    .action((_options: unknown, command: Command) =>
      list(command.optsWithGlobals<GlobalOptions>()),
    );
  alert
    .command('add <name> <condition>')
    .description('Add an alert rule, e.g.: nexus alert add disk-full "disk.used_percent > 90"')
    .option('--for <duration>', 'how long the condition must hold without a break', '0s')
    .option('--hosts <expression>', 'which hosts: names, patterns, tags; local is this one', '*')
    .option('--severity <severity>', 'info, warning or critical', 'warning')
    .option('--clear <value>', 'the alert ends only when the value is back beyond this one')
    .option('--no-notify', 'start workflows only, show no notification')
    .action((name: string, condition: string, _options: unknown, command: Command) =>
      add(name, condition, command.optsWithGlobals<AddOptions>()),
    );
  alert
    .command('rm <rule>')
    .description('Remove an alert rule, by name or id')
    .action(async (id: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      await withSession(options, async ({ client }) => {
        const { removed } = await client.alerts.remove({ id });
        if (!removed && !options.json)
          throw new NexusError({
            code: 'alert.unknown_rule',
            message: `There is no alert rule ${id}.`,
            hint: 'List them with: nexus alert list',
          });
        if (options.json) printJson({ removed });
        else print(`Removed ${id}`);
        if (!removed) process.exitCode = exitCode.failed;
      });
    });
  for (const verb of ['pause', 'resume'] as const) {
    alert
      .command(`${verb} <rule>`)
      .description(verb === 'pause' ? 'Stop a rule from watching' : 'Let a paused rule watch again')
      .action(async (id: string, _options: unknown, command: Command) => {
        const options = command.optsWithGlobals<GlobalOptions>();
        await withSession(options, async ({ client }) => {
          const { rule } = await client.alerts[verb]({ id });
          if (options.json) printJson({ rule });
          else print(`${rule.name} is ${rule.paused ? 'paused' : 'active'}`);
        });
      });
  }
  alert
    .command('history')
    .description('List alerts that have fired, the newest first')
    .option('--limit <n>', 'how many', '50')
    .action((_options: unknown, command: Command) =>
      history(command.optsWithGlobals<GlobalOptions & { limit: string }>()),
    );
}

async function list(options: GlobalOptions): Promise<void> {
  await withSession(options, async ({ client }) => {
    const [{ rules }, { states }] = await Promise.all([
      client.alerts.rules({}),
      client.alerts.states({}),
    ]);
    if (options.json) return printJson({ rules, states });
    printTable(
      ['name', 'condition', 'for', 'hosts', 'severity', 'state'],
      rules.map((rule) => [
        rule.name,
        conditionOf(rule),
        rule.for,
        rule.hosts,
        rule.severity,
        rule.paused ? 'paused' : stateOf(states.filter((state) => state.rule === rule.id)),
      ]),
      'No alert rules yet. Add one: nexus alert add disk-full "disk.used_percent > 90"',
    );
  });
}

function conditionOf({ metric, comparison: sign, threshold, unit, clear }: AlertRule): string {
  const end = clear === undefined ? '' : `, until ${plainValue(clear, unit)}`;
  return `${metric} ${sign} ${plainValue(threshold, unit)}${end}`;
}

/** The worst of all, and where. */
function stateOf(states: AlertState[]): string {
  for (const state of ['firing', 'pending', 'no_data'] as const) {
    const found = states.filter((one) => one.state === state);
    if (found.length === 0) continue;
    const where = [...new Set(found.map((one) => one.host_name))];
    const more = where.length > 3 ? ` and ${where.length - 3} more` : '';
    return `${state.replace('_', ' ')}: ${where.slice(0, 3).join(', ')}${more}`;
  }
  return states.length > 0 ? 'ok' : 'waiting';
}

async function add(name: string, condition: string, options: AddOptions): Promise<void> {
  const severity = alertSeverity.safeParse(options.severity);
  if (!severity.success)
    throw usageError(
      `--severity cannot be “${options.severity}”.`,
      'It is info, warning or critical.',
    );
  const input = {
    name,
    ...parseCondition(condition),
    for: options.for,
    hosts: options.hosts,
    severity: severity.data,
    notify: options.notify,
    ...(options.clear === undefined ? {} : { clear: parseAmount(options.clear) }),
  };
  await withSession(options, async ({ client }) => {
    const { rule } = await client.alerts.add(input);
    if (options.json) printJson({ rule });
    else print(`${rule.name}: ${conditionOf(rule)} for ${rule.for} on ${rule.hosts}`);
  });
}

/** `metric > number`, the number with a unit or without. @throws NexusError `usage.invalid` */
export function parseCondition(text: string) {
  const [, metric, sign, amount] = /^\s*(\S+?)\s*(>=|<=|>|<)\s*(\S.*?)\s*$/.exec(text) ?? [];
  if (metric === undefined || amount === undefined)
    throw usageError(
      `“${text}” is not a condition.`,
      'Write a metric, a comparison and a value: "cpu.total > 90", "memory.available < 500MiB".',
    );
  return { metric, comparison: comparison.parse(sign), threshold: parseAmount(amount) };
}

const FACTORS: Record<string, number> = {
  '': 1,
  '%': 1,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
};

function parseAmount(text: string): number {
  const [, number, unit = ''] = /^(-?\d+(?:\.\d+)?)\s*([A-Za-z%]*)$/.exec(text) ?? [];
  const factor = Object.hasOwn(FACTORS, unit) ? FACTORS[unit] : undefined;
  if (number === undefined || factor === undefined)
    throw usageError(
      `“${text}” is not a value.`,
      'Write a number, also with %, KiB, MiB, GiB, TiB, s, m, h or d.',
    );
  return Number(number) * factor;
}

async function history(options: GlobalOptions & { limit: string }): Promise<void> {
  const limit = wholeNumber(options.limit, '--limit', 1, 500);
  await withSession(options, async ({ client }) => {
    const { alerts } = await client.alerts.history({ limit });
    if (options.json) return printJson({ alerts });
    printTable(
      ['fired', 'ended', 'rule', 'host', 'metric', 'value', 'severity', 'runs'],
      alerts.map((one) => [
        relative(one.fired_at),
        relative(one.resolved_at),
        one.name,
        one.host_name,
        one.metric,
        plainValue(one.value, one.unit),
        one.severity,
        one.runs.map(({ run }) => run).join(' '),
      ]),
      'No alert has fired yet.',
    );
  });
}

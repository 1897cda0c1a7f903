import type { Command } from 'commander';
import type { NexusClient } from '#contract/client.ts';
import { type Sample, unitOf } from '#contract/monitor.ts';
import { durationMs } from '#main/base/duration.ts';
import { plainValue } from '#main/monitor/index.ts';
import { type GlobalOptions, print, printJson } from '../io.ts';
import { withSession } from '../session.ts';
import { printTable } from '../table.ts';
import { wholeNumber } from '../wholeNumber.ts';

interface MetricsOptions extends GlobalOptions {
  metric: string[];
  last: string;
  points: string;
}

/** A sample that is older is not what a person means by now. */
const FRESH_MS = 30_000;

/** `nexus host metrics`; the command `host` is made where it is not there yet. */
export function hostMetricsCommand(program: Command): void {
  const host =
    program.commands.find((command) => command.name() === 'host') ??
    program.command('host').description('The machines that Nexus looks after');
  host
    .command('metrics <host>')
    .description('Print the figures of a host (local is this machine), or their history')
    .option(
      '--metric <name>',
      'history of this metric instead; may be given several times',
      (value: string, all: string[]) => [...all, value],
      [],
    )
    .option('--last <duration>', 'how far back the history goes', '1h')
    .option('--points <n>', 'steps of the history, at most', '60')
    .action((name: string, _options: unknown, command: Command) =>
      metrics(name, command.optsWithGlobals<MetricsOptions>()),
    );
}

async function metrics(host: string, options: MetricsOptions): Promise<void> {
  const points = wholeNumber(options.points, '--points', 2, 2000);
  const last = durationMs(options.last);
  await withSession(options, async ({ client }) => {
    if (options.metric.length > 0) return history(client, host, options, last, points);
    const sample = await newest(client, host);
    if (options.json) return printJson({ sample });
    printTable(
      ['metric', 'value'],
      Object.entries(sample.values)
        .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
        .map(([metric, value]) => [metric, plainValue(value, unitOf(metric))]),
    );
    const busy = sample.processes?.by_cpu.slice(0, 5) ?? [];
    if (busy.length === 0) return;
    print();
    printTable(
      ['pid', 'process', 'cpu', 'memory'],
      busy.map(({ pid, name, cpu, memory }) => [
        String(pid),
        name,
        cpu === undefined ? '–' : plainValue(cpu, 'percent'),
        memory === undefined ? '–' : plainValue(memory, 'bytes'),
      ]),
    );
  });
}

/** What the running platform saw last, where that is fresh; else a look now. */
async function newest(client: NexusClient, host: string): Promise<Sample> {
  const { sample } = await client.monitor.latest({ host });
  if (sample && Date.now() - Date.parse(sample.at) < FRESH_MS) return sample;
  return (await client.monitor.look({ host })).sample;
}

async function history(
  client: NexusClient,
  host: string,
  options: MetricsOptions,
  last: number,
  points: number,
): Promise<void> {
  const now = Date.now();
  const answer = await client.monitor.series({
    host,
    metrics: options.metric,
    from: new Date(now - last).toISOString(),
    to: new Date(now + 1000).toISOString(),
    points,
  });
  if (options.json) return printJson(answer);
  printTable(
    ['time', ...answer.series.map(({ metric }) => metric)],
    answer.times.map((second, i) => [
      new Date(second * 1000).toISOString(),
      ...answer.series.map(({ avg, unit }) => {
        const value = avg[i];
        return value === null || value === undefined ? '–' : plainValue(value, unit);
      }),
    ]),
  );
}

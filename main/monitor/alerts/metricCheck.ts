import { NexusError } from '#main/base/errors.ts';
import { suggestion } from '#main/base/suggest.ts';

/** Every metric that a host may tell, without its label; what `collect/` makes. */
const METRICS = [
  'up uptime processes load.1 load.5 load.15',
  'cpu.total cpu.user cpu.system cpu.iowait cpu.steal cpu.core',
  'memory.total memory.used memory.available memory.free memory.cached memory.used_percent',
  'swap.total swap.used swap.used_percent',
  'disk.total disk.used disk.used_percent disk.read disk.write disk.busy',
  'net.received net.sent',
].flatMap((line) => line.split(' '));

/**
 * A rule on a metric that no host has would wait for ever without a word.
 * @throws NexusError `alert.metric_unknown`
 */
export function checkMetric(metric: string): void {
  const name = metric.split(':', 1)[0]!;
  if (METRICS.includes(name)) return;
  throw new NexusError({
    code: 'alert.metric_unknown',
    message: `There is no metric ${name}.`,
    hint: suggestion(name, METRICS, 'metric'),
  });
}

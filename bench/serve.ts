import { setTimeout as wait } from 'node:timers/promises';
import { startNexus } from './support/nexus.ts';
import { cpuSeconds, residentMiB } from './support/processes.ts';
import { median, number, type Row } from './support/table.ts';

/** Cold start of `nexus serve` to ready, and what it costs while it idles. */
export async function measure(): Promise<Row[]> {
  const ready: number[] = [];
  for (let i = 0; i < 5; i += 1) {
    const nexus = await startNexus();
    ready.push(nexus.readyMs);
    await nexus.stop();
    await nexus.remove();
  }
  const idle = await startNexus();
  await wait(20_000);
  const before = await cpuSeconds(idle.child.pid!);
  await wait(20_000);
  const after = await cpuSeconds(idle.child.pid!);
  const rss = await residentMiB(idle.child.pid!);
  await idle.stop();
  await idle.remove();
  return [
    { bench: 'serve', figure: 'start to ready, median of 5', value: `${number(median(ready))} ms` },
    { bench: 'serve', figure: 'RSS after 40 s idle', value: `${number(rss)} MiB` },
    {
      bench: 'serve',
      figure: 'CPU while idle',
      value: `${number(((after - before) / 20) * 100)} %`,
    },
  ];
}

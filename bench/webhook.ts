import { pathsOf } from '#main/base/paths.ts';
import { connectLocal } from '#main/socket/index.ts';
import { monitorDashboard } from './support/delay.ts';
import { load, type Load } from './support/load.ts';
import { type BenchNexus, startNexus } from './support/nexus.ts';
import { startN8n, startNodeRed, type Peer } from './support/peers.ts';
import { cpuSeconds, residentMiB } from './support/processes.ts';
import { number, type Row } from './support/table.ts';

const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 10);

interface Measured {
  name: string;
  hello: Load;
  ten: Load;
  cpuPerHelloMs: number;
  cpuPerTenMs: number;
  rssMiB: number;
}

/**
 * Webhook → set one field → respond, and a run of ten trivial steps that is answered at its end, on
 * Nexus and on the peers that install here; ten connections each.
 */
export async function measure(): Promise<Row[]> {
  const nexus = await startNexus();
  const delay = await monitorDashboard(nexus.address);
  const own = await measureOne(
    'Nexus (durable)',
    nexus.child.pid!,
    `${nexus.address}/hooks/hello`,
    `${nexus.address}/hooks/ten`,
  );
  const p99 = await delay.stop();
  const told = await readMetrics(nexus);
  await nexus.stop();
  await nexus.remove();
  const rows = [
    ...describe(own),
    {
      bench: 'webhook',
      figure: 'status request during load, p50 / p99',
      value: `${number(p99.p50Ms)} / ${number(p99.p99Ms)} ms`,
    },
    {
      bench: 'Nexus (durable)',
      figure: 'event-loop delay p99, load included',
      value: `${number(told.delayMs)} ms`,
    },
    {
      bench: 'Nexus (durable)',
      figure: 'syncs per run (commits / runs)',
      value: number(told.commits / told.runs),
    },
  ];
  for (const start of [() => startNodeRed(18_880), () => startN8n(15_678)]) {
    let peer: Peer;
    try {
      peer = await start();
    } catch (error) {
      rows.push({
        bench: 'webhook',
        figure: 'peer',
        value: 'not measured',
        ratio: (error as Error).message.split('\n')[0]!,
      });
      continue;
    }
    const theirs = await measureOne(peer.name, peer.child.pid!, peer.hello, peer.ten);
    await peer.stop();
    rows.push(...describe(theirs, own));
  }
  return rows;
}

// The engine's own counters, over the local socket, and the gauge that only /metrics has.
async function readMetrics(
  nexus: BenchNexus,
): Promise<{ commits: number; runs: number; delayMs: number }> {
  const local = await connectLocal(pathsOf(nexus.home).socket);
  if (!local) throw new Error('the platform under test is gone');
  const { engine } = await local.client.platform.metrics({});
  const { secret } = await local.client.tokens.create({ name: 'bench', role: 'viewer' });
  await local.close();
  const text = await fetch(`${nexus.address}/metrics`, {
    headers: { authorization: `Bearer ${secret}` },
  }).then((response) => response.text());
  const delayMs = Number(/event_loop_delay_p99_ms\S* ([\d.]+)/.exec(text)?.[1]);
  return { commits: engine['commits'] ?? Number.NaN, runs: engine['runs'] ?? Number.NaN, delayMs };
}

async function measureOne(
  name: string,
  pid: number,
  helloUrl: string,
  tenUrl: string,
): Promise<Measured> {
  await load(helloUrl, { seconds: 2 });
  await load(tenUrl, { seconds: 2 });
  const a = await cpuSeconds(pid);
  const hello = await load(helloUrl, { seconds: SECONDS });
  const b = await cpuSeconds(pid);
  const ten = await load(tenUrl, { seconds: SECONDS });
  const c = await cpuSeconds(pid);
  return {
    name,
    hello,
    ten,
    cpuPerHelloMs: ((b - a) * 1000) / hello.requests,
    cpuPerTenMs: ((c - b) * 1000) / ten.requests,
    rssMiB: await residentMiB(pid),
  };
}

function describe(one: Measured, nexus?: Measured): Row[] {
  const ratio = (ours: number | undefined, theirs: number) =>
    ours === undefined ? {} : { ratio: `Nexus ×${number(ours / theirs)}` };
  const row = (figure: string, value: string, more: { ratio?: string } = {}): Row => ({
    bench: one.name,
    figure,
    value,
    ...more,
  });
  const failures = one.hello.failures + one.ten.failures;
  return [
    row(
      'webhook → set → respond',
      `${number(one.hello.perSecond)} req/s`,
      ratio(nexus?.hello.perSecond, one.hello.perSecond),
    ),
    row('… p50 / p99', `${number(one.hello.p50Ms)} / ${number(one.hello.p99Ms)} ms`),
    row('… CPU per request', `${number(one.cpuPerHelloMs)} ms`),
    row(
      'runs of 10 steps',
      `${number(one.ten.perSecond)} runs/s`,
      ratio(nexus?.ten.perSecond, one.ten.perSecond),
    ),
    row('… p50 / p99', `${number(one.ten.p50Ms)} / ${number(one.ten.p99Ms)} ms`),
    row('… CPU per run', `${number(one.cpuPerTenMs)} ms`),
    row('RSS after the load', `${number(one.rssMiB)} MiB`),
    ...(failures ? [row('failed requests', String(failures))] : []),
  ];
}

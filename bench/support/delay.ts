import { percentile } from './table.ts';

/** Latency of a cheap request while something else loads the server: what a person at the dashboard feels. */
export async function monitorDashboard(
  address: string,
): Promise<{ stop(): Promise<{ p50Ms: number; p99Ms: number }> }> {
  const samples: number[] = [];
  let running = true;
  const loop = (async () => {
    while (running) {
      const begun = performance.now();
      await fetch(`${address}/healthz`).then((response) => response.text());
      samples.push(performance.now() - begun);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  // Told by stop(): until then nobody waits for it.
  loop.catch(() => undefined);
  return {
    async stop() {
      running = false;
      await loop;
      return { p50Ms: percentile(samples, 0.5), p99Ms: percentile(samples, 0.99) };
    },
  };
}

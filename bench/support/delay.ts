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
  return {
    async stop() {
      running = false;
      await loop;
      const sorted = samples.toSorted((a, b) => a - b);
      const at = (share: number) =>
        sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
      return { p50Ms: at(0.5), p99Ms: at(0.99) };
    },
  };
}

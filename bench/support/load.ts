import autocannon from 'autocannon';

/** What a load of HTTP requests measured. */
export interface Load {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  requests: number;
  seconds: number;
  failures: number;
}

/** Ten connections (or `connections`) against one address, for a time or for a number of requests. */
export async function load(
  url: string,
  options: { seconds?: number; amount?: number; connections?: number; body?: string },
): Promise<Load> {
  const result = await autocannon({
    url,
    connections: options.connections ?? 10,
    ...(options.amount ? { amount: options.amount } : { duration: options.seconds ?? 10 }),
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: options.body ?? '{"name":"world"}',
  });
  const seconds = (result.finish.getTime() - result.start.getTime()) / 1000;
  return {
    perSecond: result['2xx'] / seconds,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    requests: result['2xx'],
    seconds,
    failures: result.non2xx + result.errors,
  };
}

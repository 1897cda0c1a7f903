interface Bucket {
  at: string;
  succeeded: number;
  failed: number;
  cancelled: number;
}

/** Totals and chart columns from hourly counts; cancelled runs do not count for the success rate. */
export function summarise(buckets: readonly Bucket[]) {
  const sum = (pick: (bucket: Bucket) => number) =>
    buckets.reduce((total, bucket) => total + pick(bucket), 0);
  const succeeded = sum((bucket) => bucket.succeeded);
  const failed = sum((bucket) => bucket.failed);
  return {
    total: succeeded + failed + sum((bucket) => bucket.cancelled),
    failed,
    rate: succeeded + failed === 0 ? null : succeeded / (succeeded + failed),
    times: buckets.map((bucket) => Date.parse(bucket.at) / 1000),
    all: buckets.map((bucket) => bucket.succeeded + bucket.failed + bucket.cancelled),
    failures: buckets.map((bucket) => bucket.failed),
  };
}

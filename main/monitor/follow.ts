import type { Sample } from '#contract/monitor.ts';

/** The samples that are known, then each new one; of all hosts (no `id`) without processes. */
export async function* follow(
  feed: AsyncIterable<Sample>,
  known: readonly Sample[],
  id: string | undefined,
): AsyncGenerator<Sample, void, undefined> {
  const shown = ({ processes, ...sample }: Sample): Sample =>
    id !== undefined && processes ? { ...sample, processes } : sample;
  for (const sample of known) yield shown(sample);
  for await (const sample of feed) if (id === undefined || sample.host === id) yield shown(sample);
}

import type { Json } from '#contract/common.ts';
import type { ExecEvent } from '#contract/hostCommands.ts';
import type { Redactor, RedactStream } from '#main/base/redact.ts';

const STREAMS = ['stdout', 'stderr'] as const;

/**
 * The same events for a page, which shows text: output is read as UTF-8 and every known secret in it
 * is hidden, also where the pieces in which it comes cut it in two. What may be the beginning of a
 * secret waits for the next piece, at the latest for the end of the command.
 */
export async function* shownOutput(
  events: AsyncIterable<ExecEvent>,
  redactor: Pick<Redactor, 'stream' | 'redactJson'>,
): AsyncGenerator<ExecEvent, void, undefined> {
  const open = new Map<string, Record<(typeof STREAMS)[number], RedactStream>>();
  const streamsOf = (host: string) => {
    const streams = open.get(host) ?? { stdout: redactor.stream(), stderr: redactor.stream() };
    open.set(host, streams);
    return streams;
  };
  for await (const event of events) {
    if (event.type === 'output') {
      const { host, stream, data } = event;
      yield* output(host, stream, streamsOf(host)[stream].write(Buffer.from(data, 'base64')));
    } else if (event.type === 'end') {
      const { host } = event;
      for (const stream of STREAMS) yield* output(host, stream, streamsOf(host)[stream].end());
      open.delete(host);
      yield redactor.redactJson(event as Json) as typeof event;
    } else yield event;
  }
}

function* output(host: string, stream: (typeof STREAMS)[number], text: string) {
  if (text === '') return;
  yield { type: 'output' as const, host, stream, data: Buffer.from(text).toString('base64') };
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExecEvent } from '#contract/hostCommands.ts';
import { collected } from '#main/base/collected.testing.ts';
import { createRedactor } from '#main/base/redact.ts';
import { shownOutput } from './shown-output.ts';

const SECRET = 'tok_4f9c2b→d1e8a';

const output = (host: string, data: Uint8Array, stream: 'stdout' | 'stderr' = 'stdout') =>
  ({ type: 'output', host, stream, data: Buffer.from(data).toString('base64') }) as const;
const end = (host: string): Extract<ExecEvent, { type: 'end' }> => ({
  type: 'end',
  host,
  attempt: 1,
  exit_code: 0,
  signal: null,
  ms: 1,
  truncated: false,
});

async function* source(events: ExecEvent[]) {
  yield* events;
}

async function shown(events: ExecEvent[]): Promise<ExecEvent[]> {
  const redactor = createRedactor();
  redactor.add(SECRET);
  return collected(shownOutput(source(events), redactor));
}

const textOf = (events: ExecEvent[], host: string, stream: 'stdout' | 'stderr'): string =>
  events
    .filter((event) => event.type === 'output' && event.host === host && event.stream === stream)
    .map((event) => Buffer.from((event as { data: string }).data, 'base64').toString())
    .join('');

describe('output as a page shows it', () => {
  it('has no secret, wherever the pieces of two hosts and both streams cut it', async () => {
    // Bug caught: a secret that comes in two pieces, or whose pieces have another host's between them.
    const text = `a ${SECRET} b ${Buffer.from(SECRET).toString('base64')} c\n`;
    const bytes = Buffer.from(text);
    const cuts = fc.array(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(cuts, async (at) => {
        const places = [0, ...new Set(at.toSorted((a, b) => a - b)), bytes.length];
        const events: ExecEvent[] = [];
        for (let i = 1; i < places.length; i += 1)
          for (const host of ['web', 'db'])
            for (const stream of ['stdout', 'stderr'] as const)
              events.push(output(host, bytes.subarray(places[i - 1], places[i]), stream));
        const seen = await shown([...events, end('web'), end('db')]);
        for (const host of ['web', 'db'])
          for (const stream of ['stdout', 'stderr'] as const)
            expect(textOf(seen, host, stream)).toBe('a *** b *** c\n');
      }),
    );
  });

  it('is whole before the end of its host is told, and begins anew when it is tried again', async () => {
    // Bug caught: the held beginning comes after the end, where the page has closed the line; or is
    // put before what the second attempt says.
    const beginning = Buffer.from('tok');
    const again: ExecEvent = { type: 'start', host: 'web', attempt: 2 };
    const seen = await shown([
      output('web', beginning),
      end('web'),
      again,
      output('web', Buffer.from('_4f')),
      end('web'),
    ]);
    expect(seen.map((event) => event.type)).toEqual(['output', 'end', 'start', 'output', 'end']);
    expect(seen[0]).toEqual(output('web', beginning));
    expect(seen[3]).toEqual(output('web', Buffer.from('_4f')));
  });

  it('comes at once where it cannot be the beginning of a secret', async () => {
    // Bug caught: a prompt, or progress without a newline, that is shown only when the command ends.
    const redactor = createRedactor();
    redactor.add(SECRET);
    const events = shownOutput(
      (async function* () {
        yield output('web', Buffer.from('Password: '));
        await new Promise(() => undefined);
      })(),
      redactor,
    );
    expect((await events.next()).value).toEqual(output('web', Buffer.from('Password: ')));
  });

  it('hides what an error quotes, and leaves every other event as it is', async () => {
    const start: ExecEvent = { type: 'start', host: 'web', attempt: 1 };
    const done: ExecEvent = { type: 'done', succeeded: [], failed: ['web'], skipped: [] };
    const failed = { ...end('web'), exit_code: null };
    const said = (message: string): ExecEvent => ({
      ...failed,
      error: { code: 'ssh.refused', kind: 'user', message },
    });
    expect(await shown([start, said(`no ${SECRET}`), done])).toEqual([start, said('no ***'), done]);
  });

  it('ends the command when nobody reads on', async () => {
    // Bug caught: a command that goes on for a page that is gone.
    let ended = false;
    const events = shownOutput(
      (async function* () {
        try {
          for (;;) yield output('web', Buffer.from('x\n'));
        } finally {
          ended = true;
        }
      })(),
      createRedactor(),
    );
    await events.next();
    await events.return();
    expect(ended).toBe(true);
  });
});

import { once } from 'node:events';
import type { z } from 'zod';
import type { Forward, forwardInput } from '#contract/hostForwards.ts';
import { onInterrupt } from '../interrupts.ts';
import { note, print, printJson, usageError, type GlobalOptions } from '../io.ts';
import { answering } from '../prompts.ts';
import { withSession } from '../session.ts';

export interface ForwardOptions extends GlobalOptions {
  local?: string[];
  remote?: string[];
  dynamic?: string[];
}

/** `nexus ssh forward`: opens the forwards and keeps them until Ctrl-C. */
export async function forwardPorts(host: string, options: ForwardOptions): Promise<void> {
  const wanted = [
    ...(options.local ?? []).map((spec) => parseForward('local', host, spec)),
    ...(options.remote ?? []).map((spec) => parseForward('remote', host, spec)),
    ...(options.dynamic ?? []).map((spec) => parseForward('dynamic', host, spec)),
  ];
  if (wanted.length === 0)
    throw usageError(
      'What to forward is missing.',
      'For example: nexus ssh forward web -L 8080:localhost:80',
    );
  // From the beginning on: a forward that a running Nexus is opening for us would stay.
  const stop = new AbortController();
  const stopListening = onInterrupt(() => stop.abort());
  const stopped = once(stop.signal, 'abort');
  await withSession(options, ({ client }) =>
    answering(client, async () => {
      const opened: string[] = [];
      try {
        for (const input of wanted) {
          if (stop.signal.aborted) break;
          const { forward } = await client.hosts.openForward(input);
          opened.push(forward.id);
          if (options.json) printJson({ forward });
          else {
            const to = forward.target_address
              ? `${forward.target_address}:${forward.target_port}`
              : 'wherever the client asks (SOCKS5)';
            print(`${forward.listen_address}:${forward.listen_port} → ${to} through ${host}`);
          }
        }
        if (!options.json) note('Press Ctrl-C to end.');
        await stopped;
      } finally {
        for (const id of opened) await client.hosts.closeForward({ id }).catch(() => undefined);
      }
    }),
  ).finally(stopListening);
}

/** Reads a forward as OpenSSH writes it: `[address:]port:target:port`, or `[address:]port` for a dynamic one. */
export function parseForward(
  kind: Forward['kind'],
  host: string,
  spec: string,
): z.input<typeof forwardInput> {
  const written = [...spec.matchAll(/\[([^\]]*)\]|([^:[\]]+)/g)];
  const parts = written.map((one) => one[1] ?? one[2]!);
  const [least, most] = kind === 'dynamic' ? [1, 2] : [3, 4];
  const bad = () =>
    usageError(
      `“${spec}” is no ${kind} forward.`,
      kind === 'dynamic'
        ? 'Write [ADDRESS:]PORT, e.g. 1080.'
        : 'Write [ADDRESS:]PORT:TARGET:PORT, e.g. 8080:localhost:80.',
    );
  const whole = written.map(([part]) => part).join(':') === spec;
  if (!whole || parts.length < least || parts.length > most) throw bad();
  const port = (text: string | undefined) => {
    const value = Number(text);
    if (!/^\d+$/.test(text ?? '') || value > 65_535) throw bad();
    return value;
  };
  const address = parts.length === most ? parts.shift() : undefined;
  const [listen, target, targetPort] = parts;
  return {
    host,
    kind,
    ...(address ? { listen_address: address } : {}),
    listen_port: port(listen),
    ...(kind === 'dynamic' ? {} : { target_address: target!, target_port: port(targetPort) }),
  };
}

import { z } from 'zod';
import { operation } from './define.ts';
import { stream } from './stream.ts';

/** A port that is handed on through a host. */
export const forward = z.object({
  id: z.string(),
  host: z.string(),
  /** `local`: this machine listens; `remote`: the host listens; `dynamic`: a SOCKS5 proxy here. */
  kind: z.enum(['local', 'remote', 'dynamic']),
  listen_address: z.string(),
  listen_port: z.number().int(),
  target_address: z.string().optional(),
  target_port: z.number().int().optional(),
  state: z.enum(['starting', 'active', 'reconnecting', 'stopped']),
  /** Connections open now. */
  connections: z.number().int(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});
export type Forward = z.infer<typeof forward>;

export const forwardInput = z.object({
  host: z.string(),
  kind: forward.shape.kind,
  listen_address: z.string().min(1).max(255).default('127.0.0.1'),
  /** 0 picks a free one. */
  listen_port: z.number().int().min(0).max(65_535).default(0),
  target_address: z.string().min(1).max(255).optional(),
  target_port: z.number().int().min(1).max(65_535).optional(),
});
export type ForwardInput = z.infer<typeof forwardInput>;

/** Ports that are handed on through hosts: part of `hosts` in the table. */
export const hostForwards = {
  forwards: operation('GET /host-forwards', {
    title: 'List forwards',
    role: 'operator',
    audit: 'none',
  })
    .input(z.object({}))
    .output(z.object({ forwards: z.array(forward) })),
  /** All of them now, then again whenever one changed. */
  watchForwards: operation('GET /host-forward-changes', {
    title: 'Watch forwards',
    role: 'operator',
    audit: 'none',
    stream: true,
  })
    .input(z.object({}))
    .output(stream(z.object({ forwards: z.array(forward) }))),
  openForward: operation('POST /host-forwards', {
    title: 'Open forward',
    role: 'operator',
    audit: 'input',
  })
    .input(forwardInput)
    .output(z.object({ forward })),
  closeForward: operation('DELETE /host-forwards/{id}', {
    title: 'Close forward',
    role: 'operator',
    audit: 'input',
  })
    .input(z.object({ id: z.string() }))
    .output(z.object({ closed: z.boolean() })),
};

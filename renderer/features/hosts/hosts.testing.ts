import type { ConnectionHealth, Host } from '#contract/hosts.ts';
import type { StreamFrame } from '#contract/stream.ts';
import { openWindow } from '#renderer/testing/windowHarness.tsx';

export type Asked<T> = { input: T; signal?: AbortSignal };
export type Handlers = NonNullable<Parameters<typeof openWindow>[1]>;
export type Role = Parameters<typeof openWindow>[2];

/** A platform with these hosts. Of expressions it knows one form: `group:NAME`, `name:A, name:B`, `all`. */
export function hostHandlers(hosts: Host[], connections: ConnectionHealth[] = []): Handlers {
  const meant = (host: Host, expression: string) =>
    expression.split(',').some((part) => {
      const [field, value] = part.trim().split(':');
      if (field === 'all') return true;
      return field === 'group' ? host.groups.includes(value ?? '') : host.name === value;
    });
  return {
    'hosts.list': ({ input }: Asked<{ expression?: string }>) => {
      const { expression } = input;
      return {
        hosts: expression === undefined ? hosts : hosts.filter((host) => meant(host, expression)),
      };
    },
    'hosts.health': () => ({ connections }),
  } as Handlers;
}

/** Opens the window at an address, over a platform with these hosts. */
export function openHosts(
  path: string,
  hosts: Host[],
  options: { connections?: ConnectionHealth[]; handlers?: Handlers; role?: Role } = {},
) {
  const handlers = { ...hostHandlers(hosts, options.connections), ...options.handlers };
  return openWindow(path, handlers, options.role);
}

/** A streaming operation that gives these batches, then ends, or stays open until it is aborted. */
export function streamOf<T>(batches: T[][], options: { open?: boolean } = {}) {
  return async function* ({ signal }: { signal?: AbortSignal }): AsyncGenerator<StreamFrame<T>> {
    for (const items of batches) yield { stream: '', bytes: 0, items };
    if (!options.open || signal?.aborted) return;
    await new Promise<void>((resolve) => {
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
  } as never;
}

import { ORPCError } from '@orpc/client';
import { QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory, RouterProvider } from '@tanstack/react-router';
import { act, cleanup, render, screen } from '@testing-library/react';
import i18next from 'i18next';
import { toast } from 'sonner';
import type { Caller, PlatformStatus } from '#contract/platform.ts';
import type { StreamFrame } from '#contract/stream.ts';
import { makeRouter } from '#renderer/app/router.ts';
import { connect } from '#renderer/client/api.ts';
import { makeQueryClient } from '#renderer/client/queryClient.ts';
import { useFrame } from '#renderer/stores/frame.ts';
import { TooltipProvider } from '#renderer/ui/Tooltip.tsx';
import { pairedPlatform } from './pairedPlatform.ts';
import { giveLayout, setupTexts } from './setupDom.ts';

type Handlers = Parameters<typeof pairedPlatform>[0];

/** A handler that refuses as the platform does: with a code, a reason and what to do. */
export function refusing(code: string, message: string, hint?: string): () => never {
  return () => {
    throw new ORPCError('BAD_REQUEST', { data: { code, message, hint, kind: 'user' } });
  };
}

/** A platform that is well. */
export const quietStatus: PlatformStatus = {
  pid: 4711,
  version: '1.2.3',
  home: '/srv/nexus',
  address: null,
  started_at: '2026-03-01T10:00:00.000Z',
  uptime_seconds: 60,
  schedules: 0,
  active_runs: 0,
  engine: 'ready',
  problems: [],
};

/** A stream that a test writes to; whoever subscribes gets what comes from then on. */
export class Feed<T> {
  readonly #readers = new Set<(items: T[]) => void>();

  /** The handler of the streaming operation. */
  readonly handler = (options: { signal?: AbortSignal }): AsyncGenerator<StreamFrame<T>> =>
    this.#read(options.signal);

  get readers(): number {
    return this.#readers.size;
  }

  push(...items: T[]): void {
    for (const reader of this.#readers) reader(items);
  }

  async *#read(signal: AbortSignal | undefined): AsyncGenerator<StreamFrame<T>> {
    const waiting: T[][] = [];
    let wake = () => {};
    const reader = (items: T[]) => {
      waiting.push(items);
      wake();
    };
    this.#readers.add(reader);
    signal?.addEventListener('abort', () => wake());
    try {
      yield { stream: '', bytes: 0, items: [] };
      while (!signal?.aborted) {
        const items = waiting.shift();
        if (items) yield { stream: '', bytes: 0, items };
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      this.#readers.delete(reader);
    }
  }
}

/** What a platform with nothing in it answers. */
function quietPlatform(role: Caller['role']): Handlers {
  return {
    'platform.whoami': () => ({ name: 'ada', role, face: 'window' }),
    'platform.status': () => quietStatus,
    'platform.watch': new Feed().handler,
    'platform.logs': new Feed().handler,
    'runs.changes': new Feed().handler,
    'schedules.watch': new Feed().handler,
    'notifications.watch': new Feed().handler,
    'notifications.list': () => ({ notifications: [] }),
    'settings.get': () => ({
      retention_days: 30,
      retention_runs: 10_000,
      max_parallel_steps: 16,
      desktop_notifications: true,
      environment: '',
    }),
    'runs.list': () => ({ items: [] }),
    'runs.approvals': () => ({ approvals: [], interrupted: [] }),
    'runs.statistics': () => ({ buckets: [] }),
    'workflows.list': () => ({ workflows: [] }),
    'schedules.list': () => ({ schedules: [] }),
    'monitor.hosts': () => ({ hosts: [] }),
    'monitor.live': new Feed().handler,
    'alerts.states': () => ({ states: [] }),
    'alerts.watch': new Feed().handler,
    'hosts.list': () => ({ hosts: [] }),
    'hosts.health': () => ({ connections: [] }),
    'hosts.watch': new Feed().handler,
    'questions.list': () => ({ questions: [] }),
    'questions.watch': new Feed().handler,
  };
}

// A canvas that draws nothing: happy-dom has none, and charts are looked at in the real browser.
const blankCanvas = new Proxy(
  {},
  {
    get: (_, name) => (name === 'measureText' ? () => ({ width: 0 }) : () => undefined),
    set: () => true,
  },
);

/** Once per file: texts, and sizes for what is virtual. */
export async function setupWindow(): Promise<void> {
  await setupTexts();
  giveLayout();
  Element.prototype.scrollIntoView = () => undefined;
  HTMLCanvasElement.prototype.getContext = () => blankCanvas as never;
  // Called with `new`, it gives what it returns.
  Object.assign(globalThis, {
    Path2D: function path() {
      return blankCanvas;
    },
  });
}

/**
 * Opens the whole window (frame, routes, live cache) at an address, with the real client and a
 * platform that answers with `handlers`, and quietly where a test has nothing to say.
 */
export async function openWindow(
  path: string,
  handlers: Handlers = {},
  role: Caller['role'] = 'admin',
): Promise<{ address: () => string; go: (path: string) => Promise<void> }> {
  connect(pairedPlatform({ ...quietPlatform(role), ...handlers }));
  const router = makeRouter(createMemoryHistory({ initialEntries: [path] }));
  const queries = makeQueryClient();
  await router.load();
  await act(async () => {
    render(
      <QueryClientProvider client={queries}>
        <TooltipProvider delayDuration={0}>
          <RouterProvider router={router} />
        </TooltipProvider>
      </QueryClientProvider>,
    );
  });
  await screen.findByRole('navigation', { name: i18next.t('frame:navigation'), hidden: true });
  return {
    address: () => router.state.location.href,
    /** Another address, as from the palette or a link. */
    go: (href) => router.navigate({ href }),
  };
}

/** Closes the window of the test before. */
export function closeWindow(): void {
  toast.dismiss();
  cleanup();
  useFrame.setState(useFrame.getInitialState(), true);
}

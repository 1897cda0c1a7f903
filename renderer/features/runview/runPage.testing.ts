import { act, screen, waitFor } from '@testing-library/react';
import { expect } from 'vitest';
import type { LogLine, RunDetail, RunEvent } from '#contract/runs.ts';
import { manyFields, sampleRun, sampleStep } from '#renderer/testing/editorHarness.tsx';
import { Feed, openWindow } from '#renderer/testing/windowHarness.tsx';

type Handlers = NonNullable<Parameters<typeof openWindow>[1]>;

/** What a handler was asked for. */
export type Asked = { input: Record<string, unknown> };

/** A run whose second step has failed. */
export const failed = sampleRun(
  [
    sampleStep('pack', 0, 4),
    sampleStep('send', 4, 6, {
      status: 'failed',
      error: {
        code: 'shell.exit',
        message: 'The script ended with code 2: scp: lost connection',
        hint: 'Read the log, or set `success_codes`.',
        kind: 'operational',
        details: { tail: 'ssh: connect to host eu\nscp: lost connection' },
      },
    }),
  ],
  {
    status: 'failed',
    at_step: 'send',
    error: {
      code: 'shell.exit',
      message: 'The script ended with code 2',
      hint: 'Read the log.',
      kind: 'operational',
    },
    inputs: { host: 'eu-1' },
    trigger: { kind: 'webhook', payload: { ref: 'main' } },
    outputs: { size: 12 },
  },
);

/** Opens a run's page on a stream that has brought the run; further events are pushed by the test. */
export async function open(run: RunDetail, handlers: Handlers = {}, address = '/runs/run_1') {
  const events = new Feed<RunEvent>();
  const opened = await openWindow(address, {
    'workflows.kinds': () => ({ kinds: [manyFields] }),
    'workflows.preview': () => ({ names: [] }),
    'runs.watch': events.handler,
    'runs.log': new Feed<LogLine>().handler,
    ...handlers,
  });
  await waitFor(() => expect(events.readers).toBe(1));
  act(() => events.push({ type: 'run', run }));
  await screen.findByTestId('run-page');
  return { ...opened, events };
}

export const header = () => screen.getByTestId('run-header');

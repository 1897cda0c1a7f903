import { EditorView } from '@codemirror/view';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import {
  createMemoryHistory,
  createRootRoute,
  createRouter,
  RouterProvider,
} from '@tanstack/react-router';
import { act, render, screen } from '@testing-library/react';
import { ReactFlowProvider } from '@xyflow/react';
import { Tooltip } from 'radix-ui';
import type { ReactNode } from 'react';
import type { RunDetail, RunStep } from '#contract/runs.ts';
import type { KindInfo } from '#contract/workflows.ts';
import { connect } from '#renderer/client/api.ts';
import {
  DocumentContext,
  KindsContext,
  RunContext,
} from '#renderer/features/editor/store/context.ts';
import { EditorDocument } from '#renderer/features/editor/store/EditorDocument.ts';
import { type RunStore, runStore } from '#renderer/features/editor/store/runStore.ts';
import { pairedPlatform } from './pairedPlatform.ts';

type Handlers = Parameters<typeof pairedPlatform>[0];

/** A kind with a field of every type that a form can show. */
export const manyFields: KindInfo = {
  kind: 'many',
  title: 'Many fields',
  description: 'Has one of each',
  icon: 'box',
  group: 'Data',
  effects: 'idempotent',
  outputs: {},
  example: '',
  with: {
    type: 'object',
    required: ['word'],
    properties: {
      word: { type: 'string', description: 'A word' },
      count: { type: 'integer', default: 3 },
      share: { type: 'number' },
      loud: { type: 'boolean' },
      size: { enum: ['small', 'large'], default: 'small' },
      tags: { type: 'array', items: { type: 'string' } },
      levels: { type: 'array', items: { enum: ['low', 'high'] } },
      labels: { type: 'object', additionalProperties: { type: 'string' } },
      auth: {
        anyOf: [
          {
            title: 'Token',
            type: 'object',
            properties: { token: { type: 'string' } },
            required: ['token'],
          },
          { title: 'Nobody', const: 'none' },
        ],
      },
      nested: { type: 'object', properties: { deep: { type: 'string' } } },
      body: {},
      script: { type: 'string', 'x-nexus-editor': 'shell' },
    },
  },
};

/** Two kinds more, to switch to and to search for. */
export const otherKinds: KindInfo[] = [
  { ...manyFields, kind: 'shell', title: 'Shell', description: 'Runs a script', group: 'Run' },
  {
    ...manyFields,
    kind: 'http',
    title: 'HTTP request',
    description: 'Asks a server',
    group: 'Network',
  },
];

export interface InEditor {
  text: string;
  handlers?: Handlers;
  run?: RunDetail;
  readOnly?: boolean;
  select?: string[];
}

/** Draws a part of the editor around a document, with the real client and a platform of `handlers`. */
export async function renderInEditor(
  part: ReactNode,
  options: InEditor,
): Promise<{ document: EditorDocument; store: RunStore; go: (to: string) => Promise<void> }> {
  connect(
    pairedPlatform({
      'platform.whoami': () => ({ name: 'owner', role: 'operator', face: 'window' }),
      'workflows.preview': () => ({ names: [] }),
      'workflows.validate': () => ({ valid: true, problems: [] }),
      'runs.list': () => ({ items: [] }),
      ...options.handlers,
    }),
  );
  const document = new EditorDocument('w', options.text, {
    hash: 'h0',
    readOnly: options.readOnly ?? false,
  });
  if (options.select) document.select(options.select);
  const store = runStore(options.run);
  const kinds = new Map([manyFields, ...otherKinds].map((kind) => [kind.kind, kind]));
  const root = createRootRoute({
    component: () => (
      <DocumentContext value={document}>
        <KindsContext value={kinds}>
          <RunContext value={store}>
            <Tooltip.Provider>
              <ReactFlowProvider>{part}</ReactFlowProvider>
            </Tooltip.Provider>
          </RunContext>
        </KindsContext>
      </DocumentContext>
    ),
    notFoundComponent: () => null,
  });
  const history = createMemoryHistory({ initialEntries: ['/'] });
  const router = createRouter({ routeTree: root, history });
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  await router.load();
  await act(async () => {
    render(
      <QueryClientProvider client={queries}>
        <RouterProvider router={router as never} />
      </QueryClientProvider>,
    );
  });
  const go = (to: string) => act(async () => void history.push(to));
  return { document, store, go };
}

/** Types into the code field of that name, in place of what it holds. */
export function typeCode(label: string | RegExp, text: string): void {
  const view = codeView(label);
  act(() =>
    view.dispatch({
      changes: { from: 0, to: view.state.doc.length, insert: text },
      userEvent: 'input.type',
    }),
  );
}

/** What the code field of that name holds. */
export function codeText(label: string | RegExp): string {
  return codeView(label).state.doc.toString();
}

function codeView(label: string | RegExp): EditorView {
  const field = screen
    .getAllByLabelText(label)
    .find((each) => each.classList.contains('cm-content'));
  const view = field && EditorView.findFromDOM(field);
  if (!view) throw new Error(`no code field is called ${String(label)}`);
  return view;
}

const T0 = Date.parse('2026-03-01T10:00:00.000Z');

/** An instant some seconds after a fixed one. */
export const second = (at: number): string => new Date(T0 + at * 1000).toISOString();

/** A step of a run that began and ended at those seconds. */
export function sampleStep(
  id: string,
  from?: number,
  to?: number,
  more: Partial<RunStep> = {},
): RunStep {
  return {
    id,
    uses: 'many',
    status: to !== undefined ? 'succeeded' : from !== undefined ? 'running' : 'pending',
    attempts: from === undefined ? 0 : 1,
    ...(from === undefined ? {} : { started_at: second(from) }),
    ...(to === undefined ? {} : { ended_at: second(to), outputs: { id } }),
    ...more,
  };
}

/** A run of ten seconds with those steps. */
export function sampleRun(steps: RunStep[], more: Partial<RunDetail> = {}): RunDetail {
  return {
    id: 'run_1',
    workflow: 'w',
    status: 'succeeded',
    trigger: { kind: 'manual' },
    created_at: second(0),
    started_at: second(0),
    ended_at: second(10),
    steps_total: steps.length,
    steps_done: steps.length,
    definition_hash: 'h',
    source: `name: w\nsteps:\n${steps.map((step) => `  - id: ${step.id}\n    uses: many\n`).join('')}`,
    steps,
    ...more,
  };
}

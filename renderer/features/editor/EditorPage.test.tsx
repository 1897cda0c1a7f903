import { act, createEvent, fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Problem } from '#contract/errors.ts';
import { codeText, manyFields, otherKinds, typeCode } from '#renderer/testing/editorHarness.tsx';
import { giveLayoutWorker } from '#renderer/testing/layoutWorker.ts';
import { sampleSummary, sampleWorkflow } from '#renderer/testing/samples.ts';
import { closeWindow, openWindow, setupWindow } from '#renderer/testing/windowHarness.tsx';
import { useCanvas } from './canvas/canvasStore.ts';
import { DRAG_KIND } from './canvas/insertKind.ts';
import { setView, useView } from './page/viewStore.ts';

// One opening of the whole window with React Flow and the layout takes a second on a busy machine.
vi.setConfig({ testTimeout: 20_000 });

beforeAll(async () => {
  await giveLayoutWorker();
  await setupWindow();
});
afterEach(() => {
  closeWindow();
  useCanvas.setState(useCanvas.getInitialState(), true);
  localStorage.clear();
  useView.setState({ yaml: false, inspector: true, palette: true, problems: false, graph: false });
});

const source = `name: w # mine
steps:
  - id: one # the first
    uses: many
    with: {word: hello}
  - id: two
    uses: shell
    with: {word: bye} # last word
`;

interface Told {
  source?: string;
  problems?: Problem[];
}

/** Opens the editor on a file; what is saved and started is kept. */
async function open(told: Told = {}) {
  const saved: string[] = [];
  const started: { source?: string; from_step?: string; pinned?: object }[] = [];
  const text = told.source ?? source;
  const detail = (now: string, hash: string) => ({
    workflow: { ...sampleWorkflow('w'), source: now, hash, problems: told.problems ?? [] },
  });
  await openWindow('/workflows/w', {
    'workflows.get': () => detail(saved.at(-1) ?? text, `h${saved.length}`),
    'workflows.kinds': () => ({ kinds: [manyFields, ...otherKinds] }),
    'workflows.preview': () => ({ names: [] }),
    'workflows.validate': () => ({ valid: true, problems: told.problems ?? [] }),
    'workflows.save': ({ input }: { input: { source: string } }) => {
      saved.push(input.source);
      return detail(input.source, `h${saved.length}`);
    },
    'runs.start': ({ input }: { input: object }) => {
      started.push(input);
      return { run: sampleSummary('run_9', { status: 'queued', workflow: 'w' }) };
    },
  });
  await screen.findByTestId('editor');
  return { saved, started };
}

const key = (pressed: string, more: object = {}) =>
  act(async () => void fireEvent.keyDown(document.body, { key: pressed, ...more }));
const mod = (pressed: string, more: object = {}) => key(pressed, { ctrlKey: true, ...more });

/** What the file would be if it were saved now. */
async function fileNow(saved: string[]): Promise<string> {
  await mod('s');
  await waitFor(() => expect(screen.queryByTestId('unsaved')).toBeNull());
  return saved.at(-1) ?? source;
}

const node = (id: string) => screen.findByTestId(`node-${id}`);
const select = async (id: string) => {
  await mod('f');
  await userEvent.type(await screen.findByTestId('canvas-search'), id);
  await userEvent.keyboard('{Escape}');
};

describe('the editor in a narrow window', () => {
  const before = window.innerWidth;
  beforeEach(() => Object.assign(window, { innerWidth: 480 }));
  afterEach(() => Object.assign(window, { innerWidth: before }));

  it('is a readable list; the graph comes on demand and goes again', async () => {
    // Bug caught: a phone gets a canvas of 244-pixel boxes that nobody can read or hit.
    await open();
    const list = await screen.findByRole('list', { name: 'Steps' });
    expect(within(list).getAllByRole('listitem')).toHaveLength(2);
    expect(screen.queryByTestId('canvas')).toBeNull();
    const show = screen.getByRole('button', { name: 'Show as graph' });
    expect(show.getAttribute('aria-pressed')).toBe('false');
    await userEvent.click(show);
    expect(await screen.findByTestId('canvas')).toBeTruthy();
    expect(screen.queryByRole('list', { name: 'Steps' })).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'Show as list' }));
    expect(screen.queryByTestId('canvas')).toBeNull();
  });

  it('a tap on a step opens its form in a sheet, and closing it selects nothing', async () => {
    const { saved } = await open();
    await userEvent.click(await screen.findByTestId('list-one'));
    const sheet = within(await screen.findByRole('dialog', { name: 'Details' }));
    await userEvent.type(sheet.getByTestId('step-name'), 'First');
    await userEvent.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(screen.getByTestId('list-one').getAttribute('aria-pressed')).toBe('false');
    expect(await fileNow(saved)).toContain('- id: one # the first\n    name: First\n');
  });

  it('shows the file in place of the list, and no sheet over it', async () => {
    await open();
    await userEvent.click(await screen.findByTestId('list-one'));
    await userEvent.keyboard('{Escape}');
    await userEvent.click(screen.getByTestId('toggle-yaml'));
    expect(await screen.findByTestId('yaml-pane')).toBeTruthy();
    expect(screen.queryByTestId('list-one')).toBeNull();
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('the next opening starts with the list again', () => {
    setView({ graph: true, yaml: true });
    expect(JSON.parse(localStorage.getItem('nexus.editor.view') ?? '{}')).toMatchObject({
      graph: false,
      yaml: true,
    });
  });
});

describe('keys', () => {
  it('select all, duplicate, delete, undo and redo work without a pointer', async () => {
    const { saved } = await open();
    await node('one');
    await key('A', { shiftKey: true });
    await key('d');
    await waitFor(() => expect(screen.getAllByTestId(/^node-(?!start)/)).toHaveLength(4));
    await key('Delete');
    await waitFor(() => expect(screen.getAllByTestId(/^node-(?!start)/)).toHaveLength(2));
    await mod('z');
    await waitFor(() => expect(screen.getAllByTestId(/^node-(?!start)/)).toHaveLength(4));
    await mod('z');
    await waitFor(() => expect(screen.getAllByTestId(/^node-(?!start)/)).toHaveLength(2));
    expect(screen.queryByTestId('unsaved')).toBeNull();
    await mod('y');
    await mod('z', { shiftKey: true });
    await waitFor(() => expect(screen.getAllByTestId(/^node-(?!start)/)).toHaveLength(2));
    expect(await fileNow(saved)).toContain('name: w # mine\n');
  });

  it('never act while somebody types: a "d" in a name duplicates nothing', async () => {
    await open();
    await select('one');
    const name = await screen.findByTestId('step-name');
    await userEvent.type(name, 'add a yard');
    expect(name).toHaveProperty('value', 'add a yard');
    expect(screen.getAllByTestId(/^node-(?!start)/)).toHaveLength(2);
    expect(screen.queryByTestId('quick-add')).toBeNull();
    expect(screen.queryByTestId('yaml-pane')).toBeNull();
  });

  it('y and i show and hide the file and the form, and the choice is kept', async () => {
    await open();
    await key('y');
    expect(await screen.findByTestId('yaml-pane')).toBeTruthy();
    await key('y');
    expect(screen.queryByTestId('yaml-pane')).toBeNull();
    await key('i');
    expect(JSON.parse(localStorage.getItem('nexus.editor.view') ?? '{}')).toMatchObject({
      yaml: false,
      inspector: false,
    });
  });

  it('a adds behind what is selected, found by what the kind does', async () => {
    const { saved } = await open();
    await select('one');
    await key('a');
    await userEvent.type(await screen.findByTestId('quick-add'), 'asks a server');
    await userEvent.keyboard('{Enter}');
    await waitFor(() => expect(screen.queryByTestId('quick-add')).toBeNull());
    const text = await fileNow(saved);
    expect(text.indexOf('uses: http')).toBeGreaterThan(text.indexOf('id: one'));
    expect(text.indexOf('uses: http')).toBeLessThan(text.indexOf('id: two'));
    expect(text).toContain('# last word');
  });

  it('saving twice in a row is one save, and running takes what is on the screen', async () => {
    const { saved, started } = await open();
    await mod('s');
    expect(saved).toEqual([]);
    await key('A', { shiftKey: true });
    await key('d');
    await mod('Enter');
    await waitFor(() => expect(started).toHaveLength(1));
    expect(started[0]?.source).toContain('uses: many');
    expect(started[0]?.source).not.toBe(source);
    expect(saved).toEqual([]);
  });

  it('are refused below a dialog', async () => {
    await open();
    await node('one');
    await key('A', { shiftKey: true });
    await key('a');
    await screen.findByTestId('quick-add');
    await key('Delete');
    await mod('z');
    expect(screen.getAllByTestId(/^node-(?!start)/)).toHaveLength(2);
  });
});

describe('the palette of kinds', () => {
  it('is searched by all words, in any order, and says when nothing fits', async () => {
    await open();
    const search = await screen.findByTestId('palette-search');
    await userEvent.type(search, 'server asks');
    expect(screen.getAllByTestId(/^palette-(?!search)/).map((each) => each.dataset.testid)).toEqual(
      ['palette-http'],
    );
    await userEvent.type(search, ' never');
    expect(screen.getByText('No kind of step matches.')).toBeTruthy();
  });

  it('arrows go from the search to a kind, and Enter adds it', async () => {
    const { saved } = await open();
    const search = await screen.findByTestId('palette-search');
    await userEvent.type(search, 'shell');
    await userEvent.keyboard('{ArrowDown}');
    expect(document.activeElement).toBe(screen.getByTestId('palette-shell'));
    await userEvent.keyboard('{Enter}');
    expect(await fileNow(saved)).toMatch(/id: shell\b/);
  });

  it('a kind dragged onto the canvas becomes a step where it was dropped', async () => {
    const { saved } = await open();
    const data = new Map<string, string>();
    const dataTransfer = {
      get types() {
        return [...data.keys()];
      },
      setData: (type: string, value: string) => void data.set(type, value),
      getData: (type: string) => data.get(type) ?? '',
      effectAllowed: 'none',
      dropEffect: 'none',
    };
    fireEvent.dragStart(await screen.findByTestId('palette-http'), { dataTransfer });
    expect(data.get(DRAG_KIND)).toBe('http');
    const canvas = screen.getByTestId('canvas');
    expect(fireEvent.dragOver(canvas, { dataTransfer })).toBe(false);
    const drop = createEvent.drop(canvas, { dataTransfer });
    // happy-dom's drag events carry no place.
    Object.defineProperties(drop, { clientX: { value: 300 }, clientY: { value: 200 } });
    fireEvent(canvas, drop);
    await node('http');
    const text = await fileNow(saved);
    expect(text).toContain('uses: http');
    expect(text).toMatch(/positions:\n\s+http: \[/);
  });

  it('a file dragged from elsewhere is none of its business', async () => {
    await open();
    const dataTransfer = { types: ['Files'], getData: () => '' };
    expect(fireEvent.dragOver(await screen.findByTestId('canvas'), { dataTransfer })).toBe(true);
    fireEvent.drop(screen.getByTestId('canvas'), { dataTransfer });
    expect(screen.queryByTestId('unsaved')).toBeNull();
  });
});

describe('search on the canvas', () => {
  it('finds what a step does, goes round with Enter and back with Shift', async () => {
    await open();
    await mod('f');
    const field = await screen.findByTestId('canvas-search');
    await userEvent.type(field, 'word');
    expect(screen.getByText('1 of 2')).toBeTruthy();
    await userEvent.keyboard('{Enter}');
    expect(screen.getByText('2 of 2')).toBeTruthy();
    expect((await screen.findByTestId('step-id')) as HTMLInputElement).toHaveProperty(
      'value',
      'two',
    );
    await userEvent.keyboard('{Enter}');
    expect(screen.getByText('1 of 2')).toBeTruthy();
    await userEvent.keyboard('{Shift>}{Enter}{/Shift}');
    expect(screen.getByText('2 of 2')).toBeTruthy();
    await userEvent.clear(field);
    await userEvent.type(field, 'nothing like this');
    expect(screen.getByText('0 of 0')).toBeTruthy();
    await userEvent.keyboard('{Escape}');
    expect(screen.queryByTestId('canvas-search')).toBeNull();
  });
});

describe('the clipboard', () => {
  const clipboard = () => {
    const data = new Map<string, string>();
    return {
      data,
      send: (type: 'copy' | 'cut' | 'paste') =>
        act(async () => {
          const event = new Event(type, { bubbles: true, cancelable: true });
          Object.assign(event, {
            clipboardData: {
              setData: (kind: string, value: string) => void data.set(kind, value),
              getData: (kind: string) => data.get(kind) ?? '',
            },
          });
          document.body.dispatchEvent(event);
        }),
    };
  };

  it('takes steps from one workflow to another, comments and all, under a free id', async () => {
    const { data, send } = clipboard();
    await open();
    await select('two');
    await send('copy');
    expect(data.get('text/plain')).toContain('nexus-clipboard');
    closeWindow();
    const { saved } = await open({
      source: 'name: other\nsteps:\n  - id: two # theirs\n    uses: many\n',
    });
    await node('two');
    await send('paste');
    await waitFor(() => expect(screen.getAllByTestId(/^node-(?!start)/)).toHaveLength(2));
    const text = await fileNow(saved);
    expect(text).toContain('- id: two # theirs\n');
    expect(text).toContain('{word: bye} # last word');
    expect(text.match(/id: two/g)).toHaveLength(2);
  });

  it('cut takes the step out, and undo brings it back', async () => {
    const { send } = clipboard();
    await open();
    await select('two');
    await send('cut');
    await waitFor(() => expect(screen.queryByTestId('node-two')).toBeNull());
    await mod('z');
    await node('two');
    expect(screen.queryByTestId('unsaved')).toBeNull();
  });

  it('what is no step of ours is not pasted onto the canvas', async () => {
    const { data, send } = clipboard();
    await open();
    data.set('text/plain', 'rm -rf /');
    await send('paste');
    expect(screen.queryByTestId('unsaved')).toBeNull();
  });
});

describe('problems', () => {
  const problems: Problem[] = [
    {
      code: 'step.unknown_kind',
      message: 'There is no kind "many".',
      hint: 'Did you mean shell?',
      severity: 'error',
      line: 4,
      column: 11,
      path: ['steps', 0, 'uses'],
    },
    { code: 'x', message: 'Never used.', severity: 'warning', line: 1, column: 1 },
  ];

  it('sit on their node, in the header and in the form, and the list leads to the step', async () => {
    await open({ problems });
    const mark = await screen.findByTestId('problem-one');
    expect(mark.getAttribute('aria-label')).toBe('There is no kind "many".');
    expect(screen.queryByTestId('problem-two')).toBeNull();
    const verdict = screen.getByTestId('show-problems');
    expect(verdict.textContent).toBe('2 problems');
    await userEvent.click(verdict);
    await userEvent.click(await screen.findByRole('button', { name: /There is no kind/ }));
    expect(await screen.findByTestId('step-id')).toHaveProperty('value', 'one');
    expect(screen.getAllByText(/Did you mean shell/).length).toBeGreaterThan(0);
  });

  it('text that does not parse leaves the last graph, locks it, and says so', async () => {
    await open();
    await key('y');
    await screen.findByTestId('yaml-pane');
    typeCode('Workflow as YAML', 'steps: [');
    expect(await screen.findByTestId('stale')).toBeTruthy();
    expect(screen.getAllByTestId(/^node-(?!start)/)).toHaveLength(2);
    expect(screen.getByTestId('palette-shell')).toHaveProperty('disabled', true);
    await mod('z');
    await waitFor(() => expect(screen.queryByTestId('stale')).toBeNull());
    expect(codeText('Workflow as YAML')).toBe(source);
  });
});

describe('file and canvas', () => {
  it('what is typed in the file is on the canvas, and what is done there is in the file', async () => {
    await open();
    await key('y');
    await screen.findByTestId('yaml-pane');
    typeCode('Workflow as YAML', `${source}  - id: three # typed\n    uses: many\n`);
    await node('three');
    await select('three');
    await key('Delete');
    await waitFor(() => expect(screen.queryByTestId('node-three')).toBeNull());
    expect(codeText('Workflow as YAML')).not.toContain('id: three');
    expect(codeText('Workflow as YAML')).toContain('# last word');
  });
});

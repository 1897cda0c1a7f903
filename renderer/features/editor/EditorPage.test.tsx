import { createEvent, fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Problem } from '#contract/errors.ts';
import { codeText, typeCode } from '#renderer/testing/editorHarness.tsx';
import { DRAG_KIND } from './canvas/insertKind.ts';
import { setView } from './page/viewStore.ts';

import {
  fileNow,
  key,
  mod,
  node,
  open,
  select,
  setupEditorPage,
  source,
} from './editorPage.testing.tsx';

setupEditorPage();

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

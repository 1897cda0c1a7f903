import { currentCompletions, startCompletion } from '@codemirror/autocomplete';
import { EditorView } from '@codemirror/view';
import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import fc from 'fast-check';
import { useState } from 'react';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { setupTexts } from '#renderer/testing/setupDom.ts';
import { CodeField, type CodeFieldProps } from './CodeField.tsx';

// Hundreds of random files each; a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

beforeAll(setupTexts);
afterEach(cleanup);

type Given = Partial<CodeFieldProps>;

/** A field whose value is kept outside, as forms do, between two fields to go to. */
function Kept(props: Given & { heard: (value: string) => void }) {
  const [value, setValue] = useState(props.value ?? '');
  return (
    <>
      <button type="button" onClick={() => setValue('set from outside')}>
        set
      </button>
      <CodeField
        label="Field"
        {...props}
        value={value}
        onChange={(typed) => {
          props.heard(typed);
          setValue(typed);
        }}
      />
    </>
  );
}

function show(props: Given = {}) {
  const heard = vi.fn<(value: string) => void>();
  const shown = render(<Kept {...props} heard={heard} />);
  const content = shown.container.querySelector('.cm-content') as HTMLElement;
  const view = EditorView.findFromDOM(content) as EditorView;
  return { ...shown, heard, content, view };
}

const type = (view: EditorView, insert: string) =>
  act(() =>
    view.dispatch({
      changes: { from: view.state.selection.main.head, insert },
      selection: { anchor: view.state.selection.main.head + insert.length },
      userEvent: 'input.type',
    }),
  );
/** Presses a key; true when the field took it for itself. */
const press = (content: HTMLElement, key: string, keyCode: number, more: object = {}) =>
  !fireEvent.keyDown(content, { key, keyCode, ...more });
const TAB = 9;
const ESCAPE = 27;
const ENTER = 13;

function paste(content: HTMLElement, text: string) {
  const event = new Event('paste', { bubbles: true, cancelable: true });
  Object.assign(event, { clipboardData: { getData: () => text, types: ['text/plain'] } });
  act(() => void content.dispatchEvent(event));
}

describe('leaving a field by the keyboard', () => {
  it.each([
    ['text of one line', {}],
    ['text of many lines', { lines: 'many' }],
    ['an expression', { language: 'expression' }],
  ] as [string, Given][])('Tab leads on from %s', (_what, props) => {
    // Bug caught: who tabs into a description never comes out again, and fills it with spaces.
    const { content, view } = show({ ...props, value: 'main' });
    expect(press(content, 'Tab', TAB)).toBe(false);
    expect(press(content, 'Tab', TAB, { shiftKey: true })).toBe(false);
    expect(view.state.doc.toString()).toBe('main');
  });

  it.each(['shell', 'javascript'] as const)(
    'in %s Tab indents, and Escape first leaves',
    (language) => {
      const { content, view } = show({ language, lines: 'many', value: 'a' });
      expect(press(content, 'Tab', TAB)).toBe(true);
      expect(view.state.doc.toString()).toBe('  a');
      press(content, 'Escape', ESCAPE);
      expect(press(content, 'Tab', TAB)).toBe(false);
      expect(view.state.doc.toString()).toBe('  a');
    },
  );

  it('the way out of code is told to those who do not see the field, and nowhere else', () => {
    const { content } = show({ language: 'shell', lines: 'many', describedBy: 'help' });
    const [help, hint = ''] = (content.getAttribute('aria-describedby') ?? '').split(' ');
    expect(help).toBe('help');
    expect(document.getElementById(hint)?.textContent).toMatch(/Escape, then Tab/);
    cleanup();
    expect(show({ lines: 'many' }).content.hasAttribute('aria-describedby')).toBe(false);
    expect(screen.queryByText(/Escape, then Tab/)).toBeNull();
  });
});

describe('a field of one line', () => {
  it('stays one: Enter is not taken for a new line', () => {
    const { content, view, heard } = show({ value: 'one' });
    expect(press(content, 'Enter', ENTER)).toBe(true);
    act(() => view.dispatch({ changes: { from: 3, insert: '\n' }, userEvent: 'input' }));
    expect(view.state.doc.toString()).toBe('one');
    expect(heard).not.toHaveBeenCalled();
  });

  it('takes a line that was copied with its end', () => {
    // Bug caught: a path copied from a terminal ends in a line break, and nothing is pasted at all.
    const { content, view } = show();
    paste(content, '/srv/www\n');
    expect(view.state.doc.toString()).toBe('/srv/www');
  });

  it('joins several pasted lines, whatever ends them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z/.-]{1,8}$/), { minLength: 1, maxLength: 4 }),
        fc.constantFrom('\n', '\r\n', '  \n\n '),
        (lines, end) => {
          const { content, view } = show();
          paste(content, lines.join(end) + end);
          expect(view.state.doc.toString()).toBe(lines.join(' '));
          cleanup();
        },
      ),
      { numRuns: 25 },
    );
  });

  it('one of many lines takes them as they are', () => {
    const { content, view } = show({ lines: 'many' });
    paste(content, 'a\n  b\n');
    expect(view.state.doc.toString()).toBe('a\n  b\n');
  });
});

describe('the field and its value', () => {
  it('says every change once, and none that came from outside', async () => {
    // Bug caught: a value that is set from outside is sent back as if it had been typed.
    const { view, heard } = show({ value: 'a' });
    type(view, 'x');
    expect(heard.mock.calls).toEqual([['xa']]);
    fireEvent.click(screen.getByRole('button', { name: 'set' }));
    expect(view.state.doc.toString()).toBe('set from outside');
    expect(heard).toHaveBeenCalledOnce();
  });

  it('keeps the cursor where it was when the value around it changes', () => {
    const heard = vi.fn();
    const field = (value: string) => <CodeField label="F" value={value} onChange={heard} />;
    const { container, rerender } = render(field('one two'));
    const view = EditorView.findFromDOM(
      container.querySelector('.cm-content') as HTMLElement,
    ) as EditorView;
    act(() => view.dispatch({ selection: { anchor: 5 } }));
    rerender(field('one and two'));
    expect(view.state.selection.main.head).toBe(9);
    expect(heard).not.toHaveBeenCalled();
  });

  it('asks the latest handler, not that of the first drawing', () => {
    const first = vi.fn();
    const second = vi.fn();
    const field = (onChange: (value: string) => void) => (
      <CodeField label="F" value="" onChange={onChange} />
    );
    const { container, rerender } = render(field(first));
    rerender(field(second));
    const content = container.querySelector('.cm-content') as HTMLElement;
    type(EditorView.findFromDOM(content) as EditorView, 'x');
    expect(first).not.toHaveBeenCalled();
    expect(second).toHaveBeenCalledWith('x');
  });

  it('becomes read-only and invalid, and back, with its text as it was', () => {
    const field = (more: Given) => (
      <CodeField label="Field" value="kept" onChange={() => undefined} {...more} />
    );
    const { container, rerender } = render(field({}));
    const content = container.querySelector('.cm-content') as HTMLElement;
    const view = EditorView.findFromDOM(content) as EditorView;
    expect(view.state.readOnly).toBe(false);
    rerender(field({ readOnly: true, invalid: true, label: 'Other' }));
    expect(view.state.readOnly).toBe(true);
    expect(content.getAttribute('aria-invalid')).toBe('true');
    expect(content.getAttribute('aria-label')).toBe('Other');
    rerender(field({}));
    expect(view.state.readOnly).toBe(false);
    expect(content.hasAttribute('aria-invalid')).toBe(false);
    expect(view.state.doc.toString()).toBe('kept');
  });

  it('is labelled by the form around it, and says whether it has many lines', () => {
    const { content } = show({ id: 'field-1', lines: 'many' });
    expect(content.id).toBe('field-1');
    expect(content.getAttribute('aria-multiline')).toBe('true');
    cleanup();
    expect(show().content.getAttribute('aria-multiline')).toBe('false');
  });

  it('shows a placeholder only while it is empty', () => {
    const { view, container } = show({ placeholder: 'bash' });
    expect(container.textContent).toContain('bash');
    type(view, 'x');
    expect(container.textContent).not.toContain('bash');
  });
});

describe('expressions in a field', () => {
  const names = [{ label: 'inputs.host', type: 'variable' as const, value: 'db' }];

  it('are marked wherever they stand', () => {
    const { container, view } = show({ value: 'a ${{ inputs.host }} b' });
    const marks = () =>
      [...container.querySelectorAll('.cm-expression')].map((one) => one.textContent).join('');
    expect(marks()).toBe('${{ inputs.host }}');
    type(view, '${{ 1 }}');
    expect(marks()).toBe('${{ 1 }}${{ inputs.host }}');
  });

  it('offer names that came after the field was drawn', async () => {
    // Bug caught: names arrive from the platform later, and the field goes on with none.
    const field = (more: Given) => (
      <CodeField label="F" value="${{ inp }}" onChange={() => undefined} {...more} />
    );
    const { container, rerender } = render(field({}));
    rerender(field({ names }));
    const view = EditorView.findFromDOM(
      container.querySelector('.cm-content') as HTMLElement,
    ) as EditorView;
    act(() => {
      view.dispatch({ selection: { anchor: '${{ inp'.length } });
      startCompletion(view);
    });
    await waitFor(() =>
      expect(currentCompletions(view.state).map((one) => one.label)).toEqual(['inputs.host']),
    );
  });
});

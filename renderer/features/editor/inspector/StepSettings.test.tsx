import { act, cleanup, fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  codeText,
  type InEditor,
  renderInEditor,
  typeCode,
} from '#renderer/testing/editorHarness.tsx';
import { giveLayout, setupTexts } from '#renderer/testing/setupDom.ts';
import { commentsOf } from '../document/testText.ts';
import { Inspector } from './Inspector.tsx';

beforeAll(async () => {
  await setupTexts();
  giveLayout();
});
afterEach(cleanup);

const base = `# top
name: w
steps:
  - id: one # the first
    uses: many # kind
    # what it is given
    with:
      word: hello # greeting
  - id: two
    uses: many
    needs: [one] # after it
    if: steps.one.outputs.n > 1
    with:
      word: "\${{ steps.one.outputs.x }}"
  - id: three
    uses: many
    needs: []
    with: {word: x}
`;

/** Selects step `one` unless told otherwise; every change must keep every comment. */
async function open(options: Partial<InEditor> = {}) {
  const shown = await renderInEditor(<Inspector />, { text: base, select: ['one'], ...options });
  return shown.document;
}

function field(name: string): HTMLElement {
  return screen.getByTestId(`field-${name}`);
}

async function showAll() {
  await userEvent.click(screen.getByRole('button', { name: /more/i }));
}

async function section(name: string): Promise<HTMLElement> {
  const found = screen.getByTestId(`section-${name}`);
  const head = within(found).getAllByRole('button')[0] as HTMLElement;
  if (head.getAttribute('aria-expanded') !== 'true') await userEvent.click(head);
  return found;
}

function pick(name: string | RegExp, value: string, inside: HTMLElement = document.body): void {
  const select = within(inside)
    .getAllByLabelText(name)
    .find((each) => each.tagName === 'SELECT') as HTMLSelectElement;
  const option = [...select.options].find((each) => each.text === value || each.value === value);
  if (!option)
    throw new Error(`no ${value} among ${[...select.options].map((o) => o.text).join()}`);
  fireEvent.change(select, { target: { value: option.value } });
}

describe('the form of a step', () => {
  it('writes each type as that type: numbers as text, or a list where one word was meant', async () => {
    const doc = await open();
    await showAll();
    typeCode('Word', 'bye');
    typeCode('Count', '7');
    typeCode('Share', '1.05');
    await userEvent.click(within(field('loud')).getByRole('switch'));
    pick('Size', 'large');
    typeCode('Script', 'echo 1\necho 2\n');
    typeCode('Body', 'a: [1, two]');
    expect(doc.state.source.value).toMatchObject({
      steps: [
        {
          with: {
            word: 'bye',
            count: 7,
            share: 1.05,
            loud: true,
            size: 'large',
            script: 'echo 1\necho 2\n',
            body: { a: [1, 'two'] },
          },
        },
        {},
        {},
      ],
    });
    expect(commentsOf(doc.text)).toEqual(commentsOf(base));
  });

  it('a number may be typed digit by digit: 1.0 on its way to 1.05 is not cut to 1', async () => {
    const doc = await open();
    await showAll();
    for (const typed of ['1', '1.', '1.0']) typeCode('Share', typed);
    expect(codeText('Share')).toBe('1.0');
    typeCode('Share', '1.05');
    expect(doc.text).toContain('share: 1.05');
    act(() => doc.undo());
    expect(codeText('Share')).not.toBe('1.05');
  });

  it('a field keeps the cursor while it is filled: it does not move up with its first letter', async () => {
    await open();
    await showAll();
    const before = screen.getAllByLabelText('Share').at(-1);
    typeCode('Share', '2');
    expect(screen.getAllByLabelText('Share').at(-1)).toBe(before);
    expect(before?.isConnected).toBe(true);
  });

  it('what is set stays in view when the rest is folded away', async () => {
    await open();
    await showAll();
    typeCode('Share', '2');
    await userEvent.click(screen.getByRole('button', { name: /fewer|less/i }));
    expect(field('share')).toBeTruthy();
    expect(screen.queryByTestId('field-count')).toBeNull();
  });

  it('a list grows by what its items are: an enum does not begin with an empty text', async () => {
    const doc = await open();
    await showAll();
    await userEvent.click(within(field('tags')).getByRole('button', { name: 'Add item' }));
    typeCode('Tags 1', 'red');
    await userEvent.click(within(field('tags')).getByRole('button', { name: 'Add item' }));
    typeCode('Tags 2', 'blue');
    await userEvent.click(within(field('levels')).getByRole('button', { name: 'Add item' }));
    expect(doc.state.source.value).toMatchObject({
      steps: [{ with: { tags: ['red', 'blue'], levels: ['low'] } }, {}, {}],
    });
    await userEvent.click(within(field('tags')).getByRole('button', { name: /remove.*1/i }));
    expect(codeText('Tags 1')).toBe('blue');
  });

  it('a removed row of a map does not leave its name to the next one', async () => {
    const doc = await open({
      text: base.replace(
        'word: hello # greeting',
        'word: a\n      labels: {first: "1", second: "2"}',
      ),
    });
    const names = () =>
      within(field('labels'))
        .getAllByRole('textbox')
        .filter((each) => each.tagName === 'INPUT') as HTMLInputElement[];
    await userEvent.click(within(field('labels')).getByRole('button', { name: /remove first/i }));
    expect(names().map((each) => each.value)).toEqual(['second']);
    fireEvent.blur(names()[0] as HTMLElement);
    expect(doc.state.source.value).toMatchObject({
      steps: [{ with: { labels: { second: '2' } } }, {}, {}],
    });
    fireEvent.change(names()[0] as HTMLElement, { target: { value: 'constructor' } });
    fireEvent.blur(names()[0] as HTMLElement);
    expect(doc.text).toContain('constructor:');
  });

  it('a union shows the fields of what was chosen, and starts with what that needs', async () => {
    const doc = await open();
    await showAll();
    pick('Auth', 'Token');
    typeCode('Token', 'abc');
    expect(doc.text).toContain('token: "abc"');
    pick('Auth', 'Nobody');
    expect(doc.text).toContain('auth: none');
    pick('Auth', 'none');
    expect(doc.text).not.toContain('auth');
  });

  it('any field takes an expression in place of its control, and gives it back', async () => {
    const doc = await open();
    await showAll();
    const toggle = within(field('loud')).getByRole('button', { name: /expression/i });
    await userEvent.click(toggle);
    typeCode('Loud', '${{ inputs.loud }}');
    expect(doc.text).toContain('loud: ${{ inputs.loud }}');
    await userEvent.click(within(field('loud')).getByRole('button', { pressed: true }));
    expect(doc.text).not.toContain('loud');
    expect(within(field('loud')).getByRole('switch')).toBeTruthy();
  });

  it('broken YAML in a free field changes nothing until it is whole', async () => {
    const doc = await open();
    await showAll();
    typeCode('Body', '[1, 2]');
    typeCode('Body', '[1, 2');
    expect(doc.text).toContain('body: [1, 2]');
    expect(codeText('Body')).toBe('[1, 2');
  });

  it('a key that the kind does not know is shown, not dropped', async () => {
    const doc = await open({
      text: base.replace('word: hello', 'word: hello\n      toString: kept'),
    });
    expect(codeText('ToString')).toBe('kept');
    typeCode('Word', 'x');
    expect(doc.text).toContain('toString: kept');
  });
});

describe('the sections of a step', () => {
  it('retry: the first key brings the attempts along, and they can be emptied and typed anew', async () => {
    const doc = await open();
    const robust = await section('robust');
    await userEvent.click(within(robust).getByRole('button', { name: /more options/i }));
    typeCode('Backoff', '5s');
    expect(doc.state.source.value).toMatchObject({
      steps: [{ retry: { attempts: 3, backoff: '5s' } }, {}, {}],
    });
    typeCode('Attempts', '');
    expect(codeText('Attempts')).toBe('');
    typeCode('Attempts', '8');
    expect(doc.text).toMatch(/attempts: 8/);
    expect(commentsOf(doc.text)).toEqual(commentsOf(base));
  });

  it('timeout, on_error and on_interrupted are written, and leave no trace when taken back', async () => {
    const doc = await open();
    const robust = await section('robust');
    typeCode('Timeout', '90s');
    pick('When it fails', 'goto three', robust);
    pick('When a crash cuts it off', 'skip', robust);
    expect(doc.state.source.value).toMatchObject({
      steps: [{ timeout: '90s', on_error: { goto: 'three' }, on_interrupted: 'skip' }, {}, {}],
    });
    pick('When it fails', 'continue', robust);
    expect(doc.text).toContain('on_error: continue');
    typeCode('Timeout', '');
    pick('When it fails', 'fail', robust);
    pick('When a crash cuts it off', 'default', robust);
    expect(doc.text).toBe(base);
  });

  it('foreach takes an expression or a list, and how many at once is a number', async () => {
    const doc = await open();
    const each = await section('foreach');
    const [list, parallel] = [...each.querySelectorAll('.cm-content')].map(
      (found) => found.getAttribute('aria-label') ?? '',
    );
    typeCode(list ?? '', '${{ inputs.hosts }}');
    typeCode(parallel ?? '', '4');
    expect(doc.text).toContain('foreach: ${{ inputs.hosts }}');
    expect(doc.text).toContain('max_parallel: 4');
    typeCode(list ?? '', '[a, b]');
    expect(doc.state.source.value).toMatchObject({ steps: [{ foreach: ['a', 'b'] }, {}, {}] });
    expect(commentsOf(doc.text)).toEqual(commentsOf(base));
  });

  it('rollback: by the kind itself, or by another step with its own form', async () => {
    const doc = await open();
    const rollback = await section('rollback');
    pick('When a later step fails', 'own', rollback);
    expect(doc.text).toContain('rollback: true');
    pick('When a later step fails', 'many', rollback);
    const fields = rollback.querySelector('[aria-label="Word"]');
    expect(fields).toBeTruthy();
    pick('When a later step fails', 'none', rollback);
    expect(doc.text).toBe(base);
  });

  it('environment: a value with a leading zero stays as it was typed', async () => {
    const doc = await open();
    const env = await section('env');
    await userEvent.click(within(env).getByRole('button', { name: /add/i }));
    typeCode(/name_1/, '0755');
    expect(doc.state.source.value).toMatchObject({ steps: [{ env: { name_1: '0755' } }, {}, {}] });
    typeCode(/name_1/, '755');
    expect(doc.state.source.value).toMatchObject({ steps: [{ env: { name_1: 755 } }, {}, {}] });
  });

  it('the kind is changed without what was written being lost', async () => {
    const doc = await open();
    pick('Kind', 'shell');
    expect(doc.text).toContain('uses: shell # kind');
    expect(doc.text).toContain('word: hello # greeting');
  });

  it('what a step waits for is ticked; what would wait in a circle cannot be', async () => {
    const doc = await open({ select: ['three'] });
    const when = await section('when');
    await userEvent.click(within(when).getByRole('checkbox', { name: 'two' }));
    expect(doc.text).toContain('after it');
    expect(doc.state.steps.get('three')?.after).toEqual(['two']);
    act(() => doc.select(['one']));
    const again = await section('when');
    expect(within(again).getByRole('checkbox', { name: 'two' })).toHaveProperty('disabled', true);
  });
});

describe('renaming', () => {
  async function rename(to: string) {
    const input = screen.getByTestId('step-id');
    await userEvent.clear(input);
    await userEvent.type(input, `${to}{Enter}`);
  }

  it('leads needs, expressions, the selection and the pin to the new id', async () => {
    const doc = await open();
    act(() => doc.pin('one', { n: 5 }));
    await rename('first');
    expect(doc.text).toContain('needs: [first] # after it');
    expect(doc.text).toContain('if: steps.first.outputs.n > 1');
    expect(doc.text).toContain('"${{ steps.first.outputs.x }}"');
    expect(doc.state.selection).toEqual(['first']);
    expect(doc.state.pins).toEqual({ first: { n: 5 } });
    expect(commentsOf(doc.text)).toEqual(commentsOf(base));
  });

  it.each(['two', '1st', 'a b', ''])(
    '%j is refused, and the field shows the id again',
    async (to) => {
      const doc = await open();
      await rename(to);
      expect(doc.text).toBe(base);
      expect(screen.getByTestId('step-id')).toHaveProperty('value', 'one');
    },
  );
});

describe('the condition', () => {
  const condition = () => screen.getByTestId('condition');

  it('keeps its fields while half a name is typed', async () => {
    const doc = await open({ select: ['two'] });
    typeCode('Value', 'steps.');
    typeCode('Value', 'steps.one.status');
    expect(doc.text).toContain('if: steps.one.status > 1');
    pick('Comparison', '==', condition());
    expect(doc.text).toContain('if: steps.one.status == 1');
  });

  it('is written for failure, always and raw, and not at all for success', async () => {
    const doc = await open({ select: ['two'] });
    const [mode] = within(condition()).getAllByRole('combobox') as HTMLSelectElement[];
    const choose = (value: string) => fireEvent.change(mode as HTMLElement, { target: { value } });
    choose('failure');
    expect(doc.text).toContain('if: failure()');
    choose('raw');
    expect(mode?.value).toBe('raw');
    choose('always');
    expect(doc.text).toContain('if: always()');
    choose('success');
    expect(doc.text).not.toContain('if:');
    expect(commentsOf(doc.text)).toEqual(commentsOf(base));
  });
});

describe('what is wrong with a step', () => {
  it('stands above its form with what to do', async () => {
    const doc = await open();
    act(() =>
      doc.check(doc.text, [
        {
          code: 'x',
          message: 'Word is too short.',
          hint: 'Write more.',
          severity: 'error',
          path: ['steps', 0, 'with', 'word'],
        },
        { code: 'y', message: 'Of another step.', severity: 'error', path: ['steps', 1] },
      ]),
    );
    expect(screen.getByTestId('step-problems').textContent).toBe('Word is too short.Write more.');
  });
});

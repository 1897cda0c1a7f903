import { act, cleanup, fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { codeText, typeCode } from '#renderer/testing/editorHarness.tsx';
import { giveLayout, setupTexts } from '#renderer/testing/setupDom.ts';
import { commentsOf } from '../document/testText.ts';
import { base, open, pick, section } from './stepForm.testing.tsx';

beforeAll(async () => {
  await setupTexts();
  giveLayout();
});
afterEach(cleanup);

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

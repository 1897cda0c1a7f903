import { act, cleanup, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { renderInEditor } from '#renderer/testing/editorHarness.tsx';
import { setupTexts } from '#renderer/testing/setupDom.ts';
import { useDocument, useEditor } from '../store/context.ts';
import { useValidation } from './useValidation.ts';

beforeAll(setupTexts);
afterEach(cleanup);

const text = 'name: w\nsteps:\n  - id: a\n    uses: many\n';

interface Asked {
  source: string;
  file: string;
}

function Checked() {
  useValidation(useDocument());
  const problems = useEditor((state) => state.problems);
  return <p data-testid="said">{problems.map((each) => each.message).join('; ')}</p>;
}

/** A platform that says how long each text is, when it is told to answer. */
async function open(answer: (asked: Asked) => Promise<void> | void = () => undefined) {
  const asked: Asked[] = [];
  const shown = await renderInEditor(<Checked />, {
    text,
    handlers: {
      'workflows.validate': async ({ input }: { input: Asked }) => {
        asked.push(input);
        await answer(input);
        const problem = { code: 'x', message: `${input.source.length}`, severity: 'warning' };
        return { valid: true, problems: [problem] };
      },
    } as never,
  });
  return { ...shown, asked };
}
/** Lets what is on its way through ports arrive. */
const otherTurn = () =>
  new Promise<void>((next) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      next();
    };
    port2.postMessage(0);
  });
const said = () => screen.getByTestId('said').textContent;
const add = (document: Awaited<ReturnType<typeof open>>['document'], insert: string) =>
  act(() => document.type([{ from: 0, to: 0, insert }]));

describe('checking the text', () => {
  it('what was opened is checked, under the name of its file', async () => {
    const { asked } = await open();
    await waitFor(() => expect(said()).toBe(`${text.length}`));
    expect(asked).toEqual([{ source: text, file: 'w.yaml' }]);
  });

  it('a burst of typing is checked once, as it is at its end', async () => {
    // Bug caught: every letter of a script of 2,000 lines is parsed and checked by the platform.
    const { document, asked } = await open();
    await waitFor(() => expect(asked).toHaveLength(1));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    for (let letter = 0; letter < 4; letter += 1) {
      add(document, '#');
      await act(async () => {
        vi.advanceTimersByTime(200);
        // What is sent gets through to the platform.
        for (let turn = 0; turn < 20; turn += 1) await otherTurn();
      });
      expect(asked).toHaveLength(1);
    }
    act(() => void vi.advanceTimersByTime(50));
    vi.useRealTimers();
    await waitFor(() => expect(said()).toBe(`${text.length + 4}`));
    expect(asked).toHaveLength(2);
    expect(asked[1]?.source).toBe(document.text);
  });

  it('an answer about an older text is not shown', async () => {
    // Bug caught: the mark of a mistake comes back on a line that was mended meanwhile.
    const late: (() => void)[] = [];
    const { document, asked } = await open(({ source }) =>
      source === text ? new Promise<void>((resolve) => late.push(resolve)) : undefined,
    );
    await waitFor(() => expect(asked).toHaveLength(1));
    add(document, '# a\n');
    await waitFor(() => expect(said()).toBe(`${text.length + 4}`));
    await act(async () => late.forEach((answer) => answer()));
    expect(said()).toBe(`${text.length + 4}`);
  });

  it('without an answer what is known stays, and the next one counts again', async () => {
    let fails = false;
    const { document, asked } = await open(() => {
      if (fails) throw new Error('The connection is gone.');
    });
    await waitFor(() => expect(said()).toBe(`${text.length}`));
    fails = true;
    add(document, '# a\n');
    await waitFor(() => expect(asked).toHaveLength(2));
    expect(said()).toBe(`${text.length}`);
    fails = false;
    add(document, '# b\n');
    await waitFor(() => expect(said()).toBe(`${text.length + 8}`));
  });

  it('what does not parse is said at once, without the platform', async () => {
    const { document } = await open();
    await waitFor(() => expect(said()).toBe(`${text.length}`));
    add(document, '[');
    expect(said()).not.toBe(`${text.length}`);
    expect(document.state.problems.every((problem) => problem.code === 'yaml.syntax')).toBe(true);
    act(() => document.undo());
    expect(said()).toBe(`${text.length}`);
  });
});

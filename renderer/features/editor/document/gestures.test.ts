import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '#contract/common.ts';
import {
  addStep,
  type Command,
  connect,
  deleteSteps,
  moveSteps,
  setStep,
  setWorkflow,
} from './commands.ts';
import { intoList } from './intoList.ts';
import { addNote, changeNote, deleteNotes } from './noteCommands.ts';
import { EditRefused } from './Plan.ts';
import { renameInput } from './renameStep.ts';
import { readSource, type Source } from './Source.ts';
import { stepPlaces } from './stepPlaces.ts';
import { commentsOf, handWritten, workflowText } from './testText.ts';
import { applyChanges } from './TextChange.ts';
import { together } from './together.ts';

function after(text: string, command: Command): string {
  return applyChanges(text, command(readSource(text)).changes);
}
const valueOf = (text: string) => readSource(text).value as { [key: string]: Json };
const texts = fc.oneof({ weight: 4, arbitrary: workflowText }, fc.constant(handWritten));

/** What stands before and behind the lines of one step. */
function around(source: Source, index: number): [string, string] {
  const place = stepPlaces(source).find((each) => each.list === 'steps' && each.index === index);
  if (!place) throw new Error('no such step');
  return [source.text.slice(0, place.from), source.text.slice(place.to)];
}

describe('an edit of one step', () => {
  const keys = fc.constantFrom('name', 'timeout', 'if', 'retry', 'note', 'with', 'foreach');
  const value = fc.oneof(
    fc.constantFrom<Json>('plain', 'a: b # c', "it's\n  two\n", '', '0755', 'null', 'é → 漢', {
      deep: [1, { k: 'v' }],
      n: null,
    }),
    fc.string({ maxLength: 12 }),
    fc.integer(),
  );

  it('leaves every byte before and behind its lines, and means what was set', () => {
    // Bug caught: setting one field re-indents, re-quotes or reorders what stands elsewhere.
    fc.assert(
      fc.property(texts, fc.nat(), keys, value, (text, pick, key, set) => {
        const source = readSource(text);
        const { steps } = valueOf(text) as { steps: { [key: string]: Json }[] };
        const index = pick % steps.length;
        const step = steps[index] as { [key: string]: Json };
        const changed = after(text, setStep(String(step.id), [key], set));
        const [head, tail] = around(source, index);
        expect(changed.startsWith(head)).toBe(true);
        expect(changed.endsWith(tail.replace(/^[^\n]*/, ''))).toBe(true);
        const want = structuredClone(valueOf(text)) as { steps: { [key: string]: Json }[] };
        (want.steps[index] as { [key: string]: Json })[key] = set;
        expect(valueOf(changed)).toEqual(want);
        // The order of what was there stays, whatever was added.
        const order = Object.keys((valueOf(changed).steps as typeof steps)[index] ?? {});
        expect(order.filter((each) => each in step)).toEqual(Object.keys(step));
      }),
      {
        numRuns: 400,
        // Text of several lines in the place of a map below a comment.
        examples: [[handWritten, 0, 'with', "it's\n  two\n"]],
      },
    );
  });

  it('taken back by hand, only what it left empty is gone', () => {
    fc.assert(
      fc.property(texts, fc.nat(), (text, pick) => {
        const { steps } = valueOf(text) as { steps: { [key: string]: Json }[] };
        const id = String(steps[pick % steps.length]?.id);
        if (steps[pick % steps.length]?.retry !== undefined) return;
        const set = after(text, setStep(id, ['retry', 'attempts'], 3));
        expect(after(set, setStep(id, ['retry', 'attempts'], undefined))).toBe(text);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the layout of the canvas', () => {
  it('placing steps and notes changes no line of the workflow itself', () => {
    // Bug caught: dragging a node rewrites the steps, or places end up inside of them.
    fc.assert(
      fc.property(
        texts,
        fc.array(fc.tuple(fc.nat(), fc.integer(), fc.integer()), { minLength: 1, maxLength: 4 }),
        (text, moves) => {
          const { steps } = valueOf(text) as { steps: { id: string }[] };
          const moved = Object.fromEntries(
            moves.map(([pick, x, y]): [string, [number, number]] => [
              steps[pick % steps.length]?.id as string,
              [x, y],
            ]),
          );
          const placed = after(
            text,
            together(moveSteps(moved), addNote({ text: 'n', x: 1, y: 2 })),
          );
          const { editor, ...rest } = valueOf(placed);
          const { editor: _before, ...were } = valueOf(text);
          expect(rest).toEqual(were);
          expect(editor).toMatchObject({ positions: moved, notes: [{ text: 'n', x: 1, y: 2 }] });
          expect(commentsOf(placed)).toEqual(commentsOf(text));
          const body = text.split('\n').filter((line) => !/^(editor|\s*$)/.test(line));
          const lines = new Set(placed.split('\n'));
          expect(body.filter((line) => !lines.has(line))).toEqual([]);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('several commands at once', () => {
  const chain = 'name: c\nsteps:\n  - id: a # a\n    uses: x\n  - id: b\n    uses: x\n';

  it('are the same as one after the other', () => {
    fc.assert(
      fc.property(texts, fc.nat(), (text, pick) => {
        const ids = (valueOf(text).steps as { id: string }[]).map((step) => step.id);
        const id = ids[pick % ids.length] as string;
        const commands = [
          addStep({ uses: 'wait', id: 'fresh' }, { after: id }),
          setStep('fresh', ['with'], { duration: '1s' }),
          deleteSteps([id]),
        ];
        const singly = commands.reduce((current, each) => after(current, each), text);
        expect(after(text, together(...commands))).toBe(singly);
      }),
      { numRuns: 100 },
    );
  });

  it('one that is refused refuses all, so that no half of a gesture is done', () => {
    const both = together(setStep('a', ['name'], 'A'), connect('b', 'a'));
    expect(() => both(readSource(chain))).toThrow(EditRefused);
  });

  it('nothing asked changes nothing', () => {
    expect(together(moveSteps({}), deleteNotes([]))(readSource(chain)).changes).toEqual([]);
    expect(changeNote('gone', { x: 1 })(readSource(chain)).changes).toEqual([]);
  });
});

describe('one value that becomes a list', () => {
  it('moves right as it stands: comments, block scalars and blank lines too', () => {
    const text = `on:
  schedule: # when
    # at night
    cron: 0 3 * * * # three
    note: |2 # a block
        one

      two

    # of ours
  webhook: {path: a} # flow
`;
    expect(after(text, intoList(['on', 'schedule']))).toBe(`on:
  schedule: # when
    # at night
    - cron: 0 3 * * * # three
      note: |2 # a block
          one

        two

      # of ours
  webhook: {path: a} # flow
`);
    const flow = after(text, intoList(['on', 'webhook']));
    expect(valueOf(flow).on).toMatchObject({ webhook: [{ path: 'a' }] });
    expect(flow).toContain('# flow');
  });

  it('means a list of that value, keeps every comment, and a list or nothing stays', () => {
    fc.assert(
      fc.property(
        texts,
        fc.nat(),
        fc.constantFrom('with', 'uses', 'needs', 'if'),
        (text, pick, key) => {
          const steps = valueOf(text).steps as { [key: string]: Json }[];
          const index = pick % steps.length;
          const value = steps[index]?.[key];
          const changed = after(text, intoList(['steps', index, key]));
          if (value === undefined || value === null || Array.isArray(value)) {
            expect(changed).toBe(text);
            return;
          }
          const want = structuredClone(steps);
          (want[index] as { [key: string]: Json })[key] = [value];
          expect(valueOf(changed).steps).toEqual(want);
          expect(commentsOf(changed)).toEqual(commentsOf(text));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('renaming an input', () => {
  it('leads every way of naming it, and no text that only looks like it', () => {
    const text = `inputs:
  host: {type: string} # h
  hosts: {type: array}
steps:
  - id: a
    if: inputs.host == 'inputs.host' && item.inputs.host != inputs . host
    foreach: inputs.hosts
    with:
      one: "\${{ inputs['host'] }}\\t\${{ inputs.?host }}"
      two: 'it''s \${{ inputs["host"] }}'
      three: inputs.host
`;
    expect(after(text, renameInput('host', 'server'))).toBe(
      text
        .replace('  host: {', '  server: {')
        .replace("inputs.host == '", "inputs.server == '")
        .replace('inputs . host', 'inputs . server')
        .replace("inputs['host']", "inputs['server']")
        .replace('inputs.?host', 'inputs.?server')
        .replace('inputs["host"]', 'inputs["server"]'),
    );
  });

  it('there and back is the file as it was', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const given = after(text, setWorkflow(['inputs', 'x'], { type: 'string' }));
        const there = after(given, renameInput('x', 'other'));
        expect(there).not.toContain('inputs.x ');
        expect(after(there, renameInput('other', 'x'))).toBe(given);
      }),
      { numRuns: 150 },
    );
  });
});

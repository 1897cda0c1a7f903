import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KindInfo } from '#contract/workflows.ts';
import { starterOf } from '../canvas/insertKind.ts';
import { addStep } from '../document/commands.ts';
import { handWritten, workflowText } from '../document/testText.ts';
import { EditorDocument, NOTE } from '../store/EditorDocument.ts';
import { placeForNew } from './placeForNew.ts';
import { searchKinds } from './searchKinds.ts';

const groups = ['Run', 'Flow', 'Data', 'Network', 'Files', 'People', 'Other'] as const;
const word = fc.constantFrom('Shell', 'wait', 'asks a SERVER', 'file', '');
const kinds: fc.Arbitrary<KindInfo[]> = fc
  .array(fc.record({ title: word, description: word, group: fc.constantFrom(...groups) }), {
    maxLength: 12,
  })
  .map((all) =>
    all.map(
      (each, at) => ({ ...each, kind: `k${at}`, with: {}, outputs: {} }) as unknown as KindInfo,
    ),
  );

describe('the kinds in the palette', () => {
  it('without a word all are there, each once, in the order of the groups', () => {
    // Bug caught: the kind of a group that the palette forgot can never be added.
    fc.assert(
      fc.property(kinds, (all) => {
        const found = searchKinds(all, ' ');
        expect(found.flatMap(([, each]) => each).length).toBe(all.length);
        const order = found.map(([group]) => groups.indexOf(group));
        expect(order).toEqual(order.toSorted((a, b) => a - b));
        for (const [group, each] of found) {
          expect(each.length).toBeGreaterThan(0);
          expect(each).toEqual(all.filter((kind) => kind.group === group));
        }
      }),
    );
  });

  it('each word more leaves fewer, whatever its case and place', () => {
    fc.assert(
      fc.property(kinds, fc.array(word, { maxLength: 3 }), word, (all, words, more) => {
        const names = (text: string) =>
          searchKinds(all, text).flatMap(([, each]) => each.map((kind) => kind.kind));
        const fewer = names([...words, more].join(' '));
        expect(names(words.join('  '))).toEqual(expect.arrayContaining(fewer));
        expect(names([more, ...words].join(' ').toUpperCase())).toEqual(fewer);
      }),
    );
  });
});

describe('where a step goes that is added without pointing', () => {
  const texts = fc.oneof({ weight: 4, arbitrary: workflowText }, fc.constant(handWritten));

  it('always where one can be, behind the selected step or the last one', () => {
    fc.assert(
      fc.property(
        texts,
        fc.array(fc.nat(), { maxLength: 2 }),
        fc.boolean(),
        (text, picks, note) => {
          const document = new EditorDocument('w', text);
          const { steps } = document.state.graph;
          const chosen = picks.map((pick) => steps[pick % steps.length]?.id ?? '');
          document.select([...chosen, ...(note ? [`${NOTE}x`] : [])]);
          const place = placeForNew(document.state);
          expect(place).toEqual({ after: chosen.at(-1) ?? steps.at(-1)?.id });
          expect(document.run(addStep({ uses: 'wait' }, place))).toBe(true);
          const [made] = document.state.selection;
          expect(document.state.steps.get(made ?? '')?.after).toEqual([
            chosen.at(-1) ?? steps.at(-1)?.id,
          ]);
          document.undo();
          expect(document.text).toBe(text);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('never behind the steps on failure, unless one of them is selected', () => {
    const document = new EditorDocument('w', 'on_failure:\n  - id: alarm\n');
    expect(placeForNew(document.state)).toEqual({ list: 'steps' });
    document.select(['alarm']);
    expect(placeForNew(document.state)).toEqual({ after: 'alarm' });
  });
});

describe('what a new step starts with', () => {
  const kind = (name: string, schema: object) => ({ kind: name, with: schema }) as KindInfo;

  it('of a kind that nobody knows is nothing', () => {
    expect(starterOf(undefined)).toEqual({});
    expect(starterOf(kind('x', {}))).toEqual({});
    expect(starterOf(kind('x', { required: 'all', properties: [] }))).toEqual({});
  });

  it('is what the schema requires, each empty in its own type', () => {
    const properties = {
      word: { type: 'string' },
      count: { type: 'integer', minimum: 3 },
      share: { type: 'number' },
      loud: { type: 'boolean' },
      tags: { type: 'array' },
      map: { type: 'object' },
      size: { enum: ['s', 'l'] },
      given: { type: 'string', default: 'x' },
      free: {},
      optional: { type: 'string' },
    };
    const required = Object.keys(properties).filter((key) => key !== 'optional');
    expect(starterOf(kind('x', { properties, required }))).toEqual({
      word: '',
      count: 3,
      share: 0,
      loud: false,
      tags: [],
      map: {},
      size: 's',
      given: 'x',
      free: '',
    });
  });

  it('is an example only while the kind has the fields of it', () => {
    // Bug caught: a field that was renamed is written into every new step, which is then invalid.
    expect(starterOf(kind('http', { properties: { url: {} } }))).toEqual({
      url: 'https://example.com',
    });
    expect(starterOf(kind('http', { properties: { address: {} }, required: ['address'] }))).toEqual(
      {
        address: '',
      },
    );
  });
});

import { cleanup, fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import fc from 'fast-check';
import { useState } from 'react';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Json } from '#contract/common.ts';
import { codeText, renderInEditor, typeCode } from '#renderer/testing/editorHarness.tsx';
import { giveLayout, setupTexts } from '#renderer/testing/setupDom.ts';
import { FormScopeContext } from './FormScope.ts';
import { chosen, controlOf, readScalar, resolve, type Schema } from './schema.ts';
import { starting } from './starting.ts';
import * as stepSchemas from './stepSchemas.ts';
import { concurrencySchema, inputSchema, retrySchema, triggersSchema } from './stepSchemas.ts';
import { ObjectForm, ValueControl } from './ValueField.tsx';
import { text as shownText } from './ValueProps.ts';

vi.setConfig({ testTimeout: 30_000 });
beforeAll(async () => {
  await setupTexts();
  giveLayout();
});
afterEach(cleanup);

/** Shows the control of a schema over a value that is kept; answers what it is by now. */
async function show(schema: Schema, first?: Json, form = false) {
  let now: Json | undefined = first;
  const heard: (Json | undefined)[] = [];
  function Kept() {
    const [value, setValue] = useState<Json | undefined>(first);
    const props = {
      schema,
      value,
      label: 'Field',
      onChange: (next: Json | undefined) => {
        now = next;
        heard.push(next);
        setValue(next);
      },
    };
    return (
      <FormScopeContext value={{ root: schema, step: undefined, names: [] }}>
        {form ? <ObjectForm {...props} /> : <ValueControl {...props} />}
      </FormScopeContext>
    );
  }
  await renderInEditor(<Kept />, { text: 'name: w\n' });
  return { value: () => now, heard };
}
const press = (name: string | RegExp) => userEvent.click(screen.getByRole('button', { name }));

describe('a list', () => {
  const words: Schema = { type: 'array', items: { type: 'string' } };

  it('grows and shrinks by its buttons, and an empty one is none at all', async () => {
    // Bug caught: the last item taken out leaves an empty list in the file.
    const { value } = await show(words);
    await press('Add item');
    expect(value()).toEqual(['']);
    typeCode('Field 1', 'a');
    await press('Add item');
    typeCode('Field 2', 'b');
    expect(value()).toEqual(['a', 'b']);
    await press(/Remove.*1/);
    expect(value()).toEqual(['b']);
    await press(/Remove.*1/);
    expect(value()).toBeUndefined();
  });

  it('one value where a list was meant is shown as a list of one, and kept until it is changed', async () => {
    const { value, heard } = await show(words, 'only');
    expect(codeText('Field 1')).toBe('only');
    expect(heard).toEqual([]);
    await press('Add item');
    expect(value()).toEqual(['only', '']);
  });

  it('an item that is emptied stays in its place', async () => {
    const { value } = await show(words, ['a', 'b', 'c']);
    typeCode('Field 2', '');
    expect(value()).toEqual(['a', '', 'c']);
  });
});

describe('a map', () => {
  const map: Schema = { type: 'object', additionalProperties: { type: 'string' } };
  const key = (number: number) =>
    screen.getByLabelText<HTMLInputElement>(new RegExp(`Field.*${number}|Name.*${number}`), {
      selector: 'input',
    });

  it('a name is taken with Enter as well as by leaving the field', async () => {
    // Bug caught: one types the name of a header, presses Enter, saves, and it is still name_1.
    const { value } = await show(map, { name_1: 'x' });
    await userEvent.clear(key(1));
    await userEvent.type(key(1), 'Accept{Enter}');
    expect(value()).toEqual({ Accept: 'x' });
  });

  it.each([
    ['an empty one', ''],
    ['blanks', '   '],
    ['one that is there', 'b'],
  ])('%s is no name: the old one stays', async (_what, typed) => {
    const { value } = await show(map, { a: '1', b: '2' });
    fireEvent.change(key(1), { target: { value: typed } });
    fireEvent.blur(key(1));
    expect(key(1).value).toBe('a');
    expect(value()).toEqual({ a: '1', b: '2' });
  });

  it('a new entry gets a name that is free, and the order of the others stays', async () => {
    const { value } = await show(map, { name_3: 'a', z: 'b' });
    await press(/^Add/);
    expect(Object.entries(value() as object)).toEqual([
      ['name_3', 'a'],
      ['z', 'b'],
      ['name_4', ''],
    ]);
    fireEvent.change(key(2), { target: { value: 'y' } });
    fireEvent.blur(key(2));
    expect(Object.keys(value() as object)).toEqual(['name_3', 'y', 'name_4']);
  });

  it('the last entry that goes takes the map along', async () => {
    const { value } = await show(map, { a: '1' });
    await press(/Remove a/);
    expect(value()).toBeUndefined();
  });
});

describe('a choice of shapes', () => {
  const auth: Schema = {
    anyOf: [
      {
        title: 'Token',
        type: 'object',
        properties: { token: { type: 'string' } },
        required: ['token'],
      },
      {
        title: 'Basic',
        type: 'object',
        properties: { user: { type: 'string' }, password: { type: 'string' } },
        required: ['user', 'password'],
      },
      { title: 'Nobody', const: 'none' },
    ],
  };
  const pick = (name: string) =>
    userEvent.selectOptions(screen.getByLabelText('Field', { selector: 'select' }), name);

  it('starts each shape with what it requires, and shows its fields only', async () => {
    const { value } = await show(auth);
    await pick('Basic');
    expect(value()).toEqual({ user: '', password: '' });
    typeCode('User', 'ada');
    expect(value()).toEqual({ user: 'ada', password: '' });
    await pick('Token');
    expect(value()).toEqual({ token: '' });
    expect(screen.queryByLabelText('User')).toBeNull();
    await pick('Nobody');
    expect(value()).toBe('none');
  });

  it('a value of no known shape is not taken for the first, and stays until one is chosen', async () => {
    const { heard } = await show(auth, { certificate: 'x' });
    expect(screen.getByLabelText('Field', { selector: 'select' })).toHaveProperty('value', 'none');
    expect(heard).toEqual([]);
  });
});

describe('one of a few', () => {
  const size: Schema = { enum: ['small', 'large', 3, true], default: 'small' };

  it('gives every value back in its own type, and none leaves it to the default', async () => {
    const { value } = await show(size);
    const select = screen.getByLabelText('Field', { selector: 'select' });
    const options = [...(select as HTMLSelectElement).options].map((one) => one.text);
    expect(options.slice(1)).toEqual(['small', 'large', '3', 'true']);
    expect(options[0]).toContain('small');
    await userEvent.selectOptions(select, '3');
    expect(value()).toBe(3);
    await userEvent.selectOptions(select, 'true');
    expect(value()).toBe(true);
    await userEvent.selectOptions(select, options[0] as string);
    expect(value()).toBeUndefined();
  });
});

describe('any value at all', () => {
  it('is written as YAML and read as it was meant; what is broken changes nothing', async () => {
    const { value } = await show({});
    for (const [typed, meant] of [
      ['a: 1', { a: 1 }],
      ['[x, 2]', ['x', 2]],
      ['true', true],
      ['"007"', '007'],
      ['${{ inputs.x }}', '${{ inputs.x }}'],
    ] as [string, Json][]) {
      typeCode('Field', typed);
      expect(value()).toEqual(meant);
    }
    typeCode('Field', 'a: [1');
    expect(value()).toBe('${{ inputs.x }}');
    expect(codeText('Field')).toBe('a: [1');
    expect(screen.getByText(/YAML/)).toBeTruthy();
    typeCode('Field', '');
    expect(value()).toBeUndefined();
  });
});

describe('a form of many fields', () => {
  const form: Schema = {
    type: 'object',
    required: ['must'],
    properties: {
      must: { type: 'string' },
      may: { type: 'string', description: 'If it helps' },
      other: { type: 'integer' },
    },
  };

  it('shows what is required and what is set; the rest on demand, and counts it', async () => {
    await show(form, { other: 4 }, true);
    expect(screen.getByTestId('field-must')).toBeTruthy();
    expect(screen.getByTestId('field-other')).toBeTruthy();
    expect(screen.queryByTestId('field-may')).toBeNull();
    await press('More options (1)');
    const may = screen.getByTestId('field-may');
    const about = within(may).getByText('If it helps').id;
    expect(may.querySelector('.cm-content')?.getAttribute('aria-describedby')).toBe(about);
  });

  it('a field that is emptied leaves the value, and takes no other along', async () => {
    const { value } = await show(form, { must: 'x', other: 4, unknown: [1] }, true);
    typeCode('Must', '');
    expect(value()).toEqual({ other: 4, unknown: [1] });
    typeCode('Other', '5');
    expect(value()).toEqual({ other: 5, unknown: [1] });
  });

  it('where nothing is required the first three show the way', async () => {
    const { required: _none, ...free } = form;
    await show(free, undefined, true);
    expect(screen.getByTestId('field-must')).toBeTruthy();
    expect(screen.getByTestId('field-other')).toBeTruthy();
    expect(screen.queryByRole('button', { name: /More options/ })).toBeNull();
  });
});

/** Every schema inside of a schema, with the root that its references mean. */
function inside(schema: Schema, root: Schema, seen = new Set<Schema>()): Schema[] {
  if (seen.has(schema)) return [];
  seen.add(schema);
  const own = resolve(schema, root);
  const inner = [
    ...Object.values(own.properties ?? {}),
    ...(own.anyOf ?? []),
    ...(own.oneOf ?? []),
    ...(own.items ? [own.items] : []),
    ...(typeof own.additionalProperties === 'object' ? [own.additionalProperties] : []),
  ];
  return [schema, ...inner.flatMap((each) => inside(each, root, seen))];
}

describe('the schemas of the contract itself', () => {
  const { workflowSchema: _whole, ...parts } = stepSchemas;
  const all = Object.entries(parts).flatMap(([name, root]) =>
    inside(root, root).map((schema): [string, Schema, Schema] => [name, schema, root]),
  );

  it('every part of them has a control and something to start with', () => {
    expect(all.length).toBeGreaterThan(60);
    for (const [, schema, root] of all) {
      expect(controlOf(schema, root).kind).toBeTypeOf('string');
      const value = starting(schema, root);
      expect(JSON.parse(JSON.stringify(value))).toEqual(value);
    }
  });

  it('what a shape starts with is seen as that shape again', () => {
    // Bug caught: one chooses "bearer", and the form jumps to another way to log in.
    for (const [name, schema, root] of all) {
      const control = controlOf(schema, root);
      if (control.kind !== 'choice') continue;
      control.options.forEach((option, at) => {
        expect(chosen(control.options, starting(option, root)), `${name} ${at}`).toBe(at);
      });
    }
  });

  it('a value of the type that a field has, shown and typed again, is the same value', () => {
    const scalars: [Schema, fc.Arbitrary<Json>][] = [
      [{ type: 'string' }, fc.string()],
      [{ type: 'integer' }, fc.integer()],
      [{ type: 'number' }, fc.integer().map((one) => one / 8)],
      [{ type: 'boolean' }, fc.boolean()],
      [{ anyOf: [{ type: 'string' }, { type: 'number' }] }, fc.integer()],
      [{ anyOf: [{ type: 'string' }, { type: 'boolean' }] }, fc.boolean()],
    ];
    for (const [schema, values] of scalars)
      fc.assert(
        fc.property(values, (value) => {
          const again = readScalar(shownText(value), schema, schema);
          expect(again === value || (again === '' && value === '')).toBe(true);
        }),
      );
  });

  it.each([
    ['retry', retrySchema],
    ['concurrency', concurrencySchema],
    ['an input', inputSchema],
    ['triggers', triggersSchema],
  ])('the form of %s can be drawn from nothing', async (_what, schema) => {
    await show(schema, undefined, true);
    expect(screen.getAllByTestId(/^field-/).length).toBeGreaterThan(0);
  });
});

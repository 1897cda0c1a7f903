import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { contract } from '#contract/index.ts';
import { operationMeta, walkContract } from '#contract/walk.ts';
import { allKinds } from '#main/composition/kinds.ts';
import { createKindRegistry } from '#main/workflows/kinds/registry.ts';
import { parseWorkflow } from '#main/workflows/language/index.ts';
import { createTemplates } from '#main/workflows/templates/index.ts';
import { labelOf, type Schema } from '#renderer/features/editor/inspector/schema.ts';
import * as forms from '#renderer/features/editor/inspector/stepSchemas.ts';

interface Catalogue {
  kinds: Record<string, { title: string; description: string }>;
  messages: Record<string, Record<string, string>>;
}

const german = JSON.parse(
  readFileSync(resolve('renderer/i18n/platform/de.json'), 'utf8'),
) as Catalogue;
const kinds = createKindRegistry(allKinds());

const fits = (form: string, message: string): boolean =>
  new RegExp(
    `^${form.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\d\}/g, '(.+?)')}$`,
    's',
  ).test(message);

describe('the German catalogue of what the platform says', () => {
  test('names every kind of step', () => {
    // Bug caught: a new kind stands in English between German ones.
    const missing = kinds.all().filter(({ kind }) => !german.kinds[kind]?.title);
    expect(missing.map(({ kind }) => kind)).toEqual([]);
  });

  test.each([
    ['workflow.unknown_kind', 'steps:\n  - id: a\n    uses: shel\n'],
    ['workflow.unknown_key', 'stepz: []\n'],
    ['workflow.missing_key', 'name: w\n'],
    ['workflow.duplicate_step', 'steps:\n  - id: a\n    uses: shell\n  - id: a\n    uses: shell\n'],
    ['workflow.unknown_step', 'steps:\n  - id: a\n    uses: shell\n    needs: [b]\n'],
    ['workflow.duration', 'timeout: soon\nsteps:\n  - id: a\n    uses: shell\n'],
    ['workflow.cycle', 'steps:\n  - id: a\n    uses: shell\n    needs: [a]\n'],
    ['workflow.timezone', 'on:\n  schedule: { cron: "@daily", timezone: Mars/O }\n'],
    ['workflow.webhook_auth', 'on:\n  webhook: { path: in }\n'],
    ['workflow.unknown_input', 'env: { A: "${{ inputs.x }}" }\n'],
  ])('%s is said by its sentence, not only by its code', (code, source) => {
    // Bug caught: an English sentence is reworded, and German silently loses what it named.
    const found = parseWorkflow(source, { kinds }).problems.filter((one) => one.code === code);
    expect(found).not.toEqual([]);
    for (const { message } of found) {
      const forms = Object.keys(german.messages[code] ?? {}).filter((form) => form !== '');
      expect(
        forms.some((form) => fits(form, message)),
        message,
      ).toBe(true);
    }
  });
});

describe('the German catalogue of fixed texts', () => {
  const texts = JSON.parse(
    readFileSync(resolve('renderer/i18n/platform/de.texts.json'), 'utf8'),
  ) as Record<string, string>;
  const missing = (all: readonly string[]) =>
    [...new Set(all)].filter((text) => texts[text] === undefined);

  test('has the label and the help of every field of a form', () => {
    // Bug caught: a new field of a kind stands in English between German ones.
    const own = kinds
      .all()
      .map((kind) => z.toJSONSchema(kind.with, { io: 'input', unrepresentable: 'any' }) as Schema);
    const { workflowSchema: _whole, ...common } = forms;
    const found = [...own, ...Object.values(common)].flatMap(textsOf);
    expect(found.length).toBeGreaterThan(100);
    expect(missing(found)).toEqual([]);
  });

  test('has the title of every operation that the palette offers', () => {
    const offered = walkContract(contract)
      .map(({ operation }) => operationMeta(operation))
      .filter(({ palette }) => palette);
    expect(offered).not.toEqual([]);
    expect(missing(offered.map(({ title }) => title))).toEqual([]);
  });

  test('has the title, the description and the tags of every template', async () => {
    const all = await createTemplates(resolve('resources/templates')).list();
    expect(
      missing(all.flatMap(({ title, description, tags }) => [title, description, ...tags])),
    ).toEqual([]);
  });
});

function textsOf(schema: Schema): string[] {
  const inner = [
    schema.items,
    ...Object.values(schema.properties ?? {}),
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
    ...Object.values(schema.$defs ?? {}),
  ];
  const labels = Object.entries(schema.properties ?? {}).map(([key, one]) => labelOf(key, one));
  return [
    ...labels,
    ...(schema.description ? [schema.description] : []),
    ...inner.flatMap((one) => (one ? textsOf(one) : [])),
  ];
}

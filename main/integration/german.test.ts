import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { builtinKinds } from '#main/workflows/kinds/index.ts';
import { createKindRegistry } from '#main/workflows/kinds/registry.ts';
import { parseWorkflow } from '#main/workflows/language/index.ts';

interface Catalogue {
  kinds: Record<string, { title: string; description: string }>;
  messages: Record<string, Record<string, string>>;
}

const german = JSON.parse(
  readFileSync(resolve('renderer/i18n/platform/de.json'), 'utf8'),
) as Catalogue;
const kinds = createKindRegistry(builtinKinds);

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

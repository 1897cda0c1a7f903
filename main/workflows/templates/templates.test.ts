import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { builtinKinds } from '../kinds/index.ts';
import { createKindRegistry } from '../kinds/registry.ts';
import { parseWorkflow } from '../language/index.ts';
import { gallery } from './gallery.testing.ts';
import { createTemplates } from './index.ts';

const FOLDER = 'resources/templates';
const kinds = createKindRegistry(builtinKinds);
const templates = createTemplates(FOLDER);
const all = await templates.list();

describe('templates', () => {
  it.each(all.map((t) => [t.id, t] as const))('%s is valid without a warning', (id, template) => {
    const { problems, definition } = parseWorkflow(template.source, { file: `${id}.yaml`, kinds });
    expect(problems.map((p) => `${p.line}:${p.column} ${p.code} ${p.message} ${p.hint}`)).toEqual(
      [],
    );
    expect(definition?.name).toBe(id);
    expect(template.description).not.toBe('');
    expect(template.tags).not.toEqual([]);
  });

  it('are all listed, none twice, and none is missing its file', () => {
    const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
    expect(all.map((t) => `${t.id}.yaml`).toSorted()).toEqual(files.toSorted());
  });

  it('carry the graph, with the step before where nothing is said', async () => {
    const { steps } = await templates.get('welcome');
    const needs = Object.fromEntries(steps.map((s) => [s.id, s.needs]));
    expect(needs['greet']).toEqual([]);
    expect(needs['summary']).toEqual(['machine', 'disk', 'primes', 'breathe']);
    expect(needs['save']).toEqual(['summary']);
    await expect(templates.get('none')).rejects.toMatchObject({ code: 'template.not_found' });
  });
});

describe('the gallery', () => {
  it('has no template that is not run by one file of tests', () => {
    // Bug caught: a new template that is valid and does not work.
    const run = Object.values(gallery).flat();
    expect(run.toSorted()).toEqual(all.map((one) => one.id).toSorted());
  });
});

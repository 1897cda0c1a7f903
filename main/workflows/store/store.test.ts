import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Database } from '#main/base/database.ts';
import type { WorkflowStore } from './index.ts';
import { broken, codeOf, operationsOn, valid, withStore, type Place } from './store.testing.ts';

let home: string;
let dir: string;
let db: Database;
let newStore: Place['newStore'];
let store: WorkflowStore;
withStore((place) => ({ home, dir, db, newStore, store } = place));

/** Resolves with the next workflow announced after `act`. */
async function announced(act: () => Promise<unknown>): Promise<string> {
  const heard = new Promise<string>((resolve) => {
    const stop = store.events.on('changed', ({ name }) => {
      stop();
      resolve(name);
    });
  });
  await act();
  return heard;
}

describe('the life of a file', () => {
  test('create, get, save, list: what is saved is what is on disk, byte for byte', async () => {
    const { create, get, save, list } = operationsOn(store);
    const made = await create({ name: 'one', source: valid() });
    expect(made).toMatchObject({
      name: 'one',
      valid: true,
      file: 'one.yaml',
      steps: 1,
      enabled: true,
      source: valid(),
    });
    const saved = await save({ name: 'one', source: valid(2), base_hash: made.hash });
    expect(await readFile(join(dir, 'one.yaml'), 'utf8')).toBe(valid(2));
    expect((await get('one')).hash).toBe(saved.hash);
    await create({ name: 'a-template', template: 't' });
    await create({ name: '2024', source: `name: x\n${valid()}` });
    const listed = list();
    expect(listed.map((w) => [w.name, w.problems])).toEqual([
      ['2024', []],
      ['a-template', []],
      ['one', []],
    ]);
    expect((await get('a-template')).source).toMatch(/^name: a-template # keep\n# a comment/);
  });

  test('an edit based on an older text is refused, so that nobody’s work is lost', async () => {
    const { create, save } = operationsOn(store);
    const workflow = await create({ name: 'one', source: valid() });
    await writeFile(join(dir, 'one.yaml'), valid(7));
    expect(await codeOf(save({ name: 'one', source: valid(2), base_hash: workflow.hash }))).toBe(
      'workflow.changed',
    );
    expect(await codeOf(save({ name: 'one', source: valid(2) }))).toBe('workflow.exists');
    expect(await codeOf(save({ name: 'gone', source: valid(2), base_hash: workflow.hash }))).toBe(
      'workflow.changed',
    );
    expect(await readFile(join(dir, 'one.yaml'), 'utf8')).toBe(valid(7));
  });

  test('two edits of one text at once: one wins, the other is told', async () => {
    const { create, save } = operationsOn(store);
    const workflow = await create({ name: 'one', source: valid() });
    const edits = [2, 3, 4].map((n) =>
      codeOf(save({ name: 'one', source: valid(n), base_hash: workflow.hash })),
    );
    expect(new Set(await Promise.all(edits))).toEqual(new Set(['done', 'workflow.changed']));
  });

  test('rename changes the name in the text, keeps comments and the switch', async () => {
    const { create, rename, enable, get } = operationsOn(store);
    await create({ name: 'one', source: `name: one # mine\n${valid()}` });
    await create({ name: 'two', source: valid() });
    enable('one', false);
    expect(await codeOf(rename('one', 'two'))).toBe('workflow.exists');
    const workflow = await rename('one', 'uno');
    expect(workflow).toMatchObject({ name: 'uno', enabled: false, problems: [] });
    expect(workflow.source).toContain('name: uno # mine\n# a comment');
    expect(await codeOf(get('one'))).toBe('workflow.not_found');
    expect((await readdir(dir)).toSorted()).toEqual(['two.yaml', 'uno.yaml']);
  });

  test('remove puts the file into the trash, restore brings it back and overwrites nothing', async () => {
    const { create, remove, restore } = operationsOn(store);
    await create({ name: 'one', source: valid(5) });
    const trash = await remove('one');
    expect(await readFile(join(home, 'trash', trash), 'utf8')).toBe(valid(5));
    await create({ name: 'one', source: valid(6) });
    expect(await codeOf(restore(trash))).toBe('workflow.exists');
    await remove('one');
    expect((await restore(trash)).source).toBe(valid(5));
    expect(await codeOf(restore(trash))).toBe('workflow.exists');
    expect(await codeOf(restore('other--t_none.yaml'))).toBe('workflow.not_found');
  });

  test('a new workflow without a text is valid', async () => {
    const { create } = operationsOn(store);
    expect(await create({ name: 'fresh' })).toMatchObject({
      valid: true,
      problems: [],
      triggers: ['manual'],
    });
    expect(await codeOf(create({ name: 'other', template: 'none' }))).toBe('template.not_found');
    // The command line has no gallery to look at.
    await expect(create({ name: 'other', template: 'tt' })).rejects.toMatchObject({
      hint: 'Did you mean t?',
    });
  });
});

describe('files that others write', () => {
  test('a new, a changed and a removed file are noticed without being asked', async () => {
    expect(await announced(() => writeFile(join(dir, 'by-hand.yaml'), valid()))).toBe('by-hand');
    expect(store.compiled('by-hand')?.name).toBe('by-hand');
    expect(await announced(() => writeFile(join(dir, 'by-hand.yaml'), valid(2)))).toBe('by-hand');
    expect(store.file('by-hand').source).toBe(valid(2));
    expect(await announced(() => rm(join(dir, 'by-hand.yaml')))).toBe('by-hand');
    expect(store.files()).toEqual([]);
  });

  test('a half-written file is a problem, and its last valid version stays — also over a restart', async () => {
    const { create, get } = operationsOn(store);
    const workflow = await create({ name: 'one', source: valid() });
    expect(await announced(() => writeFile(join(dir, 'one.yaml'), broken))).toBe('one');
    const now = await get('one');
    expect(now).toMatchObject({ valid: false, steps: 1, source: broken });
    expect(now.problems[0]).toMatchObject({ code: 'workflow.yaml', file: 'one.yaml' });
    expect(store.compiled('one')?.hash).toBe(workflow.hash);
    const again = newStore();
    await again.open();
    expect(again.compiled('one')?.hash).toBe(workflow.hash);
    expect(again.runnable().map((w) => w.compiled.name)).toEqual(['one']);
  });

  test('bytes that are no text, folders and other files do no harm', async () => {
    await writeFile(join(dir, 'binary.yaml'), Buffer.from([0xff, 0xfe, 0, 1]));
    await writeFile(join(dir, 'notes.txt'), 'x');
    await writeFile(join(dir, '.hidden.yaml'), valid());
    await writeFile(join(dir, 'My Flow.yml'), `name: other\n${valid()}`);
    await store.refresh();
    expect(store.file('my-flow').parsed.compiled?.name).toBe('my-flow');
    expect(store.files().map((f) => [f.name, f.parsed.valid])).toEqual([
      ['binary', false],
      ['my-flow', true],
    ]);
  });
});

describe('versions', () => {
  test('every valid version that was saved can be had by its hash, in a new process too', async () => {
    const { create, save } = operationsOn(store);
    const first = (await create({ name: 'one', source: valid(1) })).hash;
    const second = (await save({ name: 'one', source: valid(2), base_hash: first })).hash;
    const again = newStore();
    expect(again.definition(first).source).toBe(valid(1));
    expect(again.definition(second, 'renamed')).toMatchObject({
      name: 'renamed',
      source: valid(2),
    });
    expect(() => again.definition('00')).toThrow(
      expect.objectContaining({ code: 'workflow.version_missing' }),
    );
  });
});

describe('forgetting versions', () => {
  test('goes for what no file falls back on; a half-written file still has its last valid version', async () => {
    const { create, save } = operationsOn(store);
    const first = (await create({ name: 'one', source: valid(1) })).hash;
    const second = (await save({ name: 'one', source: valid(2), base_hash: first })).hash;
    expect(store.versions.hashes()).toEqual([first]);
    store.versions.forget([first, second]);
    expect(store.versions.source(first)).toBeUndefined();
    await writeFile(join(dir, 'one.yaml'), broken);
    const again = newStore();
    await again.open();
    expect(again.compiled('one')?.source).toBe(valid(2));
  });

  test('does not reach a later run of the same version: it is stored again', async () => {
    const { create } = operationsOn(store);
    const { hash } = await create({ name: 'one', source: valid(1) });
    const compiled = store.definition(hash);
    db.prepare('DELETE FROM workflow_definitions').run();
    store.remember(compiled);
    expect(newStore().definition(hash).source).toBe(valid(1));
  });

  test('a version whose kind of step is gone can still be read', async () => {
    db.prepare('INSERT INTO workflow_definitions VALUES (?, ?, ?, 0)').run(
      'h',
      'old',
      'steps: [{ id: a, uses: gone }]',
    );
    expect(() => store.definition('h')).toThrow(
      expect.objectContaining({ code: 'workflow.version_invalid' }),
    );
    expect(store.versions.source('h')).toBe('steps: [{ id: a, uses: gone }]');
  });
});

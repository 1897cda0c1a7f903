import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '#main/base/clock.ts';
import { type Database, migrate, openDatabase } from '#main/base/database.ts';
import { silentLogger } from '#main/base/log.ts';
import { testKinds } from '../language/testing/kinds.ts';
import { scopeOf } from '../language/testing/scope.ts';
import {
  createWorkflowStore,
  workflowMigrations,
  workflowOperations,
  type WorkflowStore,
} from './index.ts';

const valid = (value = 1) =>
  `# a comment\nsteps:\n  - id: a\n    uses: transform\n    with: { value: ${value} }\n`;
const broken = 'steps:\n  - id: a\n    uses: "trans';

let home: string;
let dir: string;
let db: Database;
let store: WorkflowStore;
const open: WorkflowStore[] = [];

function newStore(): WorkflowStore {
  const made = createWorkflowStore({
    dir,
    kinds: testKinds,
    db,
    clock: systemClock,
    log: silentLogger,
  });
  open.push(made);
  return made;
}

function operations(of = store) {
  return workflowOperations(of, {
    kinds: testKinds,
    scopeOf: (run) => (run === 'run_1' ? scopeOf({ inputs: { n: 4 } }) : undefined),
    secretNames: () => ['TOKEN'],
    templates: async () => [
      {
        id: 't',
        title: 'T',
        description: '',
        tags: [],
        steps: [],
        source: `name: t # keep\n${valid()}`,
      },
    ],
  });
}

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'nexus-store-'));
  dir = join(home, 'workflows');
  db = openDatabase(join(home, 'nexus.db'));
  migrate(db, [workflowMigrations]);
  store = newStore();
  await store.open();
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((s) => s.close()));
  db.close();
  await rm(home, { recursive: true, force: true });
});

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

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: { code?: string }) => error.code,
  );

describe('the life of a file', () => {
  test('create, get, save, list: what is saved is what is on disk, byte for byte', async () => {
    const { create, get, save, list } = operations();
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
    const { create, save } = operations();
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
    const { create, save } = operations();
    const workflow = await create({ name: 'one', source: valid() });
    const edits = [2, 3, 4].map((n) =>
      codeOf(save({ name: 'one', source: valid(n), base_hash: workflow.hash })),
    );
    expect(new Set(await Promise.all(edits))).toEqual(new Set(['done', 'workflow.changed']));
  });

  test('rename changes the name in the text, keeps comments and the switch', async () => {
    const { create, rename, enable, get } = operations();
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
    const { create, remove, restore } = operations();
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
    const { create } = operations();
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
    const { create, get } = operations();
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
    const { create, save } = operations();
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
    const { create, save } = operations();
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
    const { create } = operations();
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

describe('the disk', () => {
  test('a crash while a file is written leaves the old one whole', async () => {
    const file = join(dir, 'one.yaml');
    await writeFile(file, valid(1));
    for (const point of ['workflow.file.written', 'workflow.file.synced']) {
      const script = `import { writeFileAtomically } from '#main/workflows/store/write-file.ts'; await writeFileAtomically(${JSON.stringify(file)}, 'new');`;
      const run = () =>
        execFileSync(process.execPath, ['--input-type=module', '-e', script], {
          env: { ...process.env, NEXUS_FAILPOINT: point },
          stdio: 'pipe',
        });
      expect(run).toThrow(expect.objectContaining({ signal: 'SIGKILL' }));
      expect(await readFile(file, 'utf8')).toBe(valid(1));
    }
    await store.refresh();
    expect(store.files().map((f) => f.name)).toEqual(['one']);
  });

  test('a place that cannot be written is a clear error, and opening goes on', async () => {
    // A file where the folder should be fails for root as well, whom permissions do not stop.
    await rm(dir, { recursive: true });
    await writeFile(dir, 'not a folder');
    const again = newStore();
    await again.open();
    expect(again.files()).toEqual([]);
    expect(await codeOf(again.save('one', valid(), undefined))).toBe('file.unavailable');
  });

  test('no name leads out of the folder', async () => {
    const { create, save, rename, remove, restore, get } = operations();
    await create({ name: 'one', source: valid() });
    const evil = fc.oneof(
      fc.constantFrom(
        '../evil',
        '..',
        '.',
        '/etc/evil',
        'a/b',
        'a\\b',
        '',
        'x\0y',
        '.hidden',
        'ü',
        'A',
        'a'.repeat(101),
        'evil.yaml/../../x',
      ),
      fc
        .tuple(fc.string({ maxLength: 5 }), fc.constantFrom('/', '\\', '..', '\0'))
        .map(([a, b]) => `${b}${a}`),
    );
    await fc.assert(
      fc.asyncProperty(evil, async (name) => {
        const codes = await Promise.all(
          [
            async () => create({ name, source: valid() }),
            async () => save({ name, source: valid() }),
            async () => rename('one', name),
            async () => remove(name),
            async () => restore(name),
            async () => restore(`${name}--t_1.yaml`),
            async () => get(name),
          ].map((call) => codeOf(call())),
        );
        expect(['workflow.name', 'workflow.not_found']).toEqual(
          expect.arrayContaining([...new Set(codes)]),
        );
      }),
      { numRuns: 60 },
    );
    expect(await readdir(dir)).toEqual(['one.yaml']);
    expect((await readdir(home)).filter((f) => !f.startsWith('nexus.db'))).toEqual(['workflows']);
    expect(existsSync(join(dir, '..', 'evil'))).toBe(false);
    expect((await stat(join(dir, 'one.yaml'))).mode & 0o077).toBe(0);
  });
});

describe('for the editor', () => {
  test('preview shows a value of a run, errors as text, and names', async () => {
    const { create, preview } = operations();
    await create({ name: 'one', source: `inputs: { n: { type: integer } }\n${valid()}` });
    const shown = preview({
      text: 'n is ${{ inputs.n + 1 }}',
      run: 'run_1',
      workflow: 'one',
      step: 'a',
    });
    expect(shown.value).toBe('n is 5');
    expect(shown.names).toContainEqual(expect.objectContaining({ label: 'inputs.n', value: 4 }));
    expect(preview({ text: '${{ secrets.TOKEN }}', run: 'run_1' }).value).toBe('***');
    expect(preview({ text: '${{ inputs.x }}', run: 'run_1' }).error).toContain('No such key');
    expect(preview({ text: '${{ inputs.x }}', workflow: 'one' }).error).toContain('no run');
  });

  test('validate, kinds and schema answer with the contract’s shapes', async () => {
    const { validate, kinds, schema } = operations();
    expect(validate({ source: valid() })).toMatchObject({ valid: true, problems: [] });
    expect(validate({ source: broken, file: 'x.yaml' }).problems[0]).toMatchObject({
      file: 'x.yaml',
      line: 3,
    });
    expect(kinds().map((k) => k.kind)).toEqual(['shell', 'transform']);
    expect(schema()).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      required: ['steps'],
    });
  });
});

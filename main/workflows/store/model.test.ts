import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '#main/base/clock.ts';
import { type Database, migrate, openDatabase } from '#main/base/database.ts';
import type { NexusError } from '#main/base/errors.ts';
import { silentLogger } from '#main/base/log.ts';
import { testKinds } from '../language/testing/kinds.ts';
import { fileError } from './file-error.ts';
import {
  createWorkflowStore,
  workflowMigrations,
  workflowOperations,
  type WorkflowStore,
} from './index.ts';
import { checkedName, nameInTrash, trashName, withName } from './names.ts';
import { writeFileAtomically } from './write-file.ts';

let home: string;
let dir: string;
let db: Database;
const open: WorkflowStore[] = [];

function newStore(): WorkflowStore {
  const store = createWorkflowStore({
    dir,
    kinds: testKinds,
    db,
    clock: systemClock,
    log: silentLogger,
  });
  open.push(store);
  return store;
}

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'nexus-model-'));
  dir = join(home, 'workflows');
  db = openDatabase(':memory:');
  migrate(db, [workflowMigrations]);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((store) => store.close()));
  db.close();
  rmSync(home, { recursive: true, force: true });
});

const text = (n: number) => `steps:\n  - id: a\n    uses: transform\n    with: { value: ${n} }\n`;
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: NexusError) => error.code,
  );

describe('the store against a model of it', () => {
  type Step =
    | { do: 'create' | 'write' | 'delete' | 'remove'; name: string; n: number }
    | { do: 'save'; name: string; n: number; stale: boolean }
    | { do: 'rename'; name: string; to: string }
    | { do: 'restore'; which: number }
    | { do: 'reopen' };
  const name = fc.constantFrom('a', 'b', 'c.d');
  const n = fc.nat(99);
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ do: fc.constantFrom('create', 'write', 'delete', 'remove'), name, n }),
    fc.record({ do: fc.constant('save'), name, n, stale: fc.boolean() }),
    fc.record({ do: fc.constant('rename'), name, to: name }),
    fc.record({ do: fc.constant('restore'), which: fc.nat(5) }),
    fc.record({ do: fc.constant('reopen') }),
  ) as fc.Arbitrary<Step>;

  test('nothing is lost, nothing is overwritten, and the list is what is on disk, whatever is done in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
        rmSync(dir, { recursive: true, force: true });
        rmSync(join(home, 'trash'), { recursive: true, force: true });
        db.prepare('DELETE FROM workflow_files').run();
        let store = newStore();
        await store.open();
        const files = new Map<string, string>();
        const trash: { id: string; name: string; text: string }[] = [];
        for (const one of steps) {
          const path = 'name' in one ? join(dir, `${one.name}.yaml`) : '';
          const here = 'name' in one ? files.get(one.name) : undefined;
          switch (one.do) {
            case 'create': {
              const code = await codeOf(store.save(one.name, text(one.n), undefined));
              expect(code).toBe(here === undefined ? 'done' : 'workflow.exists');
              if (here === undefined) files.set(one.name, text(one.n));
              break;
            }
            case 'save': {
              const hash = store.has(one.name) && !one.stale ? store.file(one.name).hash : 'stale';
              const code = await codeOf(store.save(one.name, text(one.n), hash));
              const fits = here !== undefined && !one.stale;
              expect(code).toBe(fits ? 'done' : 'workflow.changed');
              if (fits) files.set(one.name, text(one.n));
              break;
            }
            case 'write':
              writeFileSync(path, text(one.n));
              files.set(one.name, text(one.n));
              await store.refresh(new Set([`${one.name}.yaml`]));
              break;
            case 'delete':
              rmSync(path, { force: true });
              files.delete(one.name);
              await store.refresh();
              break;
            case 'remove': {
              const removed = await store.remove(one.name).catch((error: NexusError) => error.code);
              if (here === undefined) expect(removed).toBe('workflow.not_found');
              else trash.push({ id: removed, name: one.name, text: here });
              files.delete(one.name);
              break;
            }
            case 'rename': {
              const code = await codeOf(store.rename(one.name, one.to));
              const taken = one.to !== one.name && files.has(one.to);
              expect(code).toBe(
                here === undefined ? 'workflow.not_found' : taken ? 'workflow.exists' : 'done',
              );
              if (here === undefined || taken) break;
              files.delete(one.name);
              files.set(one.to, here);
              break;
            }
            case 'restore': {
              const wanted = trash[one.which % Math.max(1, trash.length)];
              if (!wanted) break;
              const code = await codeOf(store.restore(wanted.id));
              expect(code).toBe(files.has(wanted.name) ? 'workflow.exists' : 'done');
              if (code !== 'done') break;
              files.set(wanted.name, wanted.text);
              trash.splice(trash.indexOf(wanted), 1);
              break;
            }
            case 'reopen':
              await store.close();
              store = newStore();
              await store.open();
          }
          expect(store.files().map((file) => [file.name, file.source])).toEqual(
            [...files].toSorted(([a], [b]) => (a < b ? -1 : 1)),
          );
        }
        expect(readdirSync(dir).toSorted()).toEqual(
          [...files.keys()].map((file) => `${file}.yaml`).toSorted(),
        );
        await store.close();
      }),
      { numRuns: 60 },
    );
  });

  test('whoever asks at once gets one answer each, and one create of a name wins', async () => {
    const store = newStore();
    await store.open();
    const codes = await Promise.all(
      Array.from({ length: 8 }, (_, i) => codeOf(store.save('one', text(i), undefined))),
    );
    expect(codes.toSorted()).toEqual([
      'done',
      ...Array.from({ length: 7 }, () => 'workflow.exists'),
    ]);
    const removed = await Promise.all(Array.from({ length: 4 }, () => codeOf(store.remove('one'))));
    expect(removed.toSorted()).toEqual([
      'done',
      ...Array.from({ length: 3 }, () => 'workflow.not_found'),
    ]);
  });
});

describe('the name in a text', () => {
  const valid = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,12}$/);
  const written: ((name: string) => string)[] = [
    (name) => `name: ${JSON.stringify(name)}`,
    (name) => `name: '${name}' # the name`,
    (name) => `name:   "${name}"   `,
    (name) => `"name": "${name}"`,
    (name) => `? name\n: "${name}"`,
    (name) => `name: >-\n  ${name}`,
    (name) => `name: |-\n  ${name}`,
    (name) => `name: >\n  ${name}`,
    (name) => `name:\n  "${name}"`,
    (name) => `name: &anchor "${name}"\nalias: *anchor`,
    (name) => `name: !!str ${JSON.stringify(name)}`,
  ];
  const rest = fc.constantFrom('', '# a comment', 'description: "it\'s: # odd"', 'tags: [a, b]');

  test('is set in whatever way it was written, and the rest of the text stays as it was', () => {
    fc.assert(
      fc.property(
        valid,
        valid,
        fc.constantFrom(...written),
        rest,
        rest,
        (old, next, write, before, after) => {
          fc.pre(before !== after || before === '');
          const source = [before, write(old), after, 'steps: []', '']
            .filter((line, i) => line !== '' || i === 4)
            .join('\n');
          const changed = withName(source, next);
          const [was, is] = [parse(source), parse(changed)] as Record<string, unknown>[];
          expect(is!['name'], changed).toBe(next);
          const same = (one: Record<string, unknown>) => ({ ...one, name: '', alias: '' });
          expect(same(is!), changed).toEqual(same(was!));
          if (before.startsWith('#')) expect(changed.startsWith(before)).toBe(true);
          expect(withName(changed, next)).toBe(changed);
        },
      ),
      { numRuns: 600 },
    );
  });

  test('is not put where there was none, nor into a text that is no map or no YAML', () => {
    for (const source of [
      'steps: []\n',
      '- a\n',
      'a: [\n',
      '',
      'just text',
      'name:\nsteps: []\n',
      '# only a comment\n',
    ])
      expect(withName(source, 'new')).toBe(
        source === 'name:\nsteps: []\n' ? withName(source, 'new') : source,
      );
    expect(stringify(parse(withName('{ name: old, steps: [] }', 'new')))).toBe(
      'name: new\nsteps: []\n',
    );
  });

  test('of a file in the trash is found again, and no other text is one', () => {
    fc.assert(
      fc.property(valid, fc.stringMatching(/^[a-z0-9_]{1,20}$/), (name, id) => {
        expect(nameInTrash(trashName(name, id))).toBe(name);
      }),
    );
    for (const text of [
      'a.yaml',
      '../a--t_1.yaml',
      'A--t_1.yaml',
      'a--t_1.yml',
      'a--../t_1.yaml',
      '--t_1.yaml',
      '',
    ])
      expect(() => nameInTrash(text), text).toThrow('trash');
  });

  test('is one that every file system takes, or is refused', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        let name: string | undefined;
        try {
          name = checkedName(text);
        } catch (error) {
          expect((error as NexusError).code).toBe('workflow.name');
          return;
        }
        expect(name).toMatch(/^[a-z0-9][a-z0-9._-]*$/);
        expect(join(dir, `${name}.yaml`).startsWith(`${dir}/`)).toBe(true);
      }),
    );
    for (const bad of [
      '',
      '.',
      '..',
      'a/b',
      'a\\b',
      'A',
      'é',
      'a b',
      `a${'b'.repeat(100)}`,
      'a\n',
      '-a',
      '.a',
    ])
      expect(() => checkedName(bad), bad).toThrow('not allowed');
  });
});

describe('writing a file', () => {
  test('leaves no other file behind, is for its user alone, and keeps every byte', async () => {
    rmSync(dir, { recursive: true, force: true });
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (content) => {
        const file = join(home, 'x.yaml');
        const kept = Buffer.from(content).toString();
        await writeFileAtomically(file, kept);
        expect(readFileSync(file, 'utf8')).toBe(kept);
        expect(statSync(file).mode & 0o077).toBe(0);
        expect(readdirSync(home).filter((name) => name.endsWith('.tmp'))).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  test('that fails leaves nothing behind, and says which file and what to do', async () => {
    const file = join(home, 'missing', 'x.yaml');
    const error = await writeFileAtomically(file, 'x').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'file.unavailable', kind: 'operational' });
    expect((error as NexusError).message).toContain(file);
    expect((error as NexusError).hint).toBeTruthy();
    expect(readdirSync(home)).not.toContain('missing');
  });

  test.each([
    ['ENOSPC', 'file.full'],
    ['EDQUOT', 'file.full'],
    ['EACCES', 'file.read_only'],
    ['EROFS', 'file.read_only'],
    ['EIO', 'file.unavailable'],
  ])('%s is told as %s, once', (code, told) => {
    const thrown = Object.assign(new Error('no'), { code });
    const error = fileError(thrown, '/x') as NexusError;
    expect(error.code).toBe(told);
    expect(fileError(error, '/y')).toBe(error);
  });

  test('a defect of ours is not told as a problem of the disk', () => {
    const defect = new TypeError('x is not a function');
    expect(fileError(defect, '/x')).toBe(defect);
  });
});

describe('operations on a file that is not valid', () => {
  test('run, save and rename say so, and what was there stays', async () => {
    const store = newStore();
    await store.open();
    const act = workflowOperations(store, {
      kinds: testKinds,
      scopeOf: () => undefined,
      secretNames: () => [],
      templates: async () => [],
    });
    const made = await act.create({
      name: 'one',
      source: 'steps: [{ id: a, uses: nonsense }, 7]\n',
    });
    expect(made).toMatchObject({ valid: false });
    const error = await act.compiled('one').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'workflow.invalid', details: { problems: [{}, {}] } });
    expect((error as NexusError).message).toContain('line 1');
    await act.rename('one', 'two');
    expect(readFileSync(join(dir, 'two.yaml'), 'utf8')).toBe(
      'steps: [{ id: a, uses: nonsense }, 7]\n',
    );
    expect(await codeOf(act.compiled('none'))).toBe('workflow.not_found');
    expect(await codeOf(act.compiled('../two', text(1)))).toBe('workflow.name');
  });
});

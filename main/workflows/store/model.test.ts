import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Database } from '#main/base/database.ts';
import type { NexusError } from '#main/base/errors.ts';
import { codeOf, valid as text, withPlace, type Place } from './store.testing.ts';

let home: string;
let dir: string;
let db: Database;
let newStore: Place['newStore'];
withPlace('memory', (place) => ({ home, dir, db, newStore } = place));

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

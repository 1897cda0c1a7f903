import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
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

/** For tests: where stores are made. */
export interface Place {
  home: string;
  /** The folder of the workflows. */
  dir: string;
  db: Database;
  /** Another store on this folder and database, closed with the test. */
  newStore(): WorkflowStore;
}

/** A home with a database of its own for each test, given to `take`, and gone with the test. */
export function withPlace(database: 'file' | 'memory', take: (place: Place) => void): void {
  let home: string;
  let db: Database;
  const open: WorkflowStore[] = [];
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'nexus-store-'));
    db = openDatabase(database === 'file' ? join(home, 'nexus.db') : ':memory:');
    migrate(db, [workflowMigrations]);
    const dir = join(home, 'workflows');
    const newStore = () => {
      const made = createWorkflowStore({
        dir,
        kinds: testKinds,
        db,
        clock: systemClock,
        log: silentLogger,
      });
      open.push(made);
      return made;
    };
    take({ home, dir, db, newStore });
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((store) => store.close()));
    db.close();
    rmSync(home, { recursive: true, force: true });
  });
}

/** {@link withPlace}, and a store on it that is open. */
export function withStore(take: (place: Place & { store: WorkflowStore }) => void): void {
  let place: Place;
  withPlace('file', (made) => (place = made));
  beforeEach(async () => {
    const store = place.newStore();
    await store.open();
    take({ ...place, store });
  });
}

/** A workflow that is valid, and another one for each number. */
export const valid = (value = 1) =>
  `# a comment\nsteps:\n  - id: a\n    uses: transform\n    with: { value: ${value} }\n`;

/** What can be asked of a store, with one run, one secret and one template. */
export const operationsOn = (store: WorkflowStore) =>
  workflowOperations(store, {
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

/** What an editor leaves that was ended in the middle. */
export const broken = 'steps:\n  - id: a\n    uses: "trans';

/** The code of the error that an operation ends with, or `done`. */
export const codeOf = (promise: Promise<unknown>): Promise<string | undefined> =>
  promise.then(
    () => 'done',
    (error: { code?: string }) => error.code,
  );

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrate, openDatabase } from '#main/base/database.ts';
import type { Database } from '#main/base/database.ts';
import { Deliveries } from './deliveries.ts';
import { triggersMigrations } from './migrations.ts';

let folder: string;
let db: Database;
const open = () => {
  const opened = openDatabase(join(folder, 'nexus.db'));
  migrate(opened, [triggersMigrations]);
  return opened;
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nexus-deliveries-'));
  db = open();
});

afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

const MINUTE = 60_000;
const seen = (
  deliveries: Deliveries,
  parts: { hook?: string; token?: string; id?: string; signature?: string; now?: number },
) =>
  deliveries.remember({
    hook: 'w in',
    token: 'new',
    id: undefined,
    signature: 's1',
    now: 0,
    windowMs: 5 * MINUTE,
    ...parts,
  });

test('a signature is known in its window, by whatever id and after a restart', async () => {
  expect(await seen(new Deliveries(db), { token: 'first', id: 'a' })).toBe('first');
  db.close();
  db = open();
  const deliveries = new Deliveries(db);
  expect(await seen(deliveries, { id: 'b', now: 5 * MINUTE })).toBe('first');
  expect(await seen(deliveries, { id: 'c', now: 5 * MINUTE + 1 })).toBe('new');
});

test('an id is known for days, whatever comes with it', async () => {
  const deliveries = new Deliveries(db);
  await seen(deliveries, { token: 'first', id: 'a' });
  expect(await seen(deliveries, { id: 'a', signature: 's2', now: 6 * 86_400_000 })).toBe('first');
  expect(await seen(deliveries, { id: 'a', signature: 's3', now: 8 * 86_400_000 })).toBe('new');
});

test('webhooks do not know each other’s deliveries', async () => {
  const deliveries = new Deliveries(db);
  await seen(deliveries, { token: 'first' });
  expect(await seen(deliveries, { hook: 'other in' })).toBe('new');
});

test('two processes that see one delivery at once give it one token', async () => {
  const other = open();
  const both = [new Deliveries(db), new Deliveries(other)];
  const tokens = await Promise.all(
    both.flatMap((deliveries, i) =>
      Array.from({ length: 20 }, (_, k) => seen(deliveries, { token: `${i}-${k}` })),
    ),
  );
  other.close();
  expect(new Set(tokens).size).toBe(1);
});

test('what is over is forgotten, so that the table stays bounded', async () => {
  const deliveries = new Deliveries(db);
  for (let i = 0; i < 50; i += 1) await seen(deliveries, { signature: `s${i}` });
  await seen(deliveries, { signature: 'late', now: 60 * MINUTE });
  expect(db.prepare('SELECT key FROM webhook_deliveries').all()).toEqual([
    { key: 'signature:late' },
  ]);
});

test('a database that cannot be written refuses the delivery instead of letting it through', async () => {
  const deliveries = new Deliveries(db);
  db.pragma('query_only = ON');
  await expect(seen(deliveries, {})).rejects.toThrow(/readonly/);
});

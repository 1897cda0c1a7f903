import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#main/base/clock.ts';
import { migrate, openDatabase } from '#main/base/database.ts';
import { silentLogger } from '#main/base/log.ts';
import { createRedactor } from '#main/base/redact.ts';
import { noKeychain, Vault, vaultMigrations } from '#main/vault/index.ts';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { median, number, type Row } from './support/table.ts';

const SECRETS = 100;
const PASSPHRASE = 'correct horse battery staple';

/** The vault alone, in this process: as new vaults are made (argon2id, 128 MiB), with a hundred secrets. */
export async function measure(): Promise<Row[]> {
  const home = mkdtempSync(join(tmpdir(), 'nexus-bench-vault-'));
  const db = openDatabase(join(home, 'nexus.db'));
  migrate(db, [vaultMigrations]);
  const redactor = createRedactor();
  const vault = new Vault({
    db,
    folder: join(home, 'vault'),
    clock: systemClock,
    log: silentLogger,
    conceal: (value, name) => redactor.add(value, name),
    record: async () => undefined,
    keychain: noKeychain,
    idleMinutes: () => 0,
    locksWithScreen: () => true,
  });
  await vault.init({ passphrase: PASSPHRASE, recovery: true, keychain: false });
  const values = Object.fromEntries(
    Array.from({ length: SECRETS }, (_, i) => [`SECRET_${i}`, `value number ${i} of the vault`]),
  );
  const content = Buffer.from(JSON.stringify(values));
  await vault.import({ content, format: 'json', replace: false }, 'bench');
  const timed = async (times: number, work: (n: number) => unknown): Promise<number> => {
    const all: number[] = [];
    for (let n = 0; n < times; n += 1) {
      const from = performance.now();
      await work(n);
      all.push(performance.now() - from);
    }
    return median(all);
  };
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const unlock = await timed(7, async () => {
    vault.lock('asked');
    await vault.unlock({ passphrase: PASSPHRASE });
  });
  delay.disable();
  const set = await timed(25, (n) =>
    vault.set({ name: 'CHANGING', value: `changing value ${n}` }, 'bench'),
  );
  const gets = 20_000;
  const from = performance.now();
  for (let n = 0; n < gets; n += 1) vault.get(`SECRET_${n % SECRETS}`);
  const get = ((performance.now() - from) / gets) * 1000;
  vault.close();
  db.close();
  rmSync(home, { recursive: true, force: true });
  const bench = `vault, ${SECRETS} secrets`;
  return [
    { bench, figure: 'unlock, argon2id 128 MiB (p50)', value: `${number(unlock)} ms` },
    {
      bench,
      figure: 'event loop delay meanwhile (p99)',
      value: `${number(delay.percentile(99) / 1e6)} ms`,
    },
    { bench, figure: 'get', value: `${number(get)} µs` },
    { bench, figure: 'set, two files synced (p50)', value: `${number(set)} ms` },
  ];
}

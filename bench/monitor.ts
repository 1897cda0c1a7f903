import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate, openDatabase } from '#main/base/database.ts';
import { collect } from '#main/monitor/collect/collect.ts';
import { runHere } from '#main/monitor/collect/local.ts';
import { figuresOf } from '#main/monitor/collect/rates.ts';
import { History } from '#main/monitor/history/history.ts';
import { monitorMigrations } from '#main/monitor/migrations.ts';
import { number, type Row } from './support/table.ts';

const HOSTS = 20;
const DAY = 86_400;
const INTERVAL = 10;
const T0 = 1_763_683_200;

/** The figures of this machine, varied, as those of many hosts over a day. */
export async function measure(): Promise<Row[]> {
  const first = await collect(runHere, { timeoutMs: 20_000 });
  const began = performance.now();
  const looks = 20;
  let next = first;
  for (let i = 0; i < looks; i += 1) next = await collect(runHere, { timeoutMs: 20_000 });
  const perLook = (performance.now() - began) / looks;
  const values = { up: 1, ...figuresOf(next, first, 1).values };
  const metrics = Object.keys(values).length;
  const folder = mkdtempSync(join(tmpdir(), 'nexus-bench-'));
  try {
    return [
      row('one look at this machine', `${number(perLook)} ms`),
      ...history(join(folder, 'nexus.db'), values, metrics),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function history(file: string, values: Record<string, number>, metrics: number): Row[] {
  const db = openDatabase(file);
  migrate(db, [monitorMigrations]);
  const kept = new History(db);
  const size = () => {
    db.pragma('wal_checkpoint(TRUNCATE)');
    return statSync(file).size;
  };
  const empty = size();
  const vary = (second: number, host: number) =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        name.endsWith('total') && name !== 'cpu.total'
          ? value
          : value * (1 + Math.sin(second / 977 + host) / 2),
      ]),
    );
  const written = time(() => {
    for (let second = 0; second < DAY; second += INTERVAL)
      kept.write(
        Array.from({ length: HOSTS }, (_, i) => ({
          host: i + 1,
          second: T0 + second,
          values: vary(second, i),
        })),
        T0 + second,
      );
  });
  const rows = (DAY / INTERVAL) * HOSTS;
  const raw = size();
  const rolled = time(() => {
    for (let host = 1; host <= HOSTS; host += 1) while (kept.rollUp(host, T0 + DAY + 60));
  });
  const all = size();
  const ask = (span: number, points: number) =>
    time(() => {
      for (let i = 0; i < 20; i += 1)
        kept.query({
          host: (i % HOSTS) + 1,
          metrics: ['cpu.total', 'memory.used', 'load.1', 'net.received', 'net.sent'],
          from: T0 + DAY - span,
          to: T0 + DAY,
          points,
          nowSecond: T0 + DAY,
          interval: INTERVAL,
        });
    }) / 20;
  const hour = ask(3600, 360);
  const day = ask(DAY, 360);
  db.close();
  return [
    row(`samples written, ${HOSTS} hosts a commit`, `${number(rows / (written / 1000))} rows/s`),
    row('metrics of a sample', number(metrics)),
    row('raw bytes of a host and day', `${number((raw - empty) / HOSTS / 1024)} KiB`),
    row('rolled-up bytes of a host and day', `${number((all - raw) / HOSTS / 1024)} KiB`),
    row('roll-up of a host and day', `${number(rolled / HOSTS)} ms`),
    row('five metrics over an hour', `${number(hour)} ms`),
    row('five metrics over a day', `${number(day)} ms`),
  ];
}

function row(figure: string, value: string): Row {
  return { bench: 'monitor', figure, value };
}

function time(work: () => void): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

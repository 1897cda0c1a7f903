import { join } from 'node:path';
import { migrate, openDatabase } from '#main/base/database.ts';
import { History } from '#main/monitor/history/history.ts';
import { monitorMigrations } from '#main/monitor/migrations.ts';

const HOUR = 3600;
const GIB = 1024 ** 3;

/** Figures with the shape of a day: quiet nights, busy noons, now and then a peak. */
function figures(second: number, i: number): Record<string, number> {
  const day = Math.sin(((second % 86_400) / 86_400) * 2 * Math.PI - 2);
  const noise = ((i * 7919) % 97) / 97;
  const peak = i % 211 < 6 ? 45 : 0;
  const cpu = Math.min(100, 28 + day * 18 + noise * 12 + peak);
  return {
    up: 1,
    'cpu.total': cpu,
    'memory.total': 16 * GIB,
    'memory.used': (7.5 + day * 1.5 + noise * 0.3) * GIB,
    'memory.used_percent': 47 + day * 9,
    'load.1': cpu / 30,
    'load.5': 1.2 + day * 0.5,
    'load.15': 1.1 + day * 0.4,
    'net.received': (2 + day + noise) * 1024 ** 2,
    'net.sent': (0.6 + day * 0.3 + noise * 0.4) * 1024 ** 2,
    'disk.read': noise * 4e6,
    'disk.write': (1 + day + peak / 10) * 2e6,
  };
}

// A sample a minute for eight days; in the last hour, one every ten seconds.
const db = openDatabase(join(process.argv[2]!, 'nexus.db'));
migrate(db, [monitorMigrations]);
const history = new History(db);
db.prepare(
  "INSERT INTO monitor_hosts (host, monitored, interval_ms) VALUES ('local', 1, 10000)",
).run();
const { id: host } = db.prepare("SELECT id FROM monitor_hosts WHERE host = 'local'").get() as {
  id: number;
};
const now = Math.floor(Date.now() / 1000);
let batch: Parameters<History['write']>[0] = [];
let i = 0;
for (let second = now - 192 * HOUR; second < now - 15; second += second > now - HOUR ? 10 : 60) {
  i += 1;
  const away = (now - second) / HOUR;
  // Twice nobody was there: an hour and a half this morning, five minutes within the last hour.
  if ((away > 6 && away < 7.5) || (away > 0.4 && away < 0.5)) continue;
  batch = [...batch, { host, second, values: figures(second, i) }];
  if (batch.length < 500) continue;
  history.write(batch, second);
  while (history.rollUp(host, second));
  batch = [];
}
history.write(batch, now);
while (history.rollUp(host, now));
db.close();

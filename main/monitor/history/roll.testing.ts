import { migrate, openDatabase } from '#main/base/database.ts';
import { monitorMigrations } from '../migrations.ts';
import { History } from './history.ts';

// A process for crash tests: writes two hours of samples where there are none, and rolls them up.
const T0 = 1_763_683_200;
const db = openDatabase(process.argv[2]!);
migrate(db, [monitorMigrations]);
const history = new History(db);
const samples = Array.from({ length: 720 }, (_, i) => ({
  host: 1,
  second: T0 + i * 10,
  values: { a: (i * 37) % 100, b: i },
}));
if (!history.newest(1, 0)) history.write(samples, T0 + 7200);
while (history.rollUp(1, T0 + 9000));
db.close();

import { systemClock } from '#main/base/clock.ts';
import { migrate, openDatabase } from '#main/base/database.ts';
import { silentLogger } from '#main/base/log.ts';
import { createQuestions, type Questions } from '#main/questions/index.ts';
import {
  createSsh,
  type Fabric,
  FileExchange,
  HostOperations,
  productionGate,
  sshMigrations,
} from '../index.ts';

/** The whole service over a database in memory; it knows one host, `web`, on which nothing listens. */
export function memoryHosts(): {
  fabric: Fabric;
  hosts: HostOperations;
  questions: Questions;
  exchange: FileExchange;
} {
  const db = openDatabase(':memory:');
  migrate(db, [sshMigrations]);
  const questions = createQuestions({ clock: systemClock, mustBeWatched: true });
  const fabric = createSsh({
    db,
    home: '/nonexistent',
    clock: systemClock,
    log: silentLogger,
    questions,
    knownHosts: [],
    secrets: { value: () => '' },
  });
  fabric.hosts.add({ name: 'web', address: '127.0.0.1', port: 1, user: 'nobody' });
  const gate = productionGate(() => false);
  const hosts = new HostOperations({ fabric, questions, gate, clock: systemClock });
  const exchange = new FileExchange({ fabric, questions, gate, clock: systemClock });
  return { fabric, hosts, questions, exchange };
}

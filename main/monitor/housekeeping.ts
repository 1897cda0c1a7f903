import type { Clock } from '#main/base/clock.ts';
import type { Database } from '#main/base/database.ts';
import type { Logger } from '#main/base/log.ts';
import type { History } from './history/history.ts';

const ROLL_EVERY_MS = 60_000;
const RETAIN_EVERY = 30;
const VACUUM_PAGES = 200;

interface House {
  db: Database;
  clock: Clock;
  log: Logger;
  history: History;
  /** Numbers of the hosts. */
  hosts: () => number[];
}

/** Rolls up every minute, deletes what is too old every half hour; returns what stops it. */
export function keepHouse(house: House): () => void {
  const { clock, log } = house;
  let open = true;
  let round = 0;
  let cancel = () => {};
  const next = () => {
    cancel = clock.at(clock.now() + ROLL_EVERY_MS, () => {
      const deletes = round % RETAIN_EVERY === 0;
      round += 1;
      sweep(house, deletes, () => open)
        .catch((error: unknown) => log.warn('history could not be rolled up yet', { error }))
        .finally(() => open && next());
    });
  };
  next();
  return () => {
    open = false;
    cancel();
  };
}

/** One round over all hosts, in short transactions with room for others between them. */
export async function sweep(house: House, deletes: boolean, isOpen: () => boolean): Promise<void> {
  const { history, clock, hosts, db } = house;
  const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));
  for (const host of hosts()) {
    for (let more = true; more && isOpen(); await breathe())
      more = history.rollUp(host, clock.now() / 1000);
    for (let more = deletes; more && isOpen(); await breathe())
      more = history.retain(host, clock.now() / 1000);
  }
  if (!deletes) return;
  const free = () => db.pragma('freelist_count', { simple: true }) as number;
  for (let left = free(); left > 0 && isOpen(); ) {
    db.pragma(`incremental_vacuum(${VACUUM_PAGES})`);
    await breathe();
    const now = free();
    if (now >= left) break;
    left = now;
  }
}

import type { Database, Statement } from '#main/base/database.ts';
import { MetricSlots } from './metrics.ts';

/** What the parts of the history share. */
export interface Store {
  db: Database;
  slots: MetricSlots;
  /** A statement, prepared once. */
  sql: (text: string) => Statement;
}

export function openStore(db: Database): Store {
  const statements = new Map<string, Statement>();
  return {
    db,
    slots: new MetricSlots(db),
    sql(text) {
      let statement = statements.get(text);
      if (!statement) statements.set(text, (statement = db.prepare(text)));
      return statement;
    },
  };
}

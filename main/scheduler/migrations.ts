import type { ServiceMigrations } from '#main/base/database.ts';

export const schedulerMigrations: ServiceMigrations = {
  service: 'scheduler',
  migrations: [
    {
      version: 1,
      // Times are epoch milliseconds. `base_due` is the occurrence, `next_due` the same with its
      // jitter; both are NULL while nothing is to fire (paused, switched off, over).
      sql: `
        CREATE TABLE schedules (
          id TEXT PRIMARY KEY,
          workflow TEXT NOT NULL,
          origin TEXT NOT NULL,
          position INTEGER NOT NULL,
          spec TEXT NOT NULL,
          zone TEXT NOT NULL,
          jitter TEXT,
          missed TEXT NOT NULL,
          max_missed INTEGER NOT NULL,
          inputs TEXT,
          enabled INTEGER NOT NULL,
          paused INTEGER NOT NULL,
          anchor INTEGER NOT NULL,
          base_due INTEGER,
          next_due INTEGER,
          last_at INTEGER,
          last_run TEXT
        ) WITHOUT ROWID;
        CREATE INDEX schedules_due ON schedules (next_due) WHERE next_due IS NOT NULL;
        CREATE INDEX schedules_workflow ON schedules (workflow, position);
        CREATE TABLE firings (
          id INTEGER PRIMARY KEY,
          schedule TEXT NOT NULL,
          workflow TEXT NOT NULL,
          due_at INTEGER NOT NULL,
          fired_at INTEGER NOT NULL,
          outcome TEXT NOT NULL,
          run TEXT,
          reason TEXT,
          inputs TEXT,
          owner TEXT,
          lease_until INTEGER,
          attempts INTEGER NOT NULL DEFAULT 0,
          UNIQUE (schedule, due_at)
        );
        CREATE INDEX firings_claimed ON firings (lease_until) WHERE outcome = 'claimed';
      `,
    },
  ],
};

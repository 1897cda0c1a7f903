import type { ServiceMigrations } from '#main/base/database.ts';

export const triggersMigrations: ServiceMigrations = {
  service: 'triggers',
  migrations: [
    {
      version: 1,
      sql: `
        CREATE TABLE webhook_deliveries (
          hook TEXT NOT NULL,
          key TEXT NOT NULL,
          token TEXT NOT NULL,
          until INTEGER NOT NULL,
          PRIMARY KEY (hook, key)
        ) WITHOUT ROWID;
        CREATE INDEX webhook_deliveries_until ON webhook_deliveries (until);
      `,
    },
  ],
};

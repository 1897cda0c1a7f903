import type { ServiceMigrations } from '#main/base/database.ts';

export const notificationMigrations: ServiceMigrations = {
  service: 'notifications',
  migrations: [
    {
      version: 1,
      sql: `CREATE TABLE notifications (
        id TEXT PRIMARY KEY,
        at INTEGER NOT NULL,
        level TEXT NOT NULL,
        title TEXT NOT NULL,
        body TEXT,
        link TEXT,
        read INTEGER NOT NULL DEFAULT 0
      ) WITHOUT ROWID;
      CREATE INDEX notifications_unread ON notifications (read) WHERE read = 0;`,
    },
  ],
};

import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#main/base/clock.ts';
import { migrate, openDatabase, type Database } from '#main/base/database.ts';
import { createRedactor } from '#main/base/redact.ts';
import { createNotifications, notificationMigrations, type Notifications } from './index.ts';

let db: Database;
let clock: ManualClock;
let notifications: Notifications;
beforeEach(() => {
  db = openDatabase(':memory:');
  migrate(db, [notificationMigrations]);
  clock = new ManualClock(1_700_000_000_000);
  const redactor = createRedactor();
  redactor.add('hunter2-hunter2');
  notifications = createNotifications({ db, clock, redact: redactor.redactText });
});

const tell = (title: string) => notifications.notify({ title, level: 'info' });

describe('notifications', () => {
  it('lists the newest first, also those of one millisecond', () => {
    tell('a');
    tell('b');
    clock.advance(1);
    tell('c');
    expect(notifications.list().map((n) => n.title)).toEqual(['c', 'b', 'a']);
  });

  it('never keeps a secret', () => {
    const note = notifications.notify({
      title: 'x hunter2-hunter2',
      body: 'hunter2-hunter2',
      level: 'ok',
    });
    expect(notifications.list()).toEqual([note]);
    expect(JSON.stringify(note)).not.toContain('hunter2');
  });

  it('counts as read what was unread, once', () => {
    const a = tell('a');
    tell('b');
    expect(notifications.read([a.id, a.id, 'note_none'])).toBe(1);
    expect(notifications.unread()).toBe(1);
    expect(notifications.read()).toBe(1);
    expect(notifications.read()).toBe(0);
    expect(notifications.list().every((n) => n.read)).toBe(true);
  });

  it('keeps a bounded number, so that a busy workflow does not fill the disk', () => {
    for (let i = 0; i < 510; i += 1) tell(String(i));
    const { n } = db.prepare('SELECT count(*) AS n FROM notifications').get() as { n: number };
    expect(n).toBe(500);
    expect(notifications.list()[0]!.title).toBe('509');
  });

  it('reaches the desktop only where it is wanted, and survives a desktop that fails', () => {
    const shown: string[] = [];
    const errors: unknown[] = [];
    let wanted = true;
    const mine = createNotifications({
      db,
      clock,
      redact: (text) => text,
      desktopAllowed: () => wanted,
      onError: (error) => errors.push(error),
    });
    mine.notify({ title: 'no window yet', level: 'info' });
    mine.desktop = (note) => shown.push(note.title);
    mine.notify({ title: 'yes', level: 'info' });
    wanted = false;
    mine.notify({ title: 'not wanted', level: 'info' });
    wanted = true;
    mine.desktop = () => {
      throw new Error('no bus');
    };
    mine.notify({ title: 'fails', level: 'info' });
    expect(shown).toEqual(['yes']);
    expect(errors).toHaveLength(1);
    expect(mine.list()).toHaveLength(4);
  });
});

describe('what is told in a burst', () => {
  it('keeps its order and its number, also beyond 1024 of one millisecond', () => {
    // Bug caught: ids of one millisecond begin anew, and the oldest that go are the newest.
    for (let i = 0; i < 1500; i += 1) tell(String(i));
    const titles = notifications.list().map(({ title }) => Number(title));
    expect(titles).toEqual(Array.from({ length: 200 }, (_, i) => 1499 - i));
    expect(notifications.unread()).toBe(500);
  });

  it('has what was given and nothing else: no body, no link where there was none', () => {
    const plain = tell('plain');
    expect(Object.keys(plain).toSorted()).toEqual(['at', 'id', 'level', 'read', 'title']);
    const full = notifications.notify({
      title: 't',
      level: 'danger',
      body: '',
      link: '/runs/run_1',
    });
    expect(notifications.list()).toEqual([full, plain]);
    expect(full).toMatchObject({ body: '', link: '/runs/run_1', read: false });
  });

  it('is still there when Nexus is started again', () => {
    tell('kept');
    notifications.read();
    const again = createNotifications({ db, clock });
    expect(again.list()).toMatchObject([{ title: 'kept', read: true }]);
    expect(again.unread()).toBe(0);
  });
});

describe('watching notifications', () => {
  it('begins at the call, not at the first read, and ends with the signal', async () => {
    const controller = new AbortController();
    const feed = notifications.watch(controller.signal);
    tell('a');
    tell('b');
    const seen: string[] = [];
    for await (const note of feed) {
      seen.push(note.title);
      if (seen.length === 2) controller.abort();
    }
    expect(seen).toEqual(['a', 'b']);
  });

  it('does not pile up for a reader that does not read', async () => {
    const feed = notifications.watch();
    for (let i = 0; i < 300; i += 1) tell(String(i));
    for await (const note of feed) {
      expect(note.title).toBe('100');
      break;
    }
  });
});

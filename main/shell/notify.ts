import { app, Notification } from 'electron';

/** What a desktop notification says. */
export interface DesktopNotification {
  title: string;
  body?: string | undefined;
}

const shown = new Set<Notification>();

/**
 * Shows a desktop notification where the system has them; `onClick` runs when a person clicks it.
 *
 * @returns whether it was shown.
 */
export function showNotification(content: DesktopNotification, onClick: () => void): boolean {
  if (!app.isReady() || !Notification.isSupported()) return false;
  const notification = new Notification({
    title: content.title.slice(0, 200),
    body: (content.body ?? '').slice(0, 1000),
  });
  // Kept until it is gone: a collected notification never tells of its click.
  shown.add(notification);
  const forget = () => shown.delete(notification);
  notification.on('click', () => {
    forget();
    onClick();
  });
  notification.on('close', forget);
  notification.on('failed', forget);
  notification.show();
  return true;
}

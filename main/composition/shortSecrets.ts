import type { Logger } from '#main/base/log.ts';
import type { Notifications } from '#main/notifications/index.ts';

/** Whom to tell of a secret that is too short to be hidden. */
interface Told {
  log: Logger;
  /** Absent in a single command: it would tell the same each time. */
  notifications?: Pick<Notifications, 'notify'>;
}

/**
 * Tells people of secrets that are too short to be redacted (below 6 characters): hiding every such
 * text would hide half of a log. The first are found before there is anybody to tell, so they are
 * kept until then.
 */
export function shortSecrets(): { found: (name: string) => void; tell: (told: Told) => void } {
  const early: string[] = [];
  let told: Told | undefined;
  const tell = (name: string) => {
    const title = `${name === 'a secret' ? 'A secret input' : `The secret ${name}`} is not hidden`;
    const body =
      'It is shorter than 6 characters, so it stays readable in logs and outputs. Use a longer one.';
    told!.log.warn(`${title}. ${body}`, { secret: name });
    told!.notifications?.notify({ level: 'warn', title, body });
  };
  return {
    found(name) {
      if (told) tell(name);
      else early.push(name);
    },
    tell(to) {
      told = to;
      for (const name of early.splice(0)) tell(name);
    },
  };
}

/**
 * What ICU shows on a zone's clocks, read field by field and so independent of the code under test.
 */
export interface Shown {
  /** `YYYY-MM-DD HH:MM` */
  text: string;
  /** As seconds, as if local were UTC. */
  wall: number;
  month: number;
  day: number;
  weekday: number;
  hour: number;
  minute: number;
}

const readers = new Map<string, (utc: number) => Shown>();

/** Reads the clocks of a zone at an instant (seconds); what was read once is remembered. */
export function clockReader(zone: string): (utc: number) => Shown {
  let reader = readers.get(zone);
  if (!reader) {
    const read = createReader(zone);
    const seen = new Map<number, Shown>();
    reader = (utc) => {
      let at = seen.get(utc);
      if (!at) seen.set(utc, (at = read(utc)));
      return at;
    };
    readers.set(zone, reader);
  }
  return reader;
}

function createReader(zone: string): (utc: number) => Shown {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  return (utc) => {
    const part = Object.fromEntries(
      format.formatToParts(utc * 1000).map(({ type, value }) => [type, value]),
    );
    const n = (key: string) => Number(part[key]);
    const wall =
      Date.UTC(n('year'), n('month') - 1, n('day'), n('hour'), n('minute'), n('second')) / 1000;
    return shown(wall);
  };
}

/** The fields of a wall time given in seconds as if local were UTC. */
export function shown(wall: number): Shown {
  const date = new Date(wall * 1000);
  return {
    text: date.toISOString().slice(0, 16).replace('T', ' '),
    wall,
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: date.getUTCDay(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
  };
}

/**
 * Every firing in `[from, to)` (seconds, whole minutes), found the slow way: look at the clocks in
 * every single minute and remember what they have shown.
 */
export function bruteForce(
  zone: string,
  from: number,
  to: number,
  interval: boolean,
  matches: (at: Shown) => boolean,
): number[] {
  const read = clockReader(zone);
  const firings: number[] = [];
  // A time that was shown before belongs to the past, for a fixed time.
  let latest = Number.NEGATIVE_INFINITY;
  for (let at = from; at < to; at += 60) {
    const now = read(at);
    const jumped: Shown[] = [];
    for (let wall = latest + 60; wall < now.wall && latest > 0; wall += 60)
      jumped.push(shown(wall));
    const fires = interval
      ? matches(now)
      : jumped.some(matches) || (now.wall > latest && matches(now));
    if (fires) firings.push(at);
    latest = Math.max(latest, now.wall);
  }
  return firings;
}

import { listed, lowerFirst, type Phrases, type Unit } from './phrases.ts';

const NTH = ['ersten', 'zweiten', 'dritten', 'vierten', 'fünften'];
const UNITS: Record<Unit, { one: string; many: string; each: string }> = {
  day: { one: 'Tag', many: 'Tage', each: 'Jeden Tag' },
  hour: { one: 'Stunde', many: 'Stunden', each: 'Jede Stunde' },
  minute: { one: 'Minute', many: 'Minuten', each: 'Jede Minute' },
  second: { one: 'Sekunde', many: 'Sekunden', each: 'Jede Sekunde' },
};
const minutesOf = (count: number, told: string): string =>
  count === 1 ? `zur Minute ${told}` : `zu den Minuten ${told}`;

/** Schedules in German. */
export const german: Phrases = {
  weekdays: ['Sonntag', 'Montag', 'Dienstag', 'Mittwoch', 'Donnerstag', 'Freitag', 'Samstag'],
  months: [
    'Januar',
    'Februar',
    'März',
    'April',
    'Mai',
    'Juni',
    'Juli',
    'August',
    'September',
    'Oktober',
    'November',
    'Dezember',
  ],
  day: (day) => `${day}.`,
  and: 'und',
  to: 'bis',

  isAt: /^Um \d/,
  at: (times) => `Um ${times}`,
  daily: (time) => `Täglich ${lowerFirst(time)}`,
  dailyIn: (time, months) => `${time}, täglich ${inMonths(months)}`,
  daysIn(days, months) {
    const dates = days.replace(/(\d\.) des Monats$/, `$1 ${months}`);
    if (dates !== days) return dates;
    const told = days.replace(/ des Monats$/, ` ${inMonths(months)}`);
    return told === days ? `${days} ${inMonths(months)}` : told;
  },

  every: (unit, count) => (count === 1 ? UNITS[unit].each : `Alle ${count} ${UNITS[unit].many}`),
  hourlyAt: (minutes, told) => `Jede Stunde ${minutesOf(minutes, told)}`,
  everyHoursAt: (hours, minute) =>
    `Alle ${hours} Stunden${minute === 0 ? '' : ` zur Minute ${minute}`}`,
  atMinutes: (minutes, told) => `Z${minutesOf(minutes, told).slice(1)}`,
  atSeconds: (seconds, told) => (seconds === 1 ? `Zur Sekunde ${told}` : `Zu den Sekunden ${told}`),
  fromTo: (from, to) => `von ${from} bis ${to}`,
  duringHours: (hours) => `in den Stunden ${hours}`,
  ofEveryMinute: (seconds) => `${seconds} jeder Minute`,
  secondsOf: (seconds, minutes) =>
    /^Um \d/.test(minutes)
      ? `${seconds} in der Minute ${minutes.slice(3)}`
      : `${seconds}, und das ${lowerFirst(minutes)}`,

  onDays: (_, told) => `am ${told} des Monats`,
  nearestTo: (day) => `am Werktag, der dem ${day}. am nächsten liegt`,
  lastDay: (onlyWeekdays) => `am letzten ${onlyWeekdays ? 'Werktag' : 'Tag'} des Monats`,
  beforeLast(days, onlyWeekdays) {
    const told = `${days} ${days === 1 ? 'Tag' : 'Tage'} vor dem letzten Tag des Monats`;
    return onlyWeekdays ? `am Werktag, der am nächsten liegt: ${told}` : told;
  },
  nthWeekday: (nth, weekday) =>
    `am ${nth === 'last' ? 'letzten' : NTH[nth - 1]} ${weekday} des Monats`,
  onWeekdays(days, rules) {
    if (days === undefined) return listed(rules, 'und');
    const plain = days.includes(' bis ') ? days : `am ${days}`;
    return listed([plain, ...rules], 'und');
  },
  both: (dates, weekdays) =>
    weekdays.startsWith('am ')
      ? `${dates}, wenn er zugleich ${weekdays} liegt`
      : `${dates}, wenn er zugleich in ${weekdays} liegt`,
  either: (dates, weekdays) => `${dates} oder ${weekdays}`,

  duration: (unit, count) => `${count} ${count === 1 ? UNITS[unit].one : UNITS[unit].many}`,
  everyDuration(duration) {
    const lone = Object.values(UNITS).find((unit) => duration === `1 ${unit.one}`);
    return lone ? lone.each : `Alle ${duration}`;
  },
  once: (date, time) => `Einmal, am ${date.split('-').toReversed().join('.')} um ${time}`,
};

// One month, or several: “im Januar”, “in den Monaten Januar und Juli”.
function inMonths(months: string): string {
  return months.includes(' ') ? `in den Monaten ${months}` : `im ${months}`;
}

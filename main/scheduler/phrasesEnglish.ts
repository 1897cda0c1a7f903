import { listed, lowerFirst, type Phrases } from './phrases.ts';

const NTH = ['first', 'second', 'third', 'fourth', 'fifth'];
const plural = (count: number, word: string): string => (count === 1 ? word : `${word}s`);

/** The language in which schedules are told where nothing else is asked for. */
export const english: Phrases = {
  weekdays: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
  months: [
    'January',
    'February',
    'March',
    'April',
    'May',
    'June',
    'July',
    'August',
    'September',
    'October',
    'November',
    'December',
  ],
  day: String,
  and: 'and',
  to: 'to',

  isAt: /^At \d/,
  at: (times) => `At ${times}`,
  daily: (time) => `${time} every day`,
  dailyIn: (time, months) => `${time}, every day in ${months}`,
  daysIn(days, months) {
    const told = days.replace(/of the month$/, `of ${months}`);
    return told === days ? `${days} in ${months}` : told;
  },

  every: (unit, count) => (count === 1 ? `Every ${unit}` : `Every ${count} ${unit}s`),
  hourlyAt: (minutes, told) => `Every hour at ${plural(minutes, 'minute')} ${told}`,
  everyHoursAt: (hours, minute) =>
    `Every ${hours} hours${minute === 0 ? '' : ` at minute ${minute}`}`,
  atMinutes: (minutes, told) => `At ${plural(minutes, 'minute')} ${told}`,
  atSeconds: (seconds, told) => `At ${plural(seconds, 'second')} ${told}`,
  fromTo: (from, to) => `from ${from} to ${to}`,
  duringHours: (hours) => `during hours ${hours}`,
  ofEveryMinute: (seconds) => `${seconds} of every minute`,
  secondsOf: (seconds, minutes) =>
    `${seconds} of ${minutes.startsWith('At ') ? minutes.slice(3) : lowerFirst(minutes)}`,

  onDays: (count, told) => `on ${plural(count, 'day')} ${told} of the month`,
  nearestTo: (day) => `on the weekday nearest to day ${day}`,
  lastDay: (onlyWeekdays) => `on the last ${onlyWeekdays ? 'weekday' : 'day'} of the month`,
  beforeLast(days, onlyWeekdays) {
    const told = `${days} ${plural(days, 'day')} before the last day of the month`;
    return onlyWeekdays ? `on the weekday nearest to ${told}` : told;
  },
  nthWeekday: (nth, weekday) =>
    `the ${nth === 'last' ? 'last' : NTH[nth - 1]} ${weekday} of the month`,
  onWeekdays(days, rules) {
    const text = listed([...(days === undefined ? [] : [days]), ...rules], 'and');
    return rules.length > 0 || !text.includes(' to ') ? `on ${text}` : text;
  },
  both: (dates, weekdays) => `${dates}, if it is ${weekdays.replace(/^on /, '')}`,
  either: (dates, weekdays) => `${dates} or ${weekdays}`,

  duration: (unit, count) => `${count} ${plural(count, unit)}`,
  // What follows the word every drops a lone 1.
  everyDuration: (duration) => `Every ${duration.replace(/^1 (\w+)$/, '$1')}`,
  once: (date, time) => `Once, on ${date} at ${time}`,
};

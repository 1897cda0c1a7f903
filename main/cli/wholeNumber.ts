import { usageError } from './io.ts';

/** An option's whole number. @throws NexusError `usage.invalid` */
export function wholeNumber(text: string, option: string, least = 1, most?: number): number {
  const number = Number(text);
  if (/^\d{1,15}$/.test(text) && number >= least && number <= (most ?? number)) return number;
  throw usageError(
    `${option} cannot be “${text}”.`,
    `It is a whole number from ${least} ${most === undefined ? 'on' : `to ${most}`}.`,
  );
}

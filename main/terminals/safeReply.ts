/* oxlint-disable no-control-regex -- control characters are what this is about */
/** The answers that a program may get from its terminal: none of them carries text that it sent before. */
const SAFE = [
  // Primary, secondary and tertiary device attributes
  /^\x1b\[[?>][\d;]*c$/,
  // Device status and the place of the cursor
  /^\x1b\[\??[\d;]+[nR]$/,
  // Whether a mode is set
  /^\x1b\[\??\d+;\d\$y$/,
];

/**
 * Whether an answer of the terminal may be sent to the program as if it had been typed. Answers that
 * echo what the output asked for (titles, status strings, names of capabilities) could make the
 * shell run what somebody put into a file that is shown.
 */
export function isSafeReply(data: string): boolean {
  return data.length <= 64 && SAFE.some((pattern) => pattern.test(data));
}

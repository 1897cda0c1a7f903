import { cut } from './table.ts';

/** Whether stderr is a terminal that can take back what it shows. */
export const canRedraw = (): boolean =>
  process.stderr.isTTY === true && process.env['TERM'] !== 'dumb';

/**
 * Draws the one line on stderr that tells how far something is, over what it said before. It is cut
 * to the terminal's width: of a line that wraps only the last row could be taken back.
 */
export function drawLine(line: string): void {
  const room = (process.stderr.columns || 80) - 1;
  eraseLine();
  process.stderr.write(cut(line.replace(/[\t\n]/g, ' '), room));
}

/** Takes the line away. */
export function eraseLine(): void {
  process.stderr.write('\r\u001b[2K');
}

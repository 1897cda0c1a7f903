/** What a program that is gone may have left switched on: margins, mouse, paste marks, second screen. */
const RESET =
  '\x1b[?1049l\x1b[!p\x1b[?9l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1004l\x1b[?1006l\x1b[?1016l\x1b[?2004l\x1b[?2026l\x1b[?25h\x1b[0m\r\n';

/**
 * What is written to a screen before another shell takes the place of the one that is gone: its
 * modes are switched off, and a line across says that what follows begins anew.
 */
export function newShell(cols: number): Buffer {
  return Buffer.from(`${RESET}\x1b[2m${'─'.repeat(cols)}\x1b[0m\r\n`);
}

/**
 * What a program that is gone may have left switched on: second screen, margins, mouse, paste marks.
 * Leaving the second screen (1049) puts the cursor where it was saved, on the first one too; so it is
 * saved (ESC 7) right before.
 */
const RESET =
  '\x1b7\x1b[?1049l\x1b[!p\x1b[?9l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1004l\x1b[?1006l\x1b[?1016l\x1b[?2004l\x1b[?2026l\x1b[?45l\x1b[?7h\x1b[?25h\x1b[0m\r\n\x1b[J';

/**
 * What is written to a screen before another shell takes the place of the one that is gone: its
 * modes are switched off, and a line across says that what follows begins anew.
 */
export function newShell(cols: number): Buffer {
  return Buffer.from(`${RESET}\x1b[2m${'─'.repeat(cols)}\x1b[0m\r\n`);
}

import { describe, expect, it } from 'vitest';
import { isSafeReply } from './safeReply.ts';

describe('an answer of the terminal', () => {
  it.each(['\x1b[?1;2c', '\x1b[>0;276;0c', '\x1b[0n', '\x1b[24;80R', '\x1b[?2026;2$y'])(
    'may be %j',
    (reply) => expect(isSafeReply(reply)).toBe(true),
  );

  it.each([
    '\x1b]lrm -rf ~\x1b\\',
    '\x1bP1$r0m\x1b\\',
    '\x1b]11;rgb:0000/0000/0000\x1b\\',
    '\x1b[8;24;80t',
    'ls\r',
    '\x1b[0n\r',
    '\x1b[?1;2c\n',
    `\x1b[${'1;'.repeat(100)}R`,
    '',
  ])('may not be %j', (reply) => {
    // Bug caught: text that a file chose reaches the shell as if it had been typed.
    expect(isSafeReply(reply)).toBe(false);
  });
});

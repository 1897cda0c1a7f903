import * as headless from '@xterm/headless';
import type { Terminal } from '@xterm/xterm';
import { describe, expect, it } from 'vitest';
import { silenceQueries } from './silenceQueries.ts';

const { Terminal: Headless } = headless;

function silenced() {
  const terminal = new Headless({ cols: 40, rows: 5, allowProposedApi: true });
  const said: string[] = [];
  const titles: string[] = [];
  terminal.onData((data) => said.push(data));
  terminal.onTitleChange((title) => titles.push(title));
  // The parser is the same in a window; what differs is the drawing.
  silenceQueries(terminal as unknown as Terminal);
  const write = (text: string) => new Promise<void>((done) => terminal.write(text, done));
  return { terminal, said, titles, write };
}

describe('a terminal in a window', () => {
  it.each([
    '\x1b[c',
    '\x1b[0c',
    '\x1b[>c',
    '\x1b[=c',
    '\x1b[>q',
    '\x1bZ',
    '\x1b[5n',
    '\x1b[6n',
    '\x1b[?6n',
    '\x1b[?996n',
    '\x1b[4$p',
    '\x1b[?2026$p',
    '\x1b[14t',
    '\x1b[18t',
    '\x1b[19t',
    '\x1b[20t',
    '\x1b[21t',
    '\x1bP$qm\x1b\\',
    '\x1bP$q"p\x1b\\',
    '\x1bP+q544e\x1b\\',
    '\x1b]4;1;?\x07',
    '\x1b]10;?\x07',
    '\x1b]11;?\x1b\\',
    '\x1b]12;?\x07',
    '\x1b]52;c;?\x07',
    '\x05',
  ])('says nothing to %j', async (query) => {
    // Bug caught: two windows answer a program, or a file that is shown types into the shell.
    const { said, write, terminal } = silenced();
    await write(`${query}still here`);
    expect(said).toEqual([]);
    expect(terminal.buffer.active.getLine(0)?.translateToString(true)).toBe('still here');
  });

  it('takes no title and no clipboard from the output, and leaves colours alone', async () => {
    const { titles, write } = silenced();
    await write('\x1b]0;a\x07\x1b]2;b\x07\x1b]52;c;ZXZpbA==\x07\x1b]10;#ff0000\x07');
    expect(titles).toEqual([]);
  });
});

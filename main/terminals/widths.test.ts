import { describe, expect, it } from 'vitest';
import { Screen } from './screen.ts';

/** What the cursor's place is after `text`, as a program would ask for it. */
async function after(text: string): Promise<string | undefined> {
  const replies: string[] = [];
  const screen = new Screen({
    cols: 40,
    rows: 5,
    scrollback: 10,
    onReply: (data) => replies.push(data),
    onTitle: () => undefined,
  });
  await new Promise<void>((done) => screen.write(Buffer.from(`${text}\x1b[6n`), done));
  screen.dispose();
  return replies[0];
}

describe('the width of characters', () => {
  // Bug caught: the prompt of a modern shell is drawn one cell off, and so is everything behind it.
  it.each([
    ['a letter', 'a', 1],
    ['a letter with a mark of its own', 'e\u0301', 1],
    ['many marks on one letter', `Z${'\u0351\u036b\u0343'.repeat(5)}`, 1],
    ['Chinese', '你好', 4],
    ['full-width letters', 'ＡＢ', 4],
    ['half-width katakana', 'ｱｲ', 2],
    ['Hangul syllables made of parts', '\u1112\u1161\u11ab', 2],
    ['an emoji', '👍', 2],
    ['an emoji of Unicode 11', '🥳', 2],
    ['an emoji with a skin tone', '👍🏽', 2],
    ['a family', '👩‍👩‍👧‍👦', 2],
    ['a flag', '🇩🇪', 2],
    ['a heart as an emoji', '❤\ufe0f', 2],
    ['lines of boxes', '─┼│', 3],
  ])('%s', async (_, text, width) => {
    expect(await after(text)).toBe(`\x1b[1;${width + 1}R`);
  });
});

describe('images', () => {
  // Bug caught: a picture in a log fills the memory, or what follows it is gone.
  it.each([
    ['sixel', '\x1bPq"1;1;100;100#0;2;0;0;0#0!100~-!100~\x1b\\'],
    ['iTerm', `\x1b]1337;File=inline=1;size=3000:${'A'.repeat(4000)}\x07`],
    ['kitty', `\x1b_Ga=T,f=24,s=10,v=10;${'A'.repeat(400)}\x1b\\`],
  ])('of %s are passed over, and the text behind them stays', async (_, image) => {
    expect(await after(`ab${image}cd`)).toBe('\x1b[1;5R');
  });
});

import * as fitModule from '@xterm/addon-fit';
import * as searchModule from '@xterm/addon-search';
import * as graphemesModule from '@xterm/addon-unicode-graphemes';
import * as linksModule from '@xterm/addon-web-links';
import * as xterm from '@xterm/xterm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TerminalOutput } from '#contract/terminals.ts';
import { connect } from '#renderer/client/api.ts';
import { useConnection } from '#renderer/client/connectionStore.ts';
import { pairedPlatform } from '#renderer/testing/pairedPlatform.ts';
import { Feed } from '#renderer/testing/windowHarness.tsx';
import { TerminalView, type ViewEvents } from './TerminalView.ts';
import { colours } from './themes.ts';

const made: Watched[] = [];

/** Waits until it holds; a busy machine takes its time. */
const soon = <T>(holds: () => T) => vi.waitFor(holds, { timeout: 20_000 });

/** The real terminal, without an element to draw on; the test looks into it. */
class Watched extends xterm.Terminal {
  keys: (event: KeyboardEvent) => boolean = () => true;

  constructor(options: xterm.ITerminalOptions) {
    super(options);
    made.push(this);
  }

  override attachCustomKeyEventHandler(handler: (event: KeyboardEvent) => boolean): void {
    this.keys = handler;
    super.attachCustomKeyEventHandler(handler);
  }

  get lines(): string[] {
    const { active } = this.buffer;
    const lines: string[] = [];
    for (let y = 0; y < active.length; y += 1)
      lines.push(active.getLine(y)!.translateToString(true));
    return lines.join('\n').trimEnd().split('\n');
  }
}

vi.mock('./loadXterm.ts', () => ({
  loadXterm: async () => ({
    Terminal: Watched,
    FitAddon: fitModule.FitAddon,
    SearchAddon: searchModule.SearchAddon,
    WebLinksAddon: linksModule.WebLinksAddon,
    UnicodeGraphemesAddon: graphemesModule.UnicodeGraphemesAddon,
  }),
}));

beforeEach(() => {
  made.length = 0;
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      disconnect() {}
    },
  );
});
afterEach(() => vi.unstubAllGlobals());

const snapshot = (text: string, more: Partial<TerminalOutput> = {}): TerminalOutput =>
  ({ type: 'snapshot', text, cols: 40, rows: 10, offset: 0, resync: false, ...more }) as never;

const utf8 = (text: string) => new TextEncoder().encode(text);

const data = (output: string | Uint8Array): TerminalOutput => {
  const bytes = typeof output === 'string' ? utf8(output) : output;
  return { type: 'data', data: btoa(String.fromCharCode(...bytes)) };
};

/** A view over a platform whose output the test gives. */
async function open(events: Partial<ViewEvents> = {}) {
  const feed = new Feed<TerminalOutput>();
  const inputs: { data: string; encoding: string }[] = [];
  connect(
    pairedPlatform({
      'terminals.attach': feed.handler,
      'terminals.input': ({ input }: { input: { data: string; encoding: string } }) => {
        inputs.push({ data: input.data, encoding: input.encoding });
        return {};
      },
      'terminals.resize': () => ({}),
      'streams.ack': () => ({}),
    }),
  );
  const heard: string[] = [];
  const looks = { fontSize: 13, drawing: 'elements' as const, theme: colours('dark') };
  const view: TerminalView = new TerminalView('term_1', looks, {
    onInput: (input) => view.send(input),
    onPaste: (text) => heard.push(`paste ${text}`),
    onFocus: () => heard.push('focus'),
    isAppKey: (event) => event.key === 'F6',
    onLink: () => undefined,
    onSearch: () => undefined,
    onError: (error) => heard.push(`error ${(error as Error).message}`),
    ...events,
  });
  await soon(() => expect(feed.readers).toBe(1));
  const terminal = made.at(-1)!;
  const shows = (lines: string[]) => soon(() => expect(terminal.lines).toEqual(lines));
  return { view, feed, inputs, heard, terminal, shows };
}

describe('a terminal in the window', () => {
  it('shows the snapshot, and all that comes after it', async () => {
    const { view, feed, terminal, shows } = await open();
    feed.push(snapshot('\x1b[32mgreen\x1b[0m\r\n$ '), data('ls\r\n'), data('file'));
    await shows(['green', '$ ls', 'file']);
    expect([terminal.cols, terminal.rows]).toEqual([40, 10]);
    view.dispose();
  });

  it('puts a character together that is cut in two by the pieces', async () => {
    // Bug caught: every umlaut at the end of a read is a question mark.
    const { view, feed, heard, shows } = await open();
    const bytes = utf8('grün €uro 你好');
    feed.push(snapshot(''), ...Array.from(bytes, (_, at) => data(bytes.subarray(at, at + 1))));
    await shows(['grün €uro 你好']);
    expect(heard).toEqual([]);
    view.dispose();
  });

  it('begins anew with every snapshot', async () => {
    // Bug caught: what was skipped and what follows are mixed on one screen.
    const { view, feed, terminal, shows } = await open();
    feed.push(snapshot('old\r\nold'), data('\x1b[?1049h\x1b[31m\x1b[?2004hfull screen'));
    await soon(() => expect(terminal.buffer.active.type).toBe('alternate'));
    feed.push(snapshot('new', { resync: true } as never), data(' and more'));
    await shows(['new and more']);
    expect(terminal.modes.bracketedPasteMode).toBe(false);
    view.dispose();
  });

  it('changes its size between the right two bytes', async () => {
    const { view, feed } = await open();
    feed.push(
      snapshot(''),
      data('w'.repeat(45)),
      { type: 'resize', cols: 20, rows: 10 },
      data('\x1b[2J\x1b[H' + 'n'.repeat(25)),
    );
    await soon(() => expect(made[0]!.cols).toBe(20));
    await soon(() => expect(made[0]!.lines.at(-1)).toBe('n'.repeat(5)));
    view.dispose();
  });

  it('sends what is typed, in order, and answers nothing that the output asks', async () => {
    // Bug caught: a file that is shown asks the terminal a question, and the answer is typed.
    const { view, feed, inputs, terminal } = await open();
    feed.push(snapshot(''), data('\x1b[6n\x1b[c\x1b]10;?\x07\x1bP$qm\x1b\\seen'));
    await soon(() => expect(terminal.lines).toEqual(['seen']));
    for (const letter of 'ls -la\r') terminal.input(letter);
    await soon(() => expect(inputs.map((one) => one.data).join('')).toBe('ls -la\r'));
    view.dispose();
  });

  it('pastes between marks where the program can tell, else as if it were typed', async () => {
    const { view, feed, inputs, terminal } = await open();
    feed.push(snapshot(''));
    view.paste('one\ntwo');
    await soon(() => expect(inputs.at(-1)?.data).toBe('one\rtwo'));
    feed.push(data('\x1b[?2004h'));
    await soon(() => expect(terminal.modes.bracketedPasteMode).toBe(true));
    expect(view.bracketed).toBe(true);
    view.paste('one\x1b[201~\ntwo');
    await soon(() => expect(inputs.at(-1)?.data).toBe('\x1b[200~one[201~\rtwo\x1b[201~'));
    view.dispose();
  });

  it('hands a paste of the browser over to be looked at, and lets nothing of it through', async () => {
    const { view, heard, inputs } = await open();
    const event = new Event('paste', { bubbles: true, cancelable: true });
    Object.assign(event, { clipboardData: { getData: () => 'rm -rf x\r\n\x03yes' } });
    view.element.dispatchEvent(event);
    expect(event.defaultPrevented).toBe(true);
    expect(heard).toEqual(['paste rm -rf x\nyes']);
    expect(inputs).toEqual([]);
    view.dispose();
  });

  it('leaves the keys of the application to it, and all others to the shell', async () => {
    const { view, terminal } = await open();
    expect(terminal.keys(new KeyboardEvent('keydown', { key: 'F6' }))).toBe(false);
    expect(terminal.keys(new KeyboardEvent('keydown', { key: 'F5' }))).toBe(true);
    view.dispose();
  });

  it('follows the session again after the connection to the platform was lost', async () => {
    // Bug caught: after a reconnect the terminal stands still, or shows everything twice.
    const { view, feed, shows } = await open();
    feed.push(snapshot('before'));
    await shows(['before']);
    const { generation } = useConnection.getState();
    connect(pairedPlatform({ 'terminals.attach': feed.handler, 'streams.ack': () => ({}) }));
    await soon(() => expect(useConnection.getState().generation).toBeGreaterThan(generation));
    await soon(() => {
      feed.push(snapshot('before\r\nmeanwhile'));
      expect(made[0]!.lines).toEqual(['before', 'meanwhile']);
    });
    view.dispose();
  });

  it('changes its looks, also those of the letters that are there', async () => {
    const { view, terminal } = await open();
    view.setLooks({ fontSize: 20, drawing: 'elements', theme: colours('contrast') });
    expect(terminal.options.fontSize).toBe(20);
    expect(terminal.options.theme?.background).toBe('#000000');
    view.dispose();
  });

  it('lets go of its session when it is not needed any more', async () => {
    // Bug caught: a closed tab is still fed with all its output.
    const { view, feed } = await open();
    view.dispose();
    await soon(() => expect(feed.readers).toBe(0));
  });

  it('drops its own scrollback when it is asked to, and only that', async () => {
    const { view, feed, terminal } = await open();
    feed.push(snapshot(Array.from({ length: 50 }, (_, at) => `line ${at}`).join('\r\n')));
    await soon(() => expect(terminal.lines).toHaveLength(50));
    view.clearScrollback();
    expect(terminal.lines).toEqual(['line 49']);
    view.dispose();
  });
});

describe('output that means harm', () => {
  const hostile: [string, string][] = [
    ['writes the clipboard', '\x1b]52;c;ZXZpbA==\x07'],
    ['reads the clipboard', '\x1b]52;c;?\x1b\\'],
    ['shows a picture (sixel)', '\x1bPq"1;1;9;9#0;2;0;0;0#0!9~\x1b\\'],
    ['shows a picture (iTerm)', '\x1b]1337;File=inline=1;size=3:QUJD\x07'],
    ['shows a picture (kitty)', '\x1b_Ga=T,f=24,s=1,v=1;AAAA\x1b\\'],
    ['sizes the window', '\x1b[8;50;200t'],
    ['moves the window', '\x1b[3;0;0t'],
    ['hides the window', '\x1b[2t'],
    ['asks for the title', '\x1b]2;rm -rf ~\x07\x1b[21t'],
    ['sets the title of the page', '\x1b]0;<b>title</b>\x07'],
    ['notifies (OSC 9)', '\x1b]9;click me\x07'],
    ['notifies (OSC 777)', '\x1b]777;notify;a;b\x07'],
    ['lays text on a key (DECUDK)', '\x1bP0;1|17/726d0d\x1b\\'],
    ['asks for a setting (DECRQSS)', '\x1bP$q"p\x1b\\'],
    ['asks for a capability (XTGETTCAP)', '\x1bP+q544e\x1b\\'],
    ['asks who is there', '\x05\x1b[c\x1b[>c\x1b[>q'],
    ['speaks to a printer', '\x1b[5i'],
    ['links to a script', '\x1b]8;;javascript:alert(1)\x07\x1b]8;;\x07'],
    ['never ends its string', `\x1bP${'x'.repeat(5000)}\x1b\\`],
  ];

  it.each(hostile)('%s: nothing happens but what is behind it', async (_, sequence) => {
    // Bug caught: who can write a line into a log that is looked at reaches the person's machine.
    const write = vi.fn(async () => undefined);
    const clipboard = { writeText: write, readText: write };
    vi.spyOn(navigator, 'clipboard', 'get').mockReturnValue(clipboard as unknown as Clipboard);
    const opened = vi.spyOn(window, 'open').mockReturnValue(null);
    const title = document.title;
    const { view, feed, inputs, heard, terminal, shows } = await open();
    feed.push(snapshot(''), data(`before ${sequence}behind`));
    await shows(['before behind']);
    expect([terminal.cols, terminal.rows]).toEqual([40, 10]);
    expect(inputs).toEqual([]);
    expect(heard).toEqual([]);
    expect(write).not.toHaveBeenCalled();
    expect(opened).not.toHaveBeenCalled();
    expect(document.title).toBe(title);
    expect(document.querySelector('img, iframe, object')).toBeNull();
    view.dispose();
    vi.restoreAllMocks();
  });

  it.each('STLMIZb'.split(''))(
    'counts to two thousand million with %s: it goes on',
    async (final) => {
      // Bug caught: fifteen bytes of a file stop the window with all that is in it.
      const { view, feed, terminal } = await open();
      feed.push(snapshot(''), data(`x\x1b[2147483647${final}\x1b[2J\x1b[Hbehind`));
      await soon(() => expect(terminal.lines.at(-1)).toBe('behind'));
      view.dispose();
    },
  );

  it('puts marks on a letter without end: they do not stay in one cell', async () => {
    const { view, feed, terminal } = await open();
    feed.push(snapshot(''), data(`a${'\u0301'.repeat(3000)}\r\nbehind`));
    await soon(() => expect(terminal.lines.at(-1)).toBe('behind'));
    expect(terminal.buffer.active.getLine(0)!.getCell(0)!.getChars()).toHaveLength(21);
    view.dispose();
  });
});

describe('the width of characters in the window', () => {
  it.each([
    ['Chinese', '你好', 4],
    ['an emoji of Unicode 11', '🥳', 2],
    ['a family', '👩‍👩‍👧‍👦', 2],
    ['a flag', '🇩🇪', 2],
    ['a letter with a mark of its own', 'e\u0301', 1],
  ])('is that of the platform’s screen: %s', async (_, text, width) => {
    // Bug caught: the cursor of the window stands beside the one that the shell thinks of.
    const { view, feed, terminal } = await open();
    feed.push(snapshot(''), data(text));
    await soon(() => expect(terminal.buffer.active.cursorX).toBe(width));
    view.dispose();
  });
});

describe('a flood', () => {
  it('is taken no faster than it is parsed, and all of it', async () => {
    // Bug caught: the window takes all that comes and dies of it.
    const { view, feed, terminal } = await open();
    const block = 'x'.repeat(39) + '\r\n';
    feed.push(snapshot(''));
    for (let n = 0; n < 60; n += 1) feed.push(data(`${block.repeat(400)}${n}\r\n`));
    await soon(() => expect(terminal.lines.at(-1)).toBe('59'));
    expect(terminal.buffer.active.length).toBeLessThanOrEqual(20_010);
    view.dispose();
  });
});

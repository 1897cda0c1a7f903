import type { FitAddon } from '@xterm/addon-fit';
import type { SearchAddon } from '@xterm/addon-search';
import type { Terminal as XtermTerminal } from '@xterm/xterm';
import type { TerminalOutput } from '#contract/terminals.ts';
import { client } from '#renderer/client/api.ts';
import { nextConnection } from '#renderer/client/nextConnection.ts';
import { readStream } from '#renderer/client/readStream.ts';
import { fromBase64 } from './bytes.ts';
import { FramePacer, paceFrames } from './framePacer.ts';
import { loadXterm, type Xterm } from './loadXterm.ts';
import { makeXterm } from './makeXterm.ts';
import { type Input, Outbox } from './outbox.ts';
import { cleanPaste } from './pasteText.ts';
import { WebglDrawing } from './WebglDrawing.ts';
import { type Drawing, wantsWebgl } from './webglPool.ts';

/** What a view tells the interface around it. */
export interface ViewEvents {
  /** Something was typed (or a mouse report made) in this terminal. */
  onInput(input: Input): void;
  onPaste(text: string): void;
  onFocus(): void;
  /** Whether a key press belongs to the application and not to the shell. */
  isAppKey(event: KeyboardEvent): boolean;
  /** The link under the mouse, or undefined when it left. */
  onLink(address: string | undefined): void;
  onSearch(found: { index: number; count: number }): void;
  onError(error: unknown): void;
}

/** How terminals look. */
export interface ViewLooks {
  fontSize: number;
  drawing: Drawing;
  theme: NonNullable<XtermTerminal['options']['theme']>;
}

/** Output is taken from the stream while less than this waits for xterm's parser. */
const HIGH = 256 * 1024;

/**
 * One terminal on screen. It lives outside of React, since it keeps its place, its selection and its
 * connection while tabs, splits and pages around it change; a component lends it an element.
 */
export class TerminalView {
  readonly id: string;
  readonly element = document.createElement('div');
  readonly #events: ViewEvents;
  readonly #outbox: Outbox;
  readonly #stop = new AbortController();
  readonly #resized: ResizeObserver;
  readonly #pacer = new FramePacer();
  readonly #webgl: WebglDrawing;
  #looks: ViewLooks;
  #terminal: XtermTerminal | undefined;
  #fit: FitAddon | undefined;
  #search: SearchAddon | undefined;
  #unparsed = 0;
  #parsed: (() => void) | undefined;
  #fitTimer: ReturnType<typeof setTimeout> | undefined;
  #wantsFocus = false;

  constructor(id: string, looks: ViewLooks, events: ViewEvents) {
    this.id = id;
    this.#looks = looks;
    this.#events = events;
    this.element.className = 'h-full w-full';
    this.#outbox = new Outbox(
      (input) => client.terminals.input({ id, ...input }),
      (error) => events.onError(error),
    );
    this.#resized = new ResizeObserver(() => this.#fitSoon());
    this.#webgl = new WebglDrawing(
      this.element,
      () => this.element.isConnected && wantsWebgl(this.#looks.drawing),
    );
    this.element.addEventListener('paste', (event) => this.#pasted(event), true);
    loadXterm()
      .then((xterm) => this.#open(xterm))
      .catch((error: unknown) => events.onError(error));
  }

  /** Shows it in `container`. */
  mount(container: HTMLElement): void {
    container.append(this.element);
    this.#resized.observe(this.element);
    this.#show();
  }

  /** Takes it from the screen; it goes on following the session. */
  unmount(): void {
    this.#resized.disconnect();
    this.element.remove();
    this.#webgl.drop();
  }

  dispose(): void {
    this.#stop.abort();
    this.unmount();
    this.#pacer.dispose();
    this.#terminal?.dispose();
  }

  focus(): void {
    this.#wantsFocus = this.#terminal?.element === undefined;
    this.#terminal?.focus();
  }

  /** Sends input as if it had been typed here. */
  send(input: Input): void {
    this.#outbox.push(input);
  }

  /** Whether the program said that it can tell a paste from typing. */
  get bracketed(): boolean {
    return this.#terminal?.modes.bracketedPasteMode ?? false;
  }

  /** Whether the program wants the other form of the cursor keys (DECCKM). */
  get applicationCursorKeys(): boolean {
    return this.#terminal?.modes.applicationCursorKeysMode ?? false;
  }

  /** Pastes a text that has been looked at. */
  paste(text: string): void {
    const lines = cleanPaste(text).replace(/\n/g, '\r');
    this.send({
      data: this.bracketed ? `\x1b[200~${lines}\x1b[201~` : lines,
      encoding: 'utf8',
    });
    this.#terminal?.scrollToBottom();
  }

  get selection(): string {
    return this.#terminal?.getSelection() ?? '';
  }

  selectAll(): void {
    this.#terminal?.selectAll();
  }

  clearScrollback(): void {
    this.#terminal?.clear();
  }

  setLooks(looks: ViewLooks): void {
    const drawing = this.#looks.drawing;
    this.#looks = looks;
    if (!this.#terminal) return;
    if (drawing !== looks.drawing) {
      this.#webgl.drop();
      void this.#webgl.take(this.#terminal);
    }
    this.#terminal.options.theme = looks.theme;
    this.#terminal.options.fontSize = looks.fontSize;
    this.#fitSoon();
  }

  /** Marks every place and goes to the next (or the one before). An empty text ends the search. */
  search(text: string, backwards = false): void {
    if (text === '') {
      this.#search?.clearDecorations();
      this.#terminal?.clearSelection();
      return;
    }
    const options = {
      decorations: {
        matchBackground: '#7d5300',
        matchOverviewRuler: '#7d5300',
        activeMatchBackground: '#0b6d7a',
        activeMatchColorOverviewRuler: '#0b6d7a',
      },
    };
    if (backwards) this.#search?.findPrevious(text, options);
    else this.#search?.findNext(text, options);
  }

  #open(xterm: Xterm): void {
    if (this.#stop.signal.aborted) return;
    const { terminal, fit, search } = makeXterm(xterm, this.#looks, (address) =>
      this.#events.onLink(address),
    );
    this.#terminal = terminal;
    this.#fit = fit;
    this.#search = search;
    search.onDidChangeResults(({ resultIndex, resultCount }) =>
      this.#events.onSearch({ index: resultIndex, count: resultCount }),
    );
    terminal.attachCustomKeyEventHandler((event) => !this.#events.isAppKey(event));
    terminal.onData((data) => this.#events.onInput({ data, encoding: 'utf8' }));
    terminal.onBinary((data) => this.#events.onInput({ data, encoding: 'binary' }));
    this.#show();
    void this.#follow();
  }

  #show(): void {
    const terminal = this.#terminal;
    if (!terminal || !this.element.isConnected) return;
    if (!terminal.element) {
      terminal.open(this.element);
      paceFrames(terminal, this.#pacer);
      terminal.textarea?.addEventListener('focus', () => {
        this.#events.onFocus();
        this.#fitSoon();
      });
    }
    void this.#webgl.take(terminal);
    this.#fitSoon();
    if (this.#wantsFocus) this.focus();
  }

  #fitSoon(): void {
    clearTimeout(this.#fitTimer);
    this.#fitTimer = setTimeout(() => {
      const size = this.#fit?.proposeDimensions();
      if (!size || !this.element.isConnected || !(size.cols >= 2) || !(size.rows >= 1)) return;
      const { cols, rows } = { cols: Math.min(size.cols, 1000), rows: Math.min(size.rows, 500) };
      if (cols === this.#terminal?.cols && rows === this.#terminal.rows) return;
      // The session's size counts for every viewer; the stream says when it holds.
      client.terminals.resize({ id: this.id, cols, rows }).catch(() => undefined);
    }, 40);
  }

  // Opened again after every reconnect; it begins with the screen as it is.
  async #follow(): Promise<void> {
    let generation = 0;
    while (!this.#stop.signal.aborted) {
      generation = await nextConnection(generation, this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      try {
        const frames = await client.terminals.attach(
          { id: this.id },
          { signal: this.#stop.signal },
        );
        const ack = (stream: string, bytes: number) => client.streams.ack({ stream, bytes });
        for await (const items of readStream(frames, ack))
          for (const item of items) await this.#apply(item);
      } catch {
        // The connection ended, or the session did; its state is shown beside the terminal.
      }
    }
  }

  async #apply(item: TerminalOutput): Promise<void> {
    const terminal = this.#terminal!;
    if (item.type === 'data') {
      this.#write(fromBase64(item.data));
      if (this.#unparsed > HIGH) await this.#settled(HIGH / 2);
      return;
    }
    await this.#settled(0);
    if (item.type === 'snapshot') terminal.reset();
    terminal.resize(item.cols, item.rows);
    if (item.type === 'snapshot') {
      this.#write(item.text);
      await this.#settled(0);
      // Not after a resize: two windows of different sizes would take turns for ever.
      if (!item.resync) this.#fitSoon();
    }
  }

  #write(data: string | Uint8Array): void {
    const { length } = data;
    this.#unparsed += length;
    this.#terminal!.write(data, () => {
      this.#unparsed -= length;
      this.#pacer.count(length);
      this.#parsed?.();
    });
  }

  async #settled(below: number): Promise<void> {
    while (this.#unparsed > below)
      await new Promise<void>((resolve) => {
        this.#parsed = resolve;
      });
  }

  #pasted(event: ClipboardEvent): void {
    event.preventDefault();
    event.stopPropagation();
    const text = cleanPaste(event.clipboardData?.getData('text/plain') ?? '');
    if (text !== '') this.#events.onPaste(text);
  }
}

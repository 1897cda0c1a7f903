import type { IBufferCell, IBufferLine, Terminal } from '@xterm/headless';

/** What the headless terminal knows and has no public way to read. */
interface Core {
  buffer: { scrollTop: number; scrollBottom: number };
  buffers: { normal: { savedCurAttrData: IBufferCell } };
  coreService: {
    isCursorHidden: boolean;
    decPrivateModes: { cursorStyle?: string; cursorBlink?: boolean };
  };
  coreMouseService: { activeEncoding: string };
  _inputHandler: { _curAttrData: IBufferCell };
}

/**
 * A screen full of text takes some ten thousand characters. Where every cell has colours of its own,
 * the scrollback may take more than a text can have (2^29), and a window minutes to read it.
 */
const MOST_SCROLLBACK = 32 * 1024 * 1024;

/**
 * Escape sequences that paint a terminal (scrollback, screen, second screen, cursor, looks, margins
 * and modes) into one of the same size that was reset. What it leaves out: saved cursors, tab stops,
 * character sets and the addresses behind links.
 *
 * Written here because xterm's serialize addon loses the background of empty rows, paints with the
 * wrong colours into the second screen, and leaves marks of its own behind wrapped lines.
 *
 * @param mostScrollback characters; where there are more, the oldest lines are left out
 */
export function paint(terminal: Terminal, mostScrollback = MOST_SCROLLBACK): string {
  const core = (terminal as unknown as { _core: Core })._core;
  const { active, normal } = terminal.buffer;
  let out = paintLines(terminal, normal, mostScrollback);
  if (active.type === 'alternate') {
    out += `\x1b[${normal.cursorY + 1};${Math.min(normal.cursorX, terminal.cols - 1) + 1}H`;
    // Entering the second screen saves the looks at hand, and leaving it brings them back.
    out += `\x1b[${looksOf(core.buffers.normal.savedCurAttrData)}m\x1b[?1049h\x1b[0m${paintScreen(terminal)}`;
  }
  return out + paintCursor(terminal, core) + paintModes(terminal, core);
}

// Line by line from the top, so that scrollback fills as it did, and a line that was wrapped wraps
// again: it can then be laid out anew when the size changes.
function paintLines(
  terminal: Terminal,
  buffer: Terminal['buffer']['normal'],
  most: number,
): string {
  const brush = new Brush();
  /** The rows of the scrollback: the oldest go where they become too much. */
  const scrolled: string[] = [];
  let size = 0;
  let first = 0;
  for (let y = 0; y < buffer.length; y += 1) {
    const line = buffer.getLine(y)!;
    const next = buffer.getLine(y + 1);
    brush.line(line, terminal.cols, next?.isWrapped ? next : undefined);
    const scrolls = y < buffer.baseY;
    if (!next?.isWrapped || scrolls) brush.reset();
    if (!next?.isWrapped && y < buffer.length - 1) brush.out += '\r\n';
    if (!scrolls) continue;
    scrolled.push(brush.out);
    size += brush.out.length;
    brush.out = '';
    for (; size > most; first += 1) {
      size -= scrolled[first]!.length;
      scrolled[first] = '';
    }
  }
  brush.reset();
  return scrolled.join('') + brush.out;
}

function paintScreen(terminal: Terminal): string {
  const brush = new Brush();
  const { active } = terminal.buffer;
  for (let y = 0; y < terminal.rows; y += 1) {
    const line = active.getLine(active.baseY + y);
    if (!line) continue;
    brush.out += `\x1b[${y + 1};1H`;
    brush.line(line, terminal.cols, undefined);
  }
  brush.reset();
  return brush.out;
}

function paintCursor(terminal: Terminal, core: Core): string {
  const { scrollTop, scrollBottom } = core.buffer;
  const { active } = terminal.buffer;
  const { cursorX, cursorY } = active;
  let out = '';
  if (scrollTop !== 0 || scrollBottom !== terminal.rows - 1)
    out += `\x1b[${scrollTop + 1};${scrollBottom + 1}r`;
  if (terminal.modes.originMode) out += '\x1b[?6h';
  const row = terminal.modes.originMode ? cursorY - scrollTop : cursorY;
  const place = (x: number) => `\x1b[${row + 1};${x + 1}H`;
  if (cursorX < terminal.cols) return out + place(cursorX);
  // It waits behind the last column: only writing there brings it to that place.
  const line = active.getLine(active.baseY + cursorY);
  const last = line?.getCell(terminal.cols - 1);
  const x = last?.getWidth() === 0 ? terminal.cols - 2 : terminal.cols - 1;
  const cell = line?.getCell(x);
  return `${out}${place(x)}${cell ? `\x1b[${looksOf(cell)}m` : ''}${cell?.getChars() || ' '}`;
}

function paintModes(terminal: Terminal, core: Core): string {
  const { modes } = terminal;
  const { coreService, coreMouseService } = core;
  let out = '';
  if (modes.applicationCursorKeysMode) out += '\x1b[?1h';
  if (modes.applicationKeypadMode) out += '\x1b[?66h';
  if (modes.bracketedPasteMode) out += '\x1b[?2004h';
  if (modes.sendFocusMode) out += '\x1b[?1004h';
  if (modes.reverseWraparoundMode) out += '\x1b[?45h';
  if (modes.insertMode) out += '\x1b[4h';
  if (!modes.wraparoundMode) out += '\x1b[?7l';
  const mouse = { none: 0, x10: 9, vt200: 1000, drag: 1002, any: 1003 }[modes.mouseTrackingMode];
  if (mouse) out += `\x1b[?${mouse}h`;
  if (coreMouseService.activeEncoding === 'SGR') out += '\x1b[?1006h';
  if (coreMouseService.activeEncoding === 'SGR_PIXELS') out += '\x1b[?1016h';
  const { cursorStyle, cursorBlink } = coreService.decPrivateModes;
  // DECSCUSR: 1 and 2 block, 3 and 4 underline, 5 and 6 bar; the odd ones blink.
  const style = { block: 1, underline: 3, bar: 5 }[cursorStyle ?? ''];
  if (style !== undefined) out += `\x1b[${style + (cursorBlink ? 0 : 1)} q`;
  if (coreService.isCursorHidden) out += '\x1b[?25l';
  return `${out}\x1b[${looksOf(core._inputHandler._curAttrData)}m`;
}

/** The looks of a cell that was erased: only its background can be another than usual. */
const ONLY_BACKGROUND = /^0;48;[\d;]+$/;

/** Writes cells with as few changes of their looks as it takes. */
class Brush {
  out = '';
  #looks = '0';
  #cell: IBufferCell | undefined;

  /** @param next the line that goes on with this one, where one does: this one must then be full */
  line(line: IBufferLine, cols: number, next: IBufferLine | undefined): void {
    const wraps = next !== undefined;
    let empty = 0;
    for (let x = 0; x < cols; x += 1) {
      const cell = (this.#cell = line.getCell(x, this.#cell));
      if (!cell || cell.getWidth() === 0) continue;
      const chars = cell.getChars();
      if (chars === '' && !wraps) {
        if (cell.isAttributeDefault()) {
          empty += 1;
          continue;
        }
        const looks = looksOf(cell);
        if (ONLY_BACKGROUND.test(looks)) {
          // Erased with a colour: a space would be text that is found and copied.
          this.#skip(empty);
          this.#set(looks);
          this.out += '\x1b[X';
          empty = 1;
          continue;
        }
      }
      this.#skip(empty);
      empty = 0;
      // A wide character that did not fit left this cell, and will leave it again.
      if (chars === '' && x === cols - 1 && next?.getCell(0)?.getWidth() === 2) continue;
      this.#set(looksOf(cell));
      this.out += chars === '' ? ' ' : chars;
    }
  }

  reset(): void {
    this.#set('0');
  }

  #skip(cells: number): void {
    if (cells > 0) this.out += `\x1b[${cells}C`;
  }

  #set(looks: string): void {
    if (looks !== this.#looks) this.out += `\x1b[${looks}m`;
    this.#looks = looks;
  }
}

/** The looks of a cell as SGR (ECMA-48, ITU-T T.416), everything else reset. */
function looksOf(cell: IBufferCell): string {
  let sgr = '0';
  if (cell.isBold()) sgr += ';1';
  if (cell.isDim()) sgr += ';2';
  if (cell.isItalic()) sgr += ';3';
  if (cell.isUnderline()) sgr += underline(cell);
  if (cell.isBlink()) sgr += ';5';
  if (cell.isInverse()) sgr += ';7';
  if (cell.isInvisible()) sgr += ';8';
  if (cell.isStrikethrough()) sgr += ';9';
  if (cell.isOverline()) sgr += ';53';
  if (!cell.isFgDefault()) sgr += `;38;${colour(cell.isFgPalette(), cell.getFgColor())}`;
  if (!cell.isBgDefault()) sgr += `;48;${colour(cell.isBgPalette(), cell.getBgColor())}`;
  return sgr;
}

function underline(cell: IBufferCell): string {
  const style = (cell as { extended?: { underlineStyle?: number } }).extended?.underlineStyle ?? 1;
  return style > 1 ? `;4:${style}` : ';4';
}

function colour(palette: boolean, value: number): string {
  if (palette) return `5;${value}`;
  return `2;${(value >> 16) & 255};${(value >> 8) & 255};${value & 255}`;
}

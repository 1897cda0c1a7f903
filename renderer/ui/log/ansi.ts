import Anser from 'anser';

/** A piece of a line with one look. Text is data: it never becomes markup. */
export interface AnsiSpan {
  text: string;
  /** Our own class names only. */
  className: string;
  /** `r, g, b` for 24-bit colours. */
  rgb?: string;
}

// ECMA-48: operating system commands end with BEL or ST; control sequences other than SGR (m) move
// the cursor or change modes, which a log has no use for.
// oxlint-disable no-control-regex -- the control characters are what is looked for
const OSC = /\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?/g;
const CSI_NOT_SGR = /\u001b\[[0-?]*[ -/]*[@-ln-~]/g;
const LONE = /\u001b(?!\[)[ -/]*[0-~]?/g;
const CONTROL = /[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f]/g;

const styles: Record<string, string> = {
  bold: 'font-semibold',
  dim: 'opacity-70',
  italic: 'italic',
  underline: 'underline',
  strikethrough: 'line-through',
};

/** What a terminal would show of a line that rewrites itself: the text after the last carriage return. */
export function collapseReturns(text: string): string {
  const trimmed = text.endsWith('\r') ? text.slice(0, -1) : text;
  return trimmed.slice(trimmed.lastIndexOf('\r') + 1);
}

/** The text alone, without colours and without what steers a terminal. */
export function stripAnsi(text: string): string {
  return parseAnsi(text)
    .map((span) => span.text)
    .join('');
}

/** Parses one line of terminal output into spans; sequences other than colours and weight are dropped. */
export function parseAnsi(line: string): AnsiSpan[] {
  const clean = collapseReturns(line).replace(OSC, '').replace(CSI_NOT_SGR, '').replace(LONE, '');
  if (!clean.includes('\u001b')) {
    const text = clean.replace(CONTROL, '');
    return text === '' ? [] : [{ text, className: '' }];
  }
  return Anser.ansiToJson(clean, { json: true, use_classes: true, remove_empty: true })
    .map((entry): AnsiSpan => {
      const classes = [
        ...(/^ansi-[a-z-]+$/.test(entry.fg ?? '') ? [entry.fg] : []),
        ...(entry.bg ? ['ansi-bg'] : []),
        ...entry.decorations.map((name) => styles[name] ?? ''),
      ];
      const rgb = entry.fg === 'ansi-truecolor' ? entry.fg_truecolor : undefined;
      return {
        text: entry.content.replace(CONTROL, '').replace(/\u001b/g, ''),
        className: classes.filter(Boolean).join(' '),
        ...(rgb && /^\d+, ?\d+, ?\d+$/.test(rgb) ? { rgb } : {}),
      };
    })
    .filter((span) => span.text !== '');
}

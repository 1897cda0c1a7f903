import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collapseReturns, parseAnsi, stripAnsi } from './ansi.ts';

const ESC = '\u001b';

describe('parseAnsi', () => {
  it('turns colours and weight into our own classes', () => {
    expect(parseAnsi(`${ESC}[31mred${ESC}[0m plain ${ESC}[1;32mbold${ESC}[0m`)).toEqual([
      { text: 'red', className: 'ansi-red' },
      { text: ' plain ', className: '' },
      { text: 'bold', className: 'ansi-green font-semibold' },
    ]);
  });

  it('keeps 24-bit colours as numbers, not as style text', () => {
    const [span] = parseAnsi(`${ESC}[38;2;10;200;30mx${ESC}[0m`);
    expect(span?.rgb?.replaceAll(' ', '')).toBe('10,200,30');
  });

  it('leaves markup in output as text', () => {
    expect(stripAnsi('<img src=x onerror=alert(1)>')).toBe('<img src=x onerror=alert(1)>');
  });

  it('drops window titles, links and cursor movement instead of printing them', () => {
    expect(stripAnsi(`${ESC}]0;title\u0007a${ESC}[2Kb${ESC}[1Ac`)).toBe('abc');
    expect(stripAnsi(`${ESC}]8;;https://x.test${ESC}\\link${ESC}]8;;${ESC}\\`)).toBe('link');
  });

  it('shows what a progress bar ended with, not all it ever was', () => {
    expect(collapseReturns('10%\r50%\r100%')).toBe('100%');
    expect(collapseReturns('windows line\r')).toBe('windows line');
  });

  it('never throws, never lets a control character through, never invents a class', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(ESC, `${ESC}[`, `${ESC}]`, '\u0007', '\r', `${ESC}[31m`, `${ESC}[38;2;1m`),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        for (const span of parseAnsi(pieces.join(''))) {
          // oxlint-disable-next-line no-control-regex -- they are what must be gone
          expect(span.text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f]/);
          expect(span.className).toMatch(/^[a-z -]*$/);
        }
      }),
    );
  });

  it('changes nothing in text without control characters', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const printable = text.replace(/\p{Cc}/gu, '');
        expect(stripAnsi(printable)).toBe(printable);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clean, problemJson, problemLine } from './io.ts';

describe('clean', () => {
  it('lets no escape sequence of a log or a name steer the terminal (title, clipboard, cursor)', () => {
    expect(clean('a\u001b]0;owned\u0007b')).toBe('a]0;ownedb');
    expect(clean('\u001b[2J\u001b[31mred\u001b[0m')).toBe('[2J\u001b[31mred\u001b[0m');
    expect(clean('\u009b31m')).toBe('31m');
  });

  it('leaves nothing but colours, tabs and newlines of the control characters, whatever comes in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        // oxlint-disable-next-line no-control-regex -- looks for what must not be there
        const rest = clean(text).replace(/\u001b\[[0-9;]*m/g, '');
        // oxlint-disable-next-line no-control-regex -- looks for what must not be there
        expect(rest).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
      }),
    );
  });
});

describe('problemLine', () => {
  it('writes the place as compilers do, so that editors can jump there', () => {
    const problem = {
      code: 'workflow.cycle',
      message: 'a needs b needs a',
      severity: 'error' as const,
      file: 'x.yaml',
      line: 3,
      column: 7,
    };
    expect(problemLine(problem)).toBe('x.yaml:3:7: error: a needs b needs a [workflow.cycle]');
  });

  it('does not print “undefined” when the place is unknown', () => {
    expect(problemLine({ code: 'c', message: 'm', severity: 'warning', hint: 'do this' })).toBe(
      'warning: m [c]\n    do this',
    );
  });
});

describe('problemJson', () => {
  it('has every documented key, also for a problem of the whole file', () => {
    expect(problemJson({ code: 'c', message: 'm', severity: 'error' }, 'x.yaml')).toEqual({
      code: 'c',
      message: 'm',
      severity: 'error',
      hint: null,
      file: 'x.yaml',
      line: 1,
      column: 1,
    });
  });
});

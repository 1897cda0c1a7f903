import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NexusError } from '#main/base/errors.ts';
import { captured } from './here.testing.ts';
import {
  clean,
  errorLine,
  exitOfError,
  note,
  problemJson,
  problemLine,
  reportError,
} from './io.ts';

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

describe('exitOfError', () => {
  const error = (code: string, kind: 'user' | 'operational' | 'unexpected' = 'user') =>
    new NexusError({ code, kind, message: 'm' });

  it.each([
    ['usage.invalid', 2],
    ['input.invalid', 2],
    ['workflow.not_found', 2],
    ['schedule.unknown', 2],
    ['vault.recipient_invalid', 2],
    ['hosts.expression_invalid', 2],
    ['host.not_found', 1],
    ['vault.exists', 1],
    ['interrupted', 130],
  ])('%s ends with %i', (code, exit) => {
    expect(exitOfError(error(code))).toBe(exit);
  });

  it('is never 2 for what is not the caller’s mistake', () => {
    expect(exitOfError(error('input.invalid', 'operational'))).toBe(1);
    expect(exitOfError(error('usage.invalid', 'unexpected'))).toBe(1);
  });
});

describe('reportError', () => {
  it('says it on stderr, and as JSON on stdout where that is asked for', async () => {
    const error = new NexusError({
      code: 'workflow.invalid',
      message: 'It has a problem.',
      hint: 'Mend it.',
      details: {
        problems: [{ code: 'x', message: 'here', severity: 'error', file: 'a', line: 2 }],
      },
    });
    const text = await captured(() => reportError(error, false));
    expect(text).toEqual({
      stdout: '',
      stderr: 'error: It has a problem. [workflow.invalid]\na:2: error: here [x]\nhint: Mend it.\n',
    });
    const json = await captured(() => reportError(error, true));
    expect(JSON.parse(json.stdout)).toEqual({ error: error.toShape() });
    expect(json.stderr).toBe(text.stderr);
  });

  it('shows the inside of a defect to those who ask for it only', async () => {
    const error = new NexusError({ code: 'internal', message: 'm', kind: 'unexpected' });
    expect((await captured(() => reportError(error, false))).stderr).not.toContain('io.test');
    process.env['NEXUS_DEBUG'] = '1';
    const debug = await captured(() => reportError(error, false));
    delete process.env['NEXUS_DEBUG'];
    expect(debug.stderr).toContain('io.test');
  });
});

describe('note', () => {
  it('puts no colours into a file that stderr goes to, whatever stdout is', async () => {
    // Bug caught: `nexus … 2> log` in a terminal fills the log with escape sequences.
    const { isTTY } = process.stderr;
    const none = process.env['NO_COLOR'];
    delete process.env['NO_COLOR'];
    const said = async (terminal: boolean) => {
      Object.assign(process.stderr, { isTTY: terminal });
      return (await captured(() => note('\u001b[31mred\u001b[39m'))).stderr;
    };
    expect(await said(false)).toBe('red\n');
    expect(await said(true)).toBe('\u001b[31mred\u001b[39m\n');
    Object.assign(process.stderr, { isTTY });
    process.env['NO_COLOR'] = none;
  });
});

describe('errorLine', () => {
  it('is one line, and empty without an error', () => {
    expect(errorLine({ code: 'c', message: 'm', kind: 'user' })).toBe('m [c]');
    expect(errorLine({ code: 'c', message: 'm', kind: 'user', hint: 'h' })).toBe('m [c] — h');
    expect(errorLine(null) + errorLine(undefined)).toBe('');
  });
});

import { describe, expect, it } from 'vitest';
import { coloured, pc } from './colours.ts';

const terminal = { isTTY: true };
const pipe = {};

describe('colours', () => {
  it.each([
    [terminal, {}, true],
    [pipe, {}, false],
    [terminal, { TERM: 'dumb' }, false],
    [terminal, { NO_COLOR: '1' }, false],
    // no-color.org: only where it is not empty.
    [terminal, { NO_COLOR: '' }, true],
    [terminal, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
    [pipe, { FORCE_COLOR: '1' }, true],
    [pipe, { FORCE_COLOR: '3' }, true],
    [terminal, { FORCE_COLOR: '0' }, false],
    [terminal, { FORCE_COLOR: 'false' }, false],
    [pipe, { FORCE_COLOR: '' }, false],
  ])('%j with %j: %j', (stream, env, expected) => {
    expect(coloured(stream, env)).toBe(expected);
  });

  it('are not in what a build machine captures', () => {
    // Bug caught: with CI set, `nexus run show ID | grep "^✓"` found nothing.
    expect(coloured(pipe, { CI: 'true' })).toBe(false);
    expect(coloured(pipe, { CI: 'true', GITHUB_ACTIONS: 'true', TERM: 'xterm' })).toBe(false);
  });

  it('are off in tests, which run in a pipe', () => {
    expect(pc.red('x')).toBe('x');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ownOptions } from './words.ts';

const word = fc.string({ minLength: 1, maxLength: 10 });
const plain = word.filter((one) => !one.startsWith('-'));

describe('the words around a remote command', () => {
  it('are the command’s from its first word on, dashes and all', () => {
    fc.assert(
      fc.property(plain, fc.array(word), (first, rest) => {
        const words = [first, ...rest].filter((one, at) => at === 0 || one !== '--json');
        expect(ownOptions(words)).toEqual({ command: words, options: {} });
      }),
    );
  });

  it('are the command’s after --, whatever they are, --json at the end too', () => {
    fc.assert(
      fc.property(fc.array(word), (words) => {
        expect(ownOptions(['--', ...words])).toEqual({ command: words, options: {} });
      }),
    );
    expect(ownOptions(['--', 'docker', 'ps', '--json']).command).toEqual([
      'docker',
      'ps',
      '--json',
    ]);
  });

  it.each([
    [['--json', 'uptime'], { json: true }],
    [['uptime', '--json'], { json: true }],
    [['-t', '5s', '-p', '3', 'uptime'], { timeout: '5s', parallel: '3' }],
    [['--timeout=5s', '--stdin', 'uptime'], { timeout: '5s', stdin: true }],
    [['--max-output=', 'uptime'], { maxOutput: '' }],
    [
      ['--retry', '2', '--strategy', 'canary', '--home', '/h', 'uptime'],
      { retry: '2', strategy: 'canary', home: '/h' },
    ],
  ])('%j are ours', (words, options) => {
    expect(ownOptions(words)).toEqual({ command: ['uptime'], options });
  });

  it('leaves --json to a command that has no other word', () => {
    expect(ownOptions(['--json'])).toEqual({ command: [], options: { json: true } });
  });

  it('gives the words back as they were handed in', () => {
    const words = ['--json', 'a'];
    ownOptions(words);
    expect(words).toEqual(['--json', 'a']);
  });

  it.each([
    [['--frobnicate', 'x'], 'There is no option --frobnicate.'],
    [['-x'], 'There is no option -x.'],
    [['--timeout'], '--timeout needs a value.'],
    [['-'], 'There is no option -.'],
  ])('%j are refused', (words, message) => {
    expect(() => ownOptions(words)).toThrow(
      expect.objectContaining({ code: 'usage.invalid', message }),
    );
  });
});

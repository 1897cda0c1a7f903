import { cleanup, render } from '@testing-library/react';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { Prose } from './Prose.tsx';

afterEach(cleanup);

const shown = (text: string) => render(<Prose text={text} />).container;

describe('Prose', () => {
  it('sets what stands between backticks as code', () => {
    // Bug caught: "`success_codes` lists the exit codes" is shown with its backticks.
    const box = shown('`success_codes` lists the exit codes, see `nexus schema`.');
    expect(box.textContent).toBe('success_codes lists the exit codes, see nexus schema.');
    expect([...box.querySelectorAll('code')].map((one) => one.textContent)).toEqual([
      'success_codes',
      'nexus schema',
    ]);
  });

  it('leaves a lone backtick, an empty pair and one over two lines as they are', () => {
    // Bug caught: a shell command with one backtick in an error loses it, and the rest turns to code.
    for (const text of ['echo `date', '``', 'a ` b\nc ` d']) {
      expect(shown(text).textContent).toBe(text);
      cleanup();
    }
  });

  it('never makes markup of a text, and loses nothing but the backticks', () => {
    // Bug caught: a server's error page in a message becomes elements of the window.
    fc.assert(
      fc.property(fc.string(), (text) => {
        const box = shown(`<img src=x onerror=alert(1)>${text}`);
        expect(box.querySelector(':not(code)')).toBeNull();
        expect(box.textContent.replaceAll('`', '')).toBe(
          `<img src=x onerror=alert(1)>${text}`.replaceAll('`', ''),
        );
        cleanup();
      }),
    );
  });
});

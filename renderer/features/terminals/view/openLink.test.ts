import { afterEach, describe, expect, it, vi } from 'vitest';
import { openLink, safeLink } from './openLink.ts';

afterEach(() => vi.restoreAllMocks());

describe('a link in a terminal', () => {
  it.each([
    'javascript:alert(1)',
    'file:///etc/passwd',
    'http://example.org/',
    'https://user:password@example.org/',
    'data:text/html,x',
    'ssh://host',
    'vscode://open',
    'https://',
    `https://example.org/${'x'.repeat(3000)}`,
    'not a link',
  ])('may not be %s', (address) => {
    // Bug caught: what a log prints starts a program, or sends a password along.
    expect(safeLink(address)).toBeUndefined();
  });

  it('opens only while Ctrl or Command is held, and only where it may lead', () => {
    const open = vi.spyOn(window, 'open').mockReturnValue(null);
    openLink(new MouseEvent('click'), 'https://example.org/a');
    openLink(new MouseEvent('click', { ctrlKey: true }), 'javascript:alert(1)');
    expect(open).not.toHaveBeenCalled();
    openLink(new MouseEvent('click', { ctrlKey: true }), 'https://example.org/a');
    openLink(new MouseEvent('click', { metaKey: true }), 'mailto:a@example.org');
    expect(open.mock.calls.map(([address]) => address)).toEqual([
      'https://example.org/a',
      'mailto:a@example.org',
    ]);
    expect(open.mock.calls[0]?.[2]).toBe('noopener,noreferrer');
  });
});

import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { setupTexts } from '#renderer/testing/setupDom.ts';
import { JsonView } from './JsonView.tsx';

beforeAll(setupTexts);
afterEach(cleanup);

const shown = (value: unknown) => render(<JsonView value={value} />).container.textContent;

describe('JsonView', () => {
  it('shows text of several lines as lines', () => {
    // Bug caught: a script or an output of ten lines is one line full of \n and \".
    expect(shown({ run: 'echo "a"\necho b\n' })).toContain('echo "a"\necho b\n');
  });

  it('keeps short texts quoted, so that the text 1 is not the number 1', () => {
    expect(shown(['1', 1])).toContain('"1"');
  });

  it('escapes what cannot be seen', () => {
    // Bug caught: terminal codes in an output vanish on the screen and come along when copied.
    expect(shown('a\u001b[31m\nb')).toBe('"a\\u001b[31m\\nb"');
  });

  it('opens as deep as it is asked to, and the rest by a press', async () => {
    render(<JsonView value={{ a: { b: { c: 'deep' } } }} open={2} />);
    expect(screen.queryByText('"deep"')).toBeNull();
    const closed = screen.getByRole('button', { expanded: false });
    await userEvent.click(closed);
    expect(screen.getByText('"deep"')).toBeTruthy();
    await userEvent.click(closed);
    expect(screen.queryByText('"deep"')).toBeNull();
  });

  it('a long list comes in pages, so that a large output does not freeze the window', async () => {
    // Bug caught: an output with 50,000 rows stops the page for seconds.
    const { container } = render(<JsonView value={Array.from({ length: 250 }, (_, n) => n)} />);
    const rows = () => container.querySelectorAll('.pl-4:not(button)').length;
    expect(rows()).toBe(100);
    await userEvent.click(screen.getByRole('button', { name: 'Show more (150 left)' }));
    expect(rows()).toBe(200);
    await userEvent.click(screen.getByRole('button', { name: 'Show more (50 left)' }));
    expect(rows()).toBe(250);
    expect(screen.queryByRole('button', { name: /Show more/ })).toBeNull();
  });

  it('tells an empty list from an empty map and from nothing', () => {
    expect(shown([])).toBe('[0]');
    expect(shown({})).toBe('{0}');
    expect(shown(undefined)).toBe('null');
  });

  it('never makes markup of a value or of a name', () => {
    const { container } = render(<JsonView value={{ '<b>k</b>': '<img src=x>' }} />);
    expect(container.querySelector('b, img')).toBeNull();
  });
});

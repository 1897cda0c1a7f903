import { cleanup, render } from '@testing-library/react';
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
});

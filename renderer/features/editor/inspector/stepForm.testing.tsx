import { fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { type InEditor, renderInEditor } from '#renderer/testing/editorHarness.tsx';
import { Inspector } from './Inspector.tsx';

export const base = `# top
name: w
steps:
  - id: one # the first
    uses: many # kind
    # what it is given
    with:
      word: hello # greeting
  - id: two
    uses: many
    needs: [one] # after it
    if: steps.one.outputs.n > 1
    with:
      word: "\${{ steps.one.outputs.x }}"
  - id: three
    uses: many
    needs: []
    with: {word: x}
`;

/** Opens the form of a step: selects step `one` unless told otherwise; every change must keep every comment. */
export async function open(options: Partial<InEditor> = {}) {
  const shown = await renderInEditor(<Inspector />, { text: base, select: ['one'], ...options });
  return shown.document;
}

export function field(name: string): HTMLElement {
  return screen.getByTestId(`field-${name}`);
}

export async function showAll() {
  await userEvent.click(screen.getByRole('button', { name: /more/i }));
}

export async function section(name: string): Promise<HTMLElement> {
  const found = screen.getByTestId(`section-${name}`);
  const head = within(found).getAllByRole('button')[0] as HTMLElement;
  if (head.getAttribute('aria-expanded') !== 'true') await userEvent.click(head);
  return found;
}

export function pick(
  name: string | RegExp,
  value: string,
  inside: HTMLElement = document.body,
): void {
  const select = within(inside)
    .getAllByLabelText(name)
    .find((each) => each.tagName === 'SELECT') as HTMLSelectElement;
  const option = [...select.options].find((each) => each.text === value || each.value === value);
  if (!option)
    throw new Error(`no ${value} among ${[...select.options].map((o) => o.text).join()}`);
  fireEvent.change(select, { target: { value: option.value } });
}

import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { Field } from './Field.tsx';
import { Input } from './Input.tsx';

afterEach(cleanup);

const show = (more: { help?: string; error?: string; required?: boolean }) => {
  render(
    <Field label="Name" {...more}>
      {(control) => <Input {...control} />}
    </Field>,
  );
  const input = screen.getByRole('textbox');
  const about = input.getAttribute('aria-describedby');
  return { input, about: about === null ? null : document.getElementById(about)?.textContent };
};

describe('Field', () => {
  it('its label leads to its control', () => {
    const { input } = show({});
    expect(screen.getByLabelText('Name')).toBe(input);
  });

  it('a screen reader hears the help with the field', () => {
    expect(show({ help: 'Lower-case letters.' }).about).toBe('Lower-case letters.');
  });

  it('an error takes the place of the help and marks the field', () => {
    // Bug caught: the border is red, and nobody who cannot see it is told.
    const { input, about } = show({ help: 'Lower-case letters.', error: 'It is taken.' });
    expect(about).toBe('It is taken.');
    expect(input.getAttribute('aria-invalid')).toBe('true');
    expect(screen.queryByText('Lower-case letters.')).toBeNull();
  });

  it('without either it points at nothing', () => {
    expect(show({}).about).toBeNull();
  });

  it('the star of a needed field is not read as part of its name', () => {
    show({ required: true });
    expect(screen.getByText('*').getAttribute('aria-hidden')).toBe('true');
  });
});

import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Select } from './Select.tsx';

afterEach(cleanup);

const options = [
  { value: 'eu', label: 'Europe' },
  { value: 'us', label: 'America' },
] as const;

const show = (value: 'eu' | 'us' | undefined, more = {}) => {
  const onChange = vi.fn();
  render(<Select label="Region" value={value} onChange={onChange} options={options} {...more} />);
  return { onChange, box: screen.getByRole('combobox', { name: 'Region' }) as HTMLSelectElement };
};

describe('Select', () => {
  it('gives the value, not the words', async () => {
    const { onChange, box } = show('eu');
    await userEvent.selectOptions(box, 'America');
    expect(onChange).toHaveBeenCalledWith('us');
  });

  it('without a value chooses nothing by itself', () => {
    // Bug caught: the first option looks chosen, and the form is sent without it.
    const { box } = show(undefined, { placeholder: 'Pick one' });
    expect(box.selectedOptions[0]?.textContent).toBe('Pick one');
    expect(box.value).toBe('');
  });

  it('a value that is no option any more is shown as none', () => {
    const { box } = show('gone' as never);
    expect(box.value).toBe('');
  });

  it('once chosen there is no way back to nothing', () => {
    const { box } = show('us');
    expect([...box.options].map((option) => option.value)).toEqual(['eu', 'us']);
  });
});

import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { Tabs } from './Tabs.tsx';

afterEach(cleanup);

function Three() {
  const [tab, setTab] = useState<'a' | 'b' | 'c'>('a');
  return (
    <Tabs
      label="Parts"
      value={tab}
      onChange={setTab}
      aside={<button type="button">Close</button>}
      items={(['a', 'b', 'c'] as const).map((value) => ({
        value,
        label: `Tab ${value}`,
        content: `Content ${value}`,
      }))}
    />
  );
}

describe('Tabs', () => {
  it('shows one content at a time and says which', async () => {
    render(<Three />);
    expect(screen.getByRole('tabpanel').textContent).toBe('Content a');
    await userEvent.click(screen.getByRole('tab', { name: 'Tab b' }));
    expect(screen.getByRole('tabpanel').textContent).toBe('Content b');
    expect(screen.getByRole('tab', { selected: true }).textContent).toBe('Tab b');
  });

  it('arrows go around, home and end go to the ends', async () => {
    render(<Three />);
    await userEvent.click(screen.getByRole('tab', { name: 'Tab a' }));
    const after = async (key: string) => {
      await userEvent.keyboard(key);
      return screen.getByRole('tab', { selected: true }).textContent;
    };
    expect(await after('{ArrowRight}')).toBe('Tab b');
    expect(await after('{End}')).toBe('Tab c');
    expect(await after('{ArrowRight}')).toBe('Tab a');
    expect(await after('{ArrowLeft}')).toBe('Tab c');
    expect(await after('{Home}')).toBe('Tab a');
  });

  it('what stands beside the tabs is none of them', () => {
    // Bug caught: a screen reader counts the close button as a fourth tab.
    render(<Three />);
    expect(screen.getByRole('tablist').contains(screen.getByText('Close'))).toBe(false);
  });
});

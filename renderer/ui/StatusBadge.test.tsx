import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runStatus, stepStatus } from '#contract/runs.ts';
import { setupTexts } from '#renderer/testing/setupDom.ts';
import { de, en } from '#renderer/i18n/resources.ts';
import { StatusBadge, StatusIcon, statusLooks } from './StatusBadge.tsx';

beforeAll(setupTexts);
afterEach(cleanup);

const all = [...new Set([...runStatus.options, ...stepStatus.options])];

describe('a status', () => {
  it.each(all)('%s has an icon, a word in both languages and a colour', (status) => {
    // Bug caught: a new status of the contract crashes the list that shows it.
    const { container } = render(<StatusBadge status={status} />);
    expect(container.querySelector('svg')).not.toBeNull();
    expect(container.textContent).toBe(en.ui.status[status]);
    expect(de.ui.status[status]).not.toBe('');
    expect(statusLooks[status].tone).toBeTruthy();
  });

  it('good, bad and going on look different without their colour', () => {
    // Bug caught: to somebody who sees no red and green, failed and succeeded are one.
    const icons = (['succeeded', 'failed', 'running', 'waiting', 'interrupted'] as const).map(
      (status) => statusLooks[status].icon,
    );
    expect(new Set(icons).size).toBe(icons.length);
  });

  it('an icon alone has a name; one beside its word is not read twice', () => {
    render(<StatusIcon status="failed" label />);
    expect(screen.getByRole('img', { name: 'Failed' })).toBeTruthy();
    cleanup();
    render(<StatusBadge status="failed" />);
    expect(screen.queryByRole('img')).toBeNull();
  });

  it('only what runs moves', () => {
    const moving = all.filter((status) => {
      const { container } = render(<StatusIcon status={status} />);
      return container.innerHTML.includes('animate-breathe');
    });
    expect(moving).toEqual(['running']);
  });
});

import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { setupTexts } from '#renderer/testing/setupDom.ts';
import { QueryState } from './QueryState.tsx';

beforeAll(setupTexts);
afterEach(cleanup);

function show(query: { isPending: boolean; isError: boolean; error?: unknown }) {
  const refetch = vi.fn();
  const { container } = render(
    <QueryState query={{ error: null, ...query, refetch }} lines={3} meaning="No list" />,
  );
  return { container, refetch };
}

describe('QueryState', () => {
  it('says that something is on its way, in as many lines as were asked for', () => {
    const { container } = show({ isPending: true, isError: false });
    expect(container.querySelector('[aria-busy]')?.children).toHaveLength(3);
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('says what a failure means here and asks again, instead of waiting for ever', () => {
    const { container, refetch } = show({
      isPending: false,
      isError: true,
      error: new Error('The line is dead.'),
    });
    expect(screen.getByRole('alert').textContent).toContain('No list');
    expect(container.querySelector('[aria-busy]')).toBeNull();
    fireEvent.click(screen.getByRole('button'));
    expect(refetch).toHaveBeenCalledOnce();
  });

  it('takes no room once the answer is there', () => {
    expect(show({ isPending: false, isError: false }).container.childNodes).toHaveLength(0);
  });
});

import { ORPCError } from '@orpc/client';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import i18next from 'i18next';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { setupTexts } from '#renderer/testing/setupDom.ts';
import { ErrorState } from './ErrorState.tsx';

beforeAll(setupTexts);
afterEach(async () => {
  cleanup();
  await i18next.changeLanguage('en');
});

const error = new ORPCError('BAD_REQUEST', {
  data: {
    code: 'workflow.exists',
    message: 'There is a workflow backup already.',
    hint: 'Choose another name, or open the one that is there.',
    kind: 'user',
  },
});

describe('ErrorState', () => {
  it('has three parts and a code: what happened, what it means, what to do', () => {
    render(<ErrorState error={error} meaning="The copy was not made" />);
    const alert = screen.getByRole('alert');
    for (const part of [
      'The copy was not made',
      'There is a workflow backup already.',
      'Choose another name',
      'workflow.exists',
    ])
      expect(alert.textContent).toContain(part);
  });

  it('offers to try again only where that is possible', () => {
    const onRetry = vi.fn();
    const { rerender } = render(<ErrorState error={error} />);
    expect(screen.queryByRole('button')).toBeNull();
    rerender(<ErrorState error={error} onRetry={onRetry} />);
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(onRetry).toHaveBeenCalledOnce();
  });

  it('something that was thrown without a shape is shown, not swallowed', () => {
    render(<ErrorState error={new TypeError('x is undefined')} />);
    expect(screen.getByRole('alert').textContent).toContain('x is undefined');
  });

  it('markup in a message is text', () => {
    render(<ErrorState error={new Error('<img src=x onerror=alert(1)>')} />);
    expect(document.querySelector('img')).toBeNull();
  });

  it('in German it is said in German', async () => {
    // Bug caught: the window is German and every error in it English.
    await i18next.changeLanguage('de');
    render(<ErrorState error={error} onRetry={() => undefined} />);
    const text = screen.getByRole('alert').textContent;
    expect(text).toContain('Einen Workflow backup gibt es schon.');
    expect(text).toContain('Wählen Sie einen anderen Namen');
    expect(screen.getByRole('button', { name: 'Erneut versuchen' })).toBeTruthy();
  });
});

import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { setupTexts } from '#renderer/testing/setupDom.ts';
import { StepError } from './StepError.tsx';

beforeAll(setupTexts);
afterEach(cleanup);

const error = { code: 'shell.failed', message: 'exit code 2: last', kind: 'operational' as const };

describe('StepError', () => {
  it('shows the last lines of a script as they were written', () => {
    // Bug caught: only tar's "exiting with failure status" is seen, and not the file it missed.
    render(<StepError error={{ ...error, details: { tail: 'tar: no such file\nlast `x`' } }} />);
    expect(screen.getByTestId('step-error-tail').textContent).toBe('tar: no such file\nlast `x`');
  });

  it('shows no empty box where there is nothing more to say', () => {
    render(<StepError error={{ ...error, details: { tail: 5 } }} />);
    expect(screen.queryByTestId('step-error-tail')).toBeNull();
  });

  it('says what to do, with code set as code, and opens the log', () => {
    const onLog = vi.fn();
    render(<StepError error={{ ...error, hint: 'Set `success_codes`.' }} onLog={onLog} />);
    expect(screen.getByText('success_codes').tagName).toBe('CODE');
    fireEvent.click(screen.getByRole('button', { name: 'Open its log' }));
    expect(onLog).toHaveBeenCalledOnce();
  });
});

import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Button } from './Button.tsx';
import { IconButton } from './IconButton.tsx';
import { TooltipProvider } from './Tooltip.tsx';

afterEach(cleanup);

describe('Button', () => {
  it('refuses a second press while work is under way, and is usable again after it', async () => {
    // Bug caught: a double click on "Run workflow" starts two runs.
    const press = vi.fn();
    const { rerender } = render(
      <Button busy onClick={press}>
        Run
      </Button>,
    );
    await userEvent.click(screen.getByRole('button', { name: 'Run' }));
    expect(press).not.toHaveBeenCalled();
    rerender(<Button onClick={press}>Run</Button>);
    await userEvent.click(screen.getByRole('button', { name: 'Run' }));
    expect(press).toHaveBeenCalledOnce();
  });

  it('keeps its words while busy, so that nothing jumps and it has a name', () => {
    render(
      <Button busy icon={<i data-testid="icon" />}>
        Save
      </Button>,
    );
    expect(screen.getByRole('button', { name: 'Save' })).toBeTruthy();
    expect(screen.queryByTestId('icon')).toBeNull();
  });

  it('in a form it submits nothing unless it is told to', async () => {
    // Bug caught: "Cancel" in a form creates the token.
    const submit = vi.fn((event: { preventDefault: () => void }) => event.preventDefault());
    render(
      <form onSubmit={submit}>
        <Button>Cancel</Button>
        <Button type="submit">Create</Button>
      </form>,
    );
    await userEvent.click(screen.getByText('Cancel'));
    expect(submit).not.toHaveBeenCalled();
    await userEvent.click(screen.getByText('Create'));
    expect(submit).toHaveBeenCalledOnce();
  });

  it('as a link it is a link, with one element', () => {
    render(
      <Button asChild>
        <a href="#/runs">All runs</a>
      </Button>,
    );
    expect(screen.getByRole('link', { name: 'All runs' }).className).toContain('rounded-control');
    expect(screen.queryByRole('button')).toBeNull();
  });
});

describe('IconButton', () => {
  it('has a name for those who do not see the icon, and says it with its key on focus', async () => {
    render(
      <TooltipProvider delayDuration={0}>
        <IconButton label="Pause" shortcut="p">
          <svg />
        </IconButton>
      </TooltipProvider>,
    );
    expect(screen.getByRole('button', { name: 'Pause' })).toBeTruthy();
    await userEvent.tab();
    const tip = await screen.findByRole('tooltip');
    expect(tip.textContent).toContain('Pause');
    expect(tip.textContent).toContain('P');
  });
});

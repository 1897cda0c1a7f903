import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import fc from 'fast-check';
import i18next from 'i18next';
import { Tooltip } from 'radix-ui';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { setupTexts } from '#renderer/testing/setupDom.ts';
import { TransferList } from './TransferList.tsx';
import { RateMeter, type Transfer, useTransfers } from './transferStore.ts';

beforeAll(setupTexts);
beforeEach(() => useTransfers.setState({ transfers: [] }));
afterEach(async () => {
  cleanup();
  await i18next.changeLanguage('en');
});

const transfer = (id: number, more: Partial<Transfer> = {}): Transfer => ({
  id,
  direction: 'upload',
  host: 'web-1',
  from: `/home/ada/file-${id}`,
  to: '/srv',
  state: 'asking',
  progress: undefined,
  done: undefined,
  error: undefined,
  rate: undefined,
  ...more,
});

function show(...transfers: Transfer[]) {
  useTransfers.setState({ transfers });
  render(
    <Tooltip.Provider>
      <TransferList host="web-1" />
    </Tooltip.Provider>,
  );
}

const progress = (bytes: number): NonNullable<Transfer['progress']> => ({
  type: 'progress',
  host: 'web-1',
  file: 'file-1',
  bytes,
  total: 8_000_000,
  files: 0,
  files_total: 1,
});

describe('the transfers with a host', () => {
  it('say how far, how fast and how long still', () => {
    show(transfer(1, { state: 'running', progress: progress(4_000_000), rate: 1_000_000 }));
    const line = screen.getByText(/of 7\.63 MiB/);
    expect(line.textContent).toContain('3.81 MiB');
    expect(line.textContent).toContain('977 KiB/s');
    expect(line.textContent).toMatch(/4/);
    expect(screen.getByRole('button', { name: /Cancel/ })).toBeTruthy();
  });

  it('say no time that is left before the speed is known', () => {
    // Bug caught: "Infinity" or a nonsense time at the beginning.
    show(transfer(1, { state: 'running', progress: progress(0) }));
    expect(document.body.textContent).not.toMatch(/Infinity|NaN|undefined/);
  });

  it('that failed say why in the language of the window, and can go on', async () => {
    // Bug caught: the reason stands in English between German words.
    await i18next.changeLanguage('de');
    const error = {
      code: 'ssh.connection_lost',
      message: 'The connection to web-1 was lost.',
      hint: 'Try again.',
      kind: 'operational',
    } as const;
    show(transfer(1, { state: 'failed', error }));
    const line = screen.getByText('Die Verbindung zu web-1 ist abgebrochen.');
    expect(line.getAttribute('title')).toBe('Versuchen Sie es noch einmal.');
    expect(screen.getByRole('button', { name: /file-1/ })).toBeTruthy();
  });

  it('are those of this host only, and leave when they have ended and are cleared', async () => {
    show(
      transfer(1, { state: 'cancelled' }),
      transfer(2, { host: 'db-1', state: 'failed' }),
      transfer(3, { state: 'running', progress: progress(1) }),
    );
    expect(screen.getAllByRole('listitem')).toHaveLength(2);
    await userEvent.click(screen.getByRole('button', { name: 'Clear finished' }));
    expect(screen.getAllByRole('listitem')).toHaveLength(1);
    // Bug caught: the failed transfer with another host, which could still go on, is cleared too.
    expect(useTransfers.getState().transfers.map(({ id }) => id)).toEqual([2, 3]);
  });

  it('take no room where there are none', () => {
    show(transfer(1, { host: 'db-1' }));
    expect(screen.queryByRole('region')).toBeNull();
  });
});

describe('the speed of a transfer', () => {
  it('is unknown at first, and then that of the last seconds', () => {
    const meter = new RateMeter();
    expect(meter.read(0, 0)).toBeUndefined();
    expect(meter.read(1000, 1000)).toBe(1000);
    for (let at = 2; at <= 20; at += 1) meter.read(at * 1000, 1000 + (at - 1) * 500);
    expect(meter.read(21_000, 11_000)).toBeCloseTo(500, 0);
  });

  it('is never negative, infinite or no number, whatever the readings', () => {
    // Bug caught: a transfer that starts again shows a speed below zero.
    const readings = fc.array(fc.tuple(fc.nat(5000), fc.nat(1_000_000)), { minLength: 1 });
    fc.assert(
      fc.property(readings, (steps) => {
        const meter = new RateMeter();
        let at = 0;
        for (const [wait, bytes] of steps) {
          at += wait;
          const rate = meter.read(at, bytes);
          if (rate !== undefined) {
            expect(Number.isFinite(rate)).toBe(true);
            expect(rate).toBeGreaterThanOrEqual(0);
          }
        }
      }),
    );
  });
});

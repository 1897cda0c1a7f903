import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { harness, runKind } from './harness.testing.ts';
import { wait } from './wait.ts';

describe('a wait until an instant', () => {
  const h = harness({ clock: { now: () => 0 } });
  afterAll(() => h.remove());
  const until = (text: string) =>
    runKind(wait, { until: text }, h.context) as Promise<{ at: number }>;

  it('is until that instant, in every way that ISO writes it', async () => {
    const moment = fc.date({
      min: new Date('1970-01-01'),
      max: new Date('2100-01-01'),
      noInvalidDate: true,
    });
    await fc.assert(
      fc.asyncProperty(moment, async (at) => {
        const iso = at.toISOString();
        expect((await until(iso)).at).toBe(at.getTime());
        expect((await until(iso.replace('T', ' ').toLowerCase())).at).toBe(at.getTime());
        expect((await until(iso.replace('Z', '+00:00'))).at).toBe(at.getTime());
        expect((await until(iso.replace('.', ',').replace('Z', '+0000'))).at).toBe(at.getTime());
      }),
    );
  });

  it('on a date alone begins with that day where Nexus runs, as one with a time does', async () => {
    const midnight = new Date(2026, 4, 1).getTime();
    expect((await until('2026-05-01')).at).toBe(midnight);
    expect((await until('2026-05-01T00:00')).at).toBe(midnight);
  });

  it.each([
    '2026-02-30',
    '2026-02-29T10:00:00Z',
    '2026-04-31',
    '2026-01-01T10:00+99:00',
    '2026-01-01T10',
  ])('refuses %s, which is no instant, instead of waiting for another', async (text) => {
    await expect(until(text)).rejects.toMatchObject({ code: 'wait.until_invalid' });
  });
});

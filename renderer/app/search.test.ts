import { createMemoryHistory } from '@tanstack/react-router';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { makeRouter } from './router.ts';
import * as searches from './search.ts';
import { settingsTabs } from './search.ts';

const schemas = Object.entries(searches as unknown as Record<string, z.ZodObject>).filter(
  ([name]) => name.endsWith('Search') && name !== 'openSearch',
);

/** What the page of an address is given. */
async function read(address: string): Promise<Record<string, unknown>> {
  const router = makeRouter(createMemoryHistory({ initialEntries: [address] }));
  await router.load();
  return router.state.matches.at(-1)?.search ?? {};
}

describe('what an address says beside the page', () => {
  it('whatever stands there opens the page: what is wrong is left out', () => {
    // Bug caught: one bookmark with a typing error shows "this page stopped working".
    expect(schemas.length).toBeGreaterThan(8);
    for (const [name, schema] of schemas) {
      const keys = Object.keys(schema.shape);
      fc.assert(
        fc.property(fc.dictionary(fc.constantFrom(...keys, 'other'), fc.jsonValue()), (given) => {
          expect(schema.safeParse(given).success, name).toBe(true);
        }),
        { numRuns: 100 },
      );
    }
  });

  it.each([
    ['/runs?q=status%3Afailed', { q: 'status:failed' }],
    // Bug caught: a filter for the run or host called 5 is gone after a reload.
    ['/runs?q=5', { q: '5' }],
    ['/runs?q=true', { q: 'true' }],
    ['/vault?open=2026', { open: '2026' }],
    ['/hosts/web?tab=files&path=0', { tab: 'files', path: '0' }],
    ['/runs?q=%7B%7D', {}],
    ['/settings?tab=tokens', { tab: 'tokens' }],
    ['/settings?tab=nonsense', {}],
    ['/workflows?create=true', { create: true }],
    ['/workflows?create=1', {}],
    ['/audit?open=12', { open: 12 }],
    ['/audit?open=twelve', {}],
    ['/monitor?range=nonsense&tab=alerts', { tab: 'alerts' }],
  ])('%s', async (address, expected) => {
    const search = await read(address);
    const given = Object.entries(search).filter(([, value]) => value !== undefined);
    expect(Object.fromEntries(given)).toEqual(expected);
  });

  it('any filter that is typed is the same after a reload', async () => {
    const text = fc.oneof(
      fc.string({ minLength: 1 }),
      fc.constantFrom('5', 'true', 'null', '"x"', '{}', '[1]', 'a&b=c', '#', '%', '+', 'ä漢'),
    );
    await fc.assert(
      fc.asyncProperty(text, async (q) => {
        const router = makeRouter(createMemoryHistory({ initialEntries: ['/runs'] }));
        await router.load();
        const { href } = router.buildLocation({ to: '/runs', search: { q } });
        expect(await read(href)).toEqual({ q });
      }),
      { numRuns: 60 },
    );
  });

  it('every tab of the settings has an address', async () => {
    for (const tab of settingsTabs) expect(await read(`/settings?tab=${tab}`)).toEqual({ tab });
  });
});

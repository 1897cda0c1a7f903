import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/**
 * What axe finds on a page that keeps people out (serious or critical), one line each.
 *
 * @param options.only a single rule, where the rest is known to be the same.
 * @param options.electron for a page in Electron, where axe cannot open a page of its own.
 */
export async function barriers(
  page: Page,
  options: { only?: string; electron?: boolean } = {},
): Promise<string[]> {
  // What fades in is too pale to read until it is there. What goes on for ever is no matter.
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter((one) => one.effect?.getComputedTiming().iterations !== Infinity)
        .map((one) => one.finished.catch(() => undefined)),
    ),
  );
  const axe = new AxeBuilder({ page });
  if (options.only) axe.withRules(options.only);
  if (options.electron) axe.setLegacyMode();
  const { violations } = await axe.analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { freshHome, launchApp } from '../e2e/support/app.ts';
import { onDesktop } from './support/desktop.ts';
import { median, number, percentile, type Row } from './support/table.ts';

const STEPS = 500;

/** Frame times of the canvas with a workflow of 500 steps, panned and zoomed by real input events. */
export async function measure(): Promise<Row[]> {
  return onDesktop(async () => {
    const home = freshHome();
    await mkdir(join(home, 'workflows'), { recursive: true });
    await writeFile(join(home, 'workflows', 'large.yaml'), largeWorkflow());
    const app = await launchApp({ home });
    try {
      const { page } = app;
      await page.setViewportSize({ width: 1440, height: 900 });
      const begun = performance.now();
      await page.evaluate(`window.location.hash = '#/workflows/large'`);
      const canvas = page.getByRole('application', { name: 'Workflow graph' });
      await canvas.locator('.react-flow__node').first().waitFor({ timeout: 60_000 });
      const opened = performance.now() - begun;
      const box = (await canvas.boundingBox())!;
      const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      const pan = await frames(page, async () => {
        await page.mouse.move(at.x, at.y);
        for (let i = 0; i < 60; i += 1) await page.mouse.wheel(i % 2 ? 40 : 60, 30);
      });
      const zoom = await frames(page, async () => {
        await page.keyboard.down('Control');
        for (let i = 0; i < 40; i += 1) await page.mouse.wheel(0, i < 20 ? 60 : -60);
        await page.keyboard.up('Control');
      });
      const row = (figure: string, value: string): Row => ({
        bench: 'editor, 500 steps',
        figure,
        value,
      });
      return [
        row('open to first node', `${number(opened)} ms`),
        row(
          'frame while panning, p50 / p95',
          `${number(median(pan))} / ${number(percentile(pan, 0.95))} ms`,
        ),
        row(
          'frame while zooming, p50 / p95',
          `${number(median(zoom))} / ${number(percentile(zoom, 0.95))} ms`,
        ),
      ];
    } finally {
      await app.close();
      await rm(home, { recursive: true, force: true });
    }
  });
}

// Time between animation frames while `work` sends input. Software rendering here: a GPU is faster.
async function frames(page: Page, work: () => Promise<void>): Promise<number[]> {
  await page.evaluate(`
    window.benchFrames = { times: [], on: true };
    let last = performance.now();
    const tick = (now) => {
      window.benchFrames.times.push(now - last);
      last = now;
      if (window.benchFrames.on) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  `);
  await work();
  return page.evaluate<number[]>(
    `window.benchFrames.on = false, window.benchFrames.times.slice(1)`,
  );
}

function largeWorkflow(): string {
  const steps = Array.from({ length: STEPS }, (_, i) => {
    const needs =
      i === 0
        ? '[]'
        : i % 5 === 0
          ? `[s${i - 1}, s${i - 4}]`
          : `[s${i % 5 === 1 ? i - 1 : i - (i % 5)}]`;
    return `  - id: s${i}\n    uses: transform\n    needs: ${needs}\n    with: { set: { n: ${i} } }\n`;
  });
  return `name: large\nsteps:\n${steps.join('')}`;
}

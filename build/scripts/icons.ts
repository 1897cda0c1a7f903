import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { main } from './lib/failure.ts';
import { root } from './lib/project.ts';

const sizes = [16, 32, 48, 64, 128, 256, 512, 1024];

/**
 * Renders `build/icon.svg` in every size the packages need (`build/icons/SIZExSIZE.png`), and the
 * ones that are read at run time. Run by hand after the drawing has changed.
 */
await main(async () => {
  const svg = readFileSync(join(root, 'build', 'icon.svg'), 'utf8');
  const source = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
  const executablePath = process.env['NEXUS_CHROMIUM'] ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const page = await browser.newPage();
  const render = async (size: number, path: string) => {
    await page.setViewportSize({ width: size, height: size });
    await page.setContent(
      `<style>body{margin:0}</style><img src="${source}" width="${size}" height="${size}">`,
    );
    await page.screenshot({ path, omitBackground: true });
  };
  mkdirSync(join(root, 'build', 'icons'), { recursive: true });
  mkdirSync(join(root, 'resources', 'icons'), { recursive: true });
  for (const size of sizes) await render(size, join(root, 'build', 'icons', `${size}x${size}.png`));
  await render(256, join(root, 'resources', 'icons', 'icon.png'));
  await browser.close();
  return 0;
});

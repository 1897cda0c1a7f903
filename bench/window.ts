import { type RunningApp, freshHome, launchApp } from '../e2e/support/app.ts';
import { rmSync } from 'node:fs';
import { onDesktop } from './support/desktop.ts';
import { residentMiB } from './support/processes.ts';
import { median, number, type Row } from './support/table.ts';

/** Cold start of the desktop app: from the start of the process to a window that can be used. */
export async function measure(): Promise<Row[]> {
  return onDesktop(async () => {
    const usable: number[] = [];
    let mainMiB = Number.NaN;
    // The first start makes the home's database; a person's app has one.
    const home = freshHome();
    try {
      for (let i = 0; i < 6; i += 1) {
        const begun = performance.now();
        const app: RunningApp = await launchApp({ home });
        await app.page.getByRole('navigation').first().waitFor();
        await app.page.getByRole('heading', { level: 1 }).first().waitFor();
        if (i > 0) usable.push(performance.now() - begun);
        mainMiB = await residentMiB(app.electron.process().pid!);
        await app.close();
      }
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
    return [
      {
        bench: 'window',
        figure: 'start to a usable Home, median of 5',
        value: `${number(median(usable))} ms`,
      },
      { bench: 'window', figure: 'RSS of the main process', value: `${number(mainMiB)} MiB` },
    ];
  });
}

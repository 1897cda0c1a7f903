import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { freshHome } from './support/app.ts';
import { ledger, writeWorkflow } from './support/cli.ts';
import { expect, test } from './support/fixtures.ts';

// The step that is cut off lives only as long as somebody reads its log, so it leaves nothing behind.
const workflow = (file: string) => `name: power-cut
description: Two branches; one is cut off in a shell step, the other while it waits.

steps:
  - id: first
    uses: shell
    with:
      run: echo first >> '${file}'

  - id: pause
    needs: first
    uses: wait
    with:
      duration: 3s

  - id: after_pause
    needs: pause
    uses: shell
    with:
      run: echo after_pause >> '${file}'

  - id: copy
    name: Copy the files
    needs: first
    uses: shell
    with:
      run: |
        echo copy >> '${file}'
        [ "$(grep -c copy '${file}')" -gt 1 ] && exit 0
        while echo "still copying"; do sleep 0.2; done

  - id: last
    needs: [after_pause, copy]
    uses: shell
    with:
      run: echo last >> '${file}'
`;

test('a run survives kill -9 of the app: nothing is lost, nothing is repeated unasked', async ({
  launch,
}) => {
  // Bug caught: after a crash a finished step runs again, a waiting one never wakes, or a step
  // with an unknown effect is repeated without a person's word.
  const home = freshHome();
  const file = join(home, 'ledger.txt');
  writeWorkflow(home, 'power-cut', workflow(file));

  const first = await launch({ home });
  await first.page.getByRole('link', { name: 'Workflows' }).click();
  await first.page.getByRole('link', { name: 'power-cut' }).click();
  await first.page.getByTestId('run').click();
  await expect.poll(() => ledger(file)).toEqual({ first: 1, copy: 1 });
  await expect(first.page.getByTestId('node-pause')).toHaveAttribute(
    'data-status',
    /waiting|running/,
  );
  await first.kill9();

  const { page } = await launch({ home });
  // The interrupted step asks on Home.
  const needs = page.getByRole('region', { name: 'Needs you' });
  await expect(needs).toContainText('Copy the files');
  await expect(needs).toContainText('power-cut');
  await needs.getByRole('link', { name: 'Resolve' }).click();
  await expect(page.getByRole('heading', { name: 'Interrupted steps' })).toBeVisible();
  // The other branch wakes and goes on by itself; the cut-off step has not been repeated.
  await expect.poll(() => ledger(file)).toEqual({ first: 1, copy: 1, after_pause: 1 });

  await page.getByRole('button', { name: 'Run it again' }).click();
  await expect(page.getByText('Nothing waits for you')).toBeVisible();
  await expect.poll(() => ledger(file)).toEqual({ first: 1, copy: 2, after_pause: 1, last: 1 });
  await page.getByRole('link', { name: 'Show runs' }).click();
  await page.getByRole('row', { name: /power-cut/ }).click();
  await expect(page.getByTestId('run-header')).toHaveAttribute('data-status', 'succeeded');
  rmSync(home, { recursive: true, force: true });
});

import { execFile } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { root } from './project.ts';

let folder: string | undefined;
afterEach(() => {
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** Runs the check of the floors over a small house made of `files`, and gives the rules that were broken. */
async function broken(files: Record<string, string>): Promise<string[]> {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'nexus-layers-')));
  for (const top of ['contract', 'main', 'preload', 'renderer']) mkdirSync(join(folder, top));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  copyFileSync(join(root, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const args = [
    ...['--import', join(root, 'build/scripts/lib/typescript6.ts')],
    join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs'),
    ...['--config', join(root, '.dependency-cruiser.cjs'), '--output-type', 'json'],
    ...['contract', 'main', 'preload', 'renderer'],
  ];
  const text = await new Promise<string>((resolve) => {
    const options = { cwd: folder, maxBuffer: 1 << 26 };
    execFile(process.execPath, args, options, (_error, stdout) => resolve(stdout));
  });
  const { summary } = JSON.parse(text) as {
    summary: { violations: { from: string; rule: { name: string } }[]; totalCruised: number };
  };
  expect(summary.totalCruised).toBeGreaterThanOrEqual(Object.keys(files).length);
  return summary.violations.map(({ from, rule }) => `${from}: ${rule.name}`).sort();
}

// Bug caught: with a compiler that it could not use, the check saw no module at all and was content.
describe('the floors of the house', () => {
  it('are guarded in all four folders', async () => {
    expect(
      await broken({
        'main/audit/index.ts': 'export const audit = 1;\n',
        'main/audit/inside.ts': 'export const inside = 1;\n',
        'main/gateway/index.ts': 'export const gateway = 1;\n',
        'main/base/clock.ts':
          "import { audit } from '#main/audit/index.ts';\nexport const clock = audit;\n",
        'main/vault/index.ts': "export { inside } from '#main/audit/inside.ts';\n",
        'main/tasks/index.ts': "export { gateway } from '#main/gateway/index.ts';\n",
        'contract/index.ts':
          "import type { audit } from '#main/audit/index.ts';\nexport type A = typeof audit;\n",
        'renderer/page.tsx': "export { audit } from '#main/audit/index.ts';\n",
        'preload/index.ts': "export type { A } from '#contract/index.ts';\n",
      }),
    ).toEqual([
      'contract/index.ts: contract-stands-alone',
      'main/base/clock.ts: base-knows-no-service',
      'main/tasks/index.ts: services-know-no-face',
      'main/vault/index.ts: services-through-their-door',
      'preload/index.ts: preload-knows-nothing',
      'renderer/page.tsx: renderer-knows-contract-only',
    ]);
  });

  it('have nothing against arrows that point down', async () => {
    expect(
      await broken({
        'contract/index.ts': "export type A = 'a';\n",
        'main/base/clock.ts': "export type { A } from '#contract/index.ts';\n",
        'main/audit/index.ts': "export type { A } from '#main/base/clock.ts';\n",
        'main/gateway/index.ts': "export type { A } from '#main/audit/index.ts';\n",
        'renderer/page.tsx': "export type { A } from '#contract/index.ts';\n",
      }),
    ).toEqual([]);
  });
});

import { join } from 'node:path';
import { electronFolder } from '../runtime.ts';
import { run } from './exec.ts';
import { hasDisplay, root } from './project.ts';

/**
 * Runs the end-to-end tests on the built app, on a virtual display where there is none; answers the
 * exit code.
 *
 * @param report where the JSON report goes; without it only the list is printed.
 */
export async function playwright(args: string[], report?: string): Promise<number> {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    // Playwright asks the electron package for its binary, and that reads this first.
    ELECTRON_OVERRIDE_DIST_PATH: await electronFolder(),
    ...(report ? { PLAYWRIGHT_JSON_OUTPUT_NAME: report } : {}),
  };
  const cli = join(root, 'node_modules', '@playwright', 'test', 'cli.js');
  const reporters = report ? ['--reporter=list,json'] : [];
  const command = [process.execPath, cli, 'test', ...reporters, ...args];
  const screen = '-screen 0 1600x1000x24 -nolisten tcp';
  const withDisplay = hasDisplay() ? command : ['xvfb-run', '-a', '-s', screen, ...command];
  const [program = '', ...rest] = withDisplay;
  return run(program, rest, { env });
}

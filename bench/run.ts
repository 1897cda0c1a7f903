import { printRows, type Row } from './support/table.ts';

/**
 * `npm run bench [-- NAME…]`: every benchmark, or those named. Build first (`npm run build`).
 * Figures are this machine's; the peers are measured in the same run so that ratios can be quoted.
 */
const benches: Record<string, () => Promise<{ measure(): Promise<Row[]> }>> = {
  engine: () => import('./engine.ts'),
  serve: () => import('./serve.ts'),
  webhook: () => import('./webhook.ts'),
  window: () => import('./window.ts'),
  editor: () => import('./editor.ts'),
  monitor: () => import('./monitor.ts'),
  ssh: () => import('./ssh.ts'),
};

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const unknown = wanted.filter((name) => !benches[name]);
if (unknown.length) {
  console.error(
    `There is no benchmark ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}`,
  );
  process.exit(2);
}

const rows: Row[] = [];
let failed = 0;
for (const [name, open] of Object.entries(benches)) {
  if (wanted.length && !wanted.includes(name)) continue;
  console.log(`— ${name}`);
  try {
    const measured = await (await open()).measure();
    printRows(measured);
    rows.push(...measured);
  } catch (error) {
    failed += 1;
    console.error(`${name} could not be measured: ${(error as Error).message}`);
  }
}
console.log('\nAll figures');
printRows(rows);
process.exitCode = failed ? 1 : 0;

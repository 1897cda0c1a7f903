import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, it } from 'vitest';

it('refuses a benchmark that there is not, with those that there are: every file here', () => {
  // Bug caught: a new benchmark that nothing runs.
  const said = spawnSync(process.execPath, ['bench/run.ts', 'vault', 'vaultt'], {
    encoding: 'utf8',
  });
  expect([said.status, said.stdout]).toEqual([2, '']);
  const [, listed] = /There is no benchmark vaultt\. There are: (.*)\n/.exec(said.stderr)!;
  const files = globSync('bench/*.ts').filter((file) => !/run\.ts$|\.test\.ts$/.test(file));
  expect(listed!.split(', ').toSorted()).toEqual(
    files.map((file) => basename(file, '.ts')).toSorted(),
  );
});

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generate } from './docs.ts';
import { root } from './lib/project.ts';

// Bug caught: a kind, a command or an operation changes, and its reference goes on saying the old.
describe('the generated references', () => {
  it('are those that the sources make now (npm run docs)', async () => {
    for (const [file, text] of Object.entries(await generate()))
      expect(await readFile(join(root, file), 'utf8'), file).toBe(text);
  });

  it('have every command, also one that has others below it', async () => {
    // Bug caught: `nexus ssh HOST COMMAND` was in no reference, only push, pull and forward were.
    const cli = (await generate())['docs/reference/cli.md']!;
    for (const command of ['ssh', 'ssh push', 'vault set', 'serve', 'run approve'])
      expect(cli).toMatch(new RegExp(`^## nexus ${command}$`, 'm'));
    expect(cli).not.toMatch(/^## nexus vault$/m);
  });

  it('break no table: a bar inside a cell is escaped', async () => {
    for (const [file, text] of Object.entries(await generate())) {
      if (!file.endsWith('.md')) continue;
      let columns = 0;
      for (const line of text.split('\n')) {
        if (!line.startsWith('|')) columns = 0;
        else {
          const cells = line.replaceAll('\\|', '').split('|').length;
          expect(columns === 0 || cells === columns, `${file}: ${line}`).toBe(true);
          columns = cells;
        }
      }
    }
  });
});

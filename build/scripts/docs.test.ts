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
});

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { Json } from '#contract/common.ts';
import { splitTemplate } from '../language/template.ts';
import { bindShell, type BoundScript } from './bind.ts';

/** For tests: binds a template with the same value for every expression. */
export function bindEverywhere(template: string, value: Json): BoundScript {
  const { literals, expressions } = splitTemplate(template);
  return bindShell({ literals, values: expressions.map(() => value) });
}

/** For tests: a folder in which bound scripts really run, gone when the tests of the file end. */
export function scripts() {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'nexus-shell-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return {
    folder: () => folder,
    /** Binds `template` (with `${{ }}` as marks) and really runs it. */
    run(shell: string, template: string, values: Json[], input = '') {
      const bound = bindShell({ literals: splitTemplate(template).literals, values });
      const env: Record<string, string> = {
        PATH: process.env['PATH'] ?? '/usr/bin:/bin',
        HOME: folder,
        ...bound.env,
      };
      for (const { pathVariable, content } of bound.files) {
        env[pathVariable] = join(folder, pathVariable);
        writeFileSync(env[pathVariable], content);
      }
      const file = join(folder, 'script.sh');
      writeFileSync(file, bound.script);
      const result = spawnSync(shell, [file], {
        env,
        cwd: folder,
        encoding: 'utf8',
        input,
        maxBuffer: 1 << 28,
      });
      return { ...result, script: bound.script };
    },
  };
}

import { describe, expect, it } from 'vitest';
import type { KindInfo } from '#contract/workflows.ts';
import { readSource } from '../document/Source.ts';
import { handWritten } from '../document/testText.ts';
import { keysOf, parentPath, pathAt, schemaAt, valuesOf } from './schemaAt.ts';

const shell = {
  kind: 'shell',
  with: { type: 'object', properties: { run: { type: 'string', description: 'The script.' } } },
} as unknown as KindInfo;
const kinds = new Map([['shell', shell]]);

describe('where the cursor is', () => {
  const source = readSource(handWritten);

  it.each([
    ['cron:', ['on', 'schedule', 0, 'cron']],
    ['pg_dump', ['steps', 0, 'with', 'script']],
    ['X-Note', ['steps', 2, 'with', 'headers', 'X-Note']],
    ['LEVEL', ['env', 'LEVEL']],
  ])('at %s the path is of another key', (needle, path) => {
    expect(pathAt(source, handWritten.indexOf(needle) + 1)).toEqual(path);
  });

  it.each([
    ['steps:\n  - id: a\n    ', 4, ['steps', 0]],
    ['steps:\n  - id: a\n  - id: b\n    with:\n      ', 6, ['steps', 1, 'with']],
    ['on:\n  schedule:\n    - cron: x\n      ', 6, ['on', 'schedule', 0]],
    ['steps:\n- id: a\n  retry:\n    ', 4, ['steps', 0, 'retry']],
    ['name: a\n', 0, []],
  ])('a key that is not written yet belongs to the wrong map: %j', (text, column, path) => {
    const lines = text.split('\n');
    expect(parentPath(lines, lines.length - 1, column)).toEqual(path);
  });
});

describe('what may stand there', () => {
  const keys = (path: (string | number)[]) => {
    const found = schemaAt(path, () => 'shell', kinds);
    return found ? keysOf(found.schema, found.root).map(([key]) => key) : [];
  };

  it('keys of the workflow, of a step, of a trigger and of the kind', () => {
    expect(keys([])).toContain('concurrency');
    expect(keys(['steps', 0])).toContain('on_error');
    expect(keys(['on', 'schedule', 0])).toContain('timezone');
    expect(keys(['steps', 3, 'with'])).toEqual(['run']);
    expect(keys(['steps', 0, 'retry'])).toContain('attempts');
    expect(keys(['nonsense'])).toEqual([]);
  });

  it('values that are listed', () => {
    const found = schemaAt(['on', 'schedule', 0, 'missed'], () => undefined, kinds);
    expect(found && valuesOf(found.schema, found.root)).toEqual(['none', 'last', 'all']);
  });
});

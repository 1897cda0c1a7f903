import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMap, isSeq, type Scalar } from 'yaml';
import type { KindInfo } from '#contract/workflows.ts';
import { type Path, readSource, type Source } from '../document/Source.ts';
import { handWritten, workflowText } from '../document/testText.ts';
import { keysOf, parentPath, pathAt, schemaAt, usesOf, valuesOf } from './schemaAt.ts';

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

  it('read from the lines alone is where the parser finds it, for every key of any file', () => {
    // Bug caught: in the second list of a file, or below a script, the fields of another map are offered.
    const texts = fc.oneof({ weight: 4, arbitrary: workflowText }, fc.constant(handWritten));
    fc.assert(
      fc.property(texts, (raw) => {
        const text = raw.replaceAll('\r\n', '\n');
        const lines = text.split('\n');
        for (const { offset, path } of blockKeys(readSource(text))) {
          const row = text.slice(0, offset).split('\n').length - 1;
          const column = offset - (text.lastIndexOf('\n', offset - 1) + 1);
          if (/^\s*- /.test(lines[row] ?? '')) continue;
          expect(parentPath(lines, row, column)).toEqual(path.slice(0, -1));
          expect(pathAt(readSource(text), offset)).toEqual(path);
        }
      }),
      { numRuns: 150 },
    );
  });
});

/** Every key of a map in lines, with its place. */
function blockKeys(source: Source): { offset: number; path: Path }[] {
  const found: { offset: number; path: Path }[] = [];
  const walk = (node: unknown, path: Path): void => {
    if (isMap(node) && !node.flow) {
      for (const pair of node.items) {
        const key = pair.key as Scalar;
        const own = [...path, String(key.value)];
        found.push({ offset: key.range?.[0] ?? 0, path: own });
        walk(pair.value, own);
      }
    } else if (isSeq(node) && !node.flow) {
      node.items.forEach((item, index) => walk(item, [...path, index]));
    }
  };
  walk(source.document.contents, []);
  return found;
}

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

  it('what a reference, a union or a map of anything stands for', () => {
    const kind = {
      kind: 'deep',
      with: {
        type: 'object',
        properties: {
          one: { $ref: '#/$defs/node' },
          headers: { type: 'object', additionalProperties: { enum: ['a', 1, true] } },
          either: {
            oneOf: [
              { type: 'object', properties: { token: {} } },
              { type: 'object', properties: { user: {} } },
            ],
          },
        },
        $defs: {
          node: { type: 'object', properties: { next: { $ref: '#/$defs/node' }, leaf: {} } },
        },
      },
    } as unknown as KindInfo;
    const deep = new Map([['deep', kind]]);
    const at = (...path: (string | number)[]) => {
      const found = schemaAt(['steps', 0, 'with', ...path], () => 'deep', deep);
      return found
        ? [
            ...keysOf(found.schema, found.root).map(([key]) => key),
            ...valuesOf(found.schema, found.root),
          ]
        : undefined;
    };
    expect(at('one', 'next', 'next')).toEqual(['next', 'leaf']);
    expect(at('headers', 'Anything')).toEqual(['a', '1', 'true']);
    expect(at('either')).toEqual(['token', 'user']);
    expect(at('either', 'user')).toEqual([]);
    expect(at('nowhere', 'else')).toBeUndefined();
  });

  it('the kind is asked for by where its step stands, rollbacks too', () => {
    const asked: string[] = [];
    const uses = (path: Path) => {
      asked.push(path.join('.'));
      return 'shell';
    };
    for (const path of [
      ['steps', 2, 'with', 'run'],
      ['on_failure', 0, 'with'],
      ['steps', 0, 'rollback', 'with'],
    ])
      expect(schemaAt(path, uses, kinds)).toBeDefined();
    expect(asked).toEqual(['steps.2', 'on_failure.0', 'steps.0.rollback']);
    const source = readSource('steps:\n  - uses: shell\n  - uses: 7\n');
    expect(usesOf(source)(['steps', 0])).toBe('shell');
    expect(usesOf(source)(['steps', 1])).toBeUndefined();
    expect(usesOf(source)(['steps', 9])).toBeUndefined();
  });
});

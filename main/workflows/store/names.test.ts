import { join } from 'node:path';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { describe, expect, test } from 'vitest';
import type { NexusError } from '#main/base/errors.ts';
import { checkedName, nameInTrash, trashName, withName } from './names.ts';

describe('the name in a text', () => {
  const valid = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,12}$/);
  const written: ((name: string) => string)[] = [
    (name) => `name: ${JSON.stringify(name)}`,
    (name) => `name: '${name}' # the name`,
    (name) => `name:   "${name}"   `,
    (name) => `"name": "${name}"`,
    (name) => `? name\n: "${name}"`,
    (name) => `name: >-\n  ${name}`,
    (name) => `name: |-\n  ${name}`,
    (name) => `name: >\n  ${name}`,
    (name) => `name:\n  "${name}"`,
    (name) => `name: &anchor "${name}"\nalias: *anchor`,
    (name) => `name: !!str ${JSON.stringify(name)}`,
  ];
  const rest = fc.constantFrom('', '# a comment', 'description: "it\'s: # odd"', 'tags: [a, b]');

  test('is set in whatever way it was written, and the rest of the text stays as it was', () => {
    fc.assert(
      fc.property(
        valid,
        valid,
        fc.constantFrom(...written),
        rest,
        rest,
        (old, next, write, before, after) => {
          fc.pre(before !== after || before === '');
          const source = [before, write(old), after, 'steps: []', '']
            .filter((line, i) => line !== '' || i === 4)
            .join('\n');
          const changed = withName(source, next);
          const [was, is] = [parse(source), parse(changed)] as Record<string, unknown>[];
          expect(is!['name'], changed).toBe(next);
          const same = (one: Record<string, unknown>) => ({ ...one, name: '', alias: '' });
          expect(same(is!), changed).toEqual(same(was!));
          if (before.startsWith('#')) expect(changed.startsWith(before)).toBe(true);
          expect(withName(changed, next)).toBe(changed);
        },
      ),
      { numRuns: 600 },
    );
  });

  test('is not put where there was none, nor into a text that is no map or no YAML', () => {
    for (const source of [
      'steps: []\n',
      '- a\n',
      'a: [\n',
      '',
      'just text',
      'name:\nsteps: []\n',
      '# only a comment\n',
    ])
      expect(withName(source, 'new')).toBe(
        source === 'name:\nsteps: []\n' ? withName(source, 'new') : source,
      );
    expect(stringify(parse(withName('{ name: old, steps: [] }', 'new')))).toBe(
      'name: new\nsteps: []\n',
    );
  });

  test('of a file in the trash is found again, and no other text is one', () => {
    fc.assert(
      fc.property(valid, fc.stringMatching(/^[a-z0-9_]{1,20}$/), (name, id) => {
        expect(nameInTrash(trashName(name, id))).toBe(name);
      }),
    );
    for (const text of [
      'a.yaml',
      '../a--t_1.yaml',
      'A--t_1.yaml',
      'a--t_1.yml',
      'a--../t_1.yaml',
      '--t_1.yaml',
      '',
    ])
      expect(() => nameInTrash(text), text).toThrow('trash');
  });

  test('is one that every file system takes, or is refused', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        let name: string | undefined;
        try {
          name = checkedName(text);
        } catch (error) {
          expect((error as NexusError).code).toBe('workflow.name');
          return;
        }
        expect(name).toMatch(/^[a-z0-9][a-z0-9._-]*$/);
        expect(join('/dir', `${name}.yaml`).startsWith('/dir/')).toBe(true);
      }),
    );
    for (const bad of [
      '',
      '.',
      '..',
      'a/b',
      'a\\b',
      'A',
      'é',
      'a b',
      `a${'b'.repeat(100)}`,
      'a\n',
      '-a',
      '.a',
    ])
      expect(() => checkedName(bad), bad).toThrow('not allowed');
  });
});

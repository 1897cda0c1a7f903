import { describe, expect, it } from 'vitest';
import { deriveGraph } from './graph.ts';
import { readSource } from './Source.ts';
import { stepAt, stepPlaces, stepYaml } from './stepPlaces.ts';
import { freshId } from './steps.ts';
import { handWritten } from './testText.ts';

const read = (text: string) => deriveGraph(readSource(text));

describe('the graph of a text', () => {
  it('shows chains, branches and jumps', () => {
    const graph = read(handWritten);
    expect(graph?.edges.map((edge) => [edge.id, edge.kind, edge.implicit])).toEqual([
      ['dump>check', 'needs', true],
      ['dump>upload', 'needs', false],
      ['upload>tell', 'needs', false],
      ['check>tell', 'needs', false],
      ['tell!check', 'goto', false],
    ]);
    expect(graph?.steps[2]).toMatchObject({ name: 'Upload it', uses: 'http', retry: true });
  });

  it('a text that does not parse has no graph, so that the last good one can stay', () => {
    expect(read('steps: [')).toBeUndefined();
    expect(read('a: 1\na: 2\n')).toBeUndefined();
  });

  it.each([
    ['', 0],
    ['steps:\n', 0],
    ['steps: 5\n', 0],
    ['steps:\n  - \n  - id:\n  - id: a\n  - id: a\n  - 7\n  - needs: {a: 1}\n', 6],
    [
      'steps: [{id: a, needs: [null, 3, zz]}]\non_failure: {}\neditor: {positions: {a: [1]}, notes: [1, {}]}\n',
      1,
    ],
  ])('half-written text draws what there is: %j', (text, count) => {
    const graph = read(text);
    expect(graph?.steps).toHaveLength(count);
    const ids = graph?.steps.map((step) => step.id) ?? [];
    expect(new Set(ids).size).toBe(ids.length);
    for (const edge of graph?.edges ?? [])
      expect(ids).toEqual(expect.arrayContaining([edge.source, edge.target]));
  });

  it('steps on failure are a chain of their own', () => {
    const graph = read('steps:\n- id: a\n- id: b\non_failure:\n- id: c\n- id: d\n');
    expect(graph?.edges.map((edge) => edge.id)).toEqual(['a>b', 'c>d']);
  });
});

describe('places of steps', () => {
  const source = readSource(handWritten);
  const steps = deriveGraph(source)?.steps ?? [];

  it('every line of a step belongs to it, and lines outside to none', () => {
    const at = (needle: string) => stepAt(source, steps, handWritten.indexOf(needle))?.id;
    expect(at('pg_dump')).toBe('dump');
    expect(at('  - id: dump')).toBe('dump');
    expect(at('retry: {attempts')).toBe('upload');
    expect(at('needs:\n')).toBe('tell');
    expect(at('name: backup')).toBeUndefined();
    expect(at('outputs:\n  size')).toBeUndefined();
    expect(stepPlaces(readSource('steps: ['))).toEqual([]);
  });

  it('a step can be lifted out with its comments', () => {
    expect(stepYaml(source, { list: 'steps', index: 1 })).toBe(
      'id: check\n  uses: transform\n  with: {value: "${{ steps.dump.outputs.size > 10 }}"}\n  # commented out: retry',
    );
  });
});

describe('fresh ids', () => {
  it.each([
    ['shell', ['shell'], 'shell_2'],
    ['shell_2', ['shell', 'shell_2'], 'shell_3'],
    ['9 lives', [], '_9_lives'],
    ['', [], 'step'],
  ])('%j beside %j is %j', (wish, taken, expected) => {
    expect(freshId(new Set(taken), wish)).toBe(expected);
  });
});

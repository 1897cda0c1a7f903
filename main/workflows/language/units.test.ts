import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import type { Json } from '#contract/common.ts';
import { createKindRegistry } from '../kinds/registry.ts';
import { stepGraph } from './graph.ts';
import { kindInfo } from './kind-info.ts';
import { workflowJsonSchema } from './json-schema.ts';
import { namesAt, previewExpression } from './preview.ts';
import { readSource } from './source.ts';
import { quoteSteps } from './step-names.ts';
import { nearest } from '#main/base/suggest.ts';
import { isWhole, splitTemplate } from './template.ts';
import { testKinds } from './testing/kinds.ts';
import { scopeOf } from './testing/scope.ts';
import { valueAt } from './zod-problems.ts';

describe('templates', () => {
  test.each([
    ['plain', ['plain'], []],
    ['${{ a }}', ['', ''], ['a']],
    ['x ${{a}} y ${{ b }}', ['x ', ' y ', ''], ['a', 'b']],
    ['$${{ not }} ${{ yes }}', ['${{ not }} ', ''], ['yes']],
    ['${{ {"a": {"b": 1}} }}!', ['', '!'], ['{"a": {"b": 1}}']],
    ['${{ "}}" + \'}}\' }}', ['', ''], ['"}}" + \'}}\'']],
    ['${{ """a"}} b""" }}', ['', ''], ['"""a"}} b"""']],
    ['${{ r"\\" }}', ['', ''], ['r"\\"']],
    ['${{ "\\"}}" }}', ['', ''], ['"\\"}}"']],
    ['$ {{ a }} $HOME ${x}', ['$ {{ a }} $HOME ${x}'], []],
  ])('%s', (text, literals, expressions) => {
    const template = splitTemplate(text);
    expect(template.literals).toEqual(literals);
    expect(template.expressions.map((e) => e.text)).toEqual(expressions);
    for (const e of template.expressions)
      expect(text.slice(e.offset, e.offset + e.text.length)).toBe(e.text);
  });

  test('what is cut can be put together again, and nothing is lost on the way', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('${{', '}}', '$', '{', '}', '"', "'", 'a', ' ', '\\', '\n')),
        (parts) => {
          const text = parts.join('');
          const { literals, expressions, error } = splitTemplate(text);
          expect(literals).toHaveLength(expressions.length + 1);
          let again = literals[0]!;
          expressions.forEach((e, i) => (again += text.slice(e.start, e.end) + literals[i + 1]!));
          expect(text.includes('$${{') || again === text).toBe(true);
          expect(error === undefined || text.startsWith('${{', error.offset)).toBe(true);
          expect(isWhole(splitTemplate(` ${text}x`))).toBe(false);
        },
      ),
    );
  });
});

describe('steps with dashes in their ids', () => {
  const ids = new Set(['a-b', 'a-b-c', 'x']);
  test.each([
    ['steps.a-b.status', 'steps["a-b"].status'],
    ['steps.a-b-c.status', 'steps["a-b-c"].status'],
    ['steps.a-b-1', 'steps["a-b"]-1'],
    ['steps.x-1', 'steps.x-1'],
    ['steps.none-such.y', 'steps["none-such"].y'],
    ['"steps.a-b"', '"steps.a-b"'],
    ['my_steps.a-b', 'my_steps.a-b'],
  ])('%s', (text, quoted) => {
    const result = quoteSteps(text, ids);
    expect(result.text).toBe(quoted);
    for (let i = 0; i < quoted.length; i += 1) {
      const at = result.original(i);
      expect(at).toBeGreaterThanOrEqual(0);
      expect(at).toBeLessThanOrEqual(text.length);
    }
  });
});

describe('the graph', () => {
  test('agrees with the plain definition of “before” on any graph, cyclic or not', () => {
    const steps = fc.integer({ min: 1, max: 8 }).chain((n) =>
      fc.array(
        fc.record({
          needs: fc.option(fc.array(fc.integer({ min: 0, max: n - 1 }), { maxLength: 3 }), {
            nil: undefined,
          }),
          goto: fc.option(fc.integer({ min: 0, max: n - 1 }), { nil: undefined, freq: 5 }),
        }),
        { minLength: n, maxLength: n },
      ),
    );
    const name = (i: number) => `s${i}`;
    fc.assert(
      fc.property(steps, (raw) => {
        const graph = stepGraph(
          raw.map((s, i) => ({
            id: name(i),
            needs: s.needs?.map(name),
            goto: s.goto === undefined ? undefined : name(s.goto),
          })),
        );
        const edges = raw.map((s, i) => {
          const own = s.needs ?? (i > 0 ? [i - 1] : []);
          return new Set([...own, ...raw.flatMap((other, j) => (other.goto === i ? [j] : []))]);
        });
        const reach = (from: number) => {
          const seen = new Set<number>();
          const go = (i: number): void =>
            edges[i]!.forEach((j) => !seen.has(j) && (seen.add(j), go(j)));
          go(from);
          return seen;
        };
        const cyclic = raw.map((_, i) => reach(i).has(i));
        expect(graph.cycles.length > 0).toBe(cyclic.some(Boolean));
        for (const cycle of graph.cycles) {
          expect(cycle[0]).toBe(cycle.at(-1));
          cycle.slice(1).forEach((id, i) => expect(graph.needs.get(cycle[i]!)).toContain(id));
        }
        if (cyclic.some(Boolean)) return;
        expect(graph.stuck.size).toBe(0);
        raw.forEach((_, i) =>
          raw.forEach((__, j) => expect(graph.isBefore(name(j), name(i))).toBe(reach(i).has(j))),
        );
      }),
      { numRuns: 500 },
    );
  });

  test('a chain of 2000 steps is no burden to the stack', () => {
    const graph = stepGraph(
      Array.from({ length: 2000 }, (_, i) => ({
        id: `s${1999 - i}`,
        needs: i === 1999 ? [] : [`s${1998 - i}`],
        goto: undefined,
      })),
    );
    expect(graph.isBefore('s0', 's1999')).toBe(true);
    expect(graph.isBefore('s1999', 's0')).toBe(false);
  });
});

test('the place of any character of any scalar is found, however YAML wrote it', () => {
  const text = fc
    .array(fc.constantFrom('a', 'bc', ' ', '\n', '"', "'", '\\', 'é', '😀', '#', ': ', '\t'), {
      maxLength: 12,
    })
    .map((p) => `x${p.join('')}Z`);
  const style = fc.constantFrom(
    'PLAIN',
    'QUOTE_SINGLE',
    'QUOTE_DOUBLE',
    'BLOCK_LITERAL',
    'BLOCK_FOLDED',
  );
  fc.assert(
    fc.property(text, style, (value, type) => {
      const document = parseDocument('k: 1\nm: {}\n');
      const node = document.createNode(value) as unknown as { type: string };
      node.type = type;
      document.set('k', node);
      const source = document.toString({ lineWidth: 20 });
      const read = readSource(source);
      if ((read.data as { k: string }).k !== value) return;
      const lines = source.split('\n');
      for (const wanted of ['x', 'Z']) {
        const offset = wanted === 'x' ? 0 : value.length - 1;
        const { line, column } = read.locate(['k'], { offset });
        expect(lines[line - 1]![column - 1]).toBe(wanted);
      }
    }),
    { numRuns: 800 },
  );
});

test('near misses are suggested, far ones are not', () => {
  expect(nearest('shel', ['shell', 'http'])).toBe('shell');
  expect(nearest('neesd', ['needs', 'name'])).toBe('needs');
  expect(nearest('Timeout', ['timeout'])).toBe('timeout');
  expect(nearest('completely', ['shell', 'http'])).toBeUndefined();
});

test('the registry refuses two kinds of one name and names that YAML would trip over', () => {
  const kind = testKinds.get('shell')!;
  expect(() => createKindRegistry([kind, kind])).toThrow(
    expect.objectContaining({ code: 'kind.duplicate' }),
  );
  expect(() => createKindRegistry([{ ...kind, kind: 'No Name' }])).toThrow(
    expect.objectContaining({ code: 'kind.name' }),
  );
});

describe('for editors', () => {
  test('the JSON Schema knows each kind’s keys and lets an expression stand for any value', () => {
    const schema = workflowJsonSchema(testKinds) as Record<string, Json>;
    expect(schema['required']).toEqual(['steps']);
    expect(valueAt(schema, ['properties', 'steps', 'items'])).toEqual({ $ref: '#/$defs/step' });
    const cases = valueAt(schema, ['$defs', 'step', 'allOf']) as Json[];
    expect(cases.map((c) => valueAt(c, ['if', 'properties', 'uses', 'const']))).toEqual([
      'shell',
      'transform',
    ]);
    const transform = ['then', 'properties', 'with', 'properties'];
    expect(valueAt(cases[1], [...transform, 'times', 'anyOf'])).toEqual([
      expect.objectContaining({ type: 'integer' }),
      expect.objectContaining({ type: 'string' }),
    ]);
    expect(valueAt(cases[1], [...transform, 'mode', 'anyOf', 0, 'enum'])).toEqual(['fast', 'slow']);
    const refs = JSON.stringify(schema).matchAll(/"\$ref":"#\/\$defs\/([^"]+)"/g);
    for (const [, name] of refs) expect(schema['$defs']).toHaveProperty([name!]);
  });

  test('a kind’s script is a text to whoever writes it', () => {
    expect(kindInfo(testKinds.get('shell')!)).toMatchObject({
      effects: 'once',
      with: { properties: { run: { type: 'string' } } },
    });
  });

  test('names are those that the step may read, also in a file that is not valid', () => {
    const data = {
      inputs: { n: { type: 'integer' }, bad: 3 },
      env: { A: 1 },
      steps: [
        { id: 'first', uses: 'transform' },
        null,
        { id: 'here', uses: 'nope', foreach: 'x', env: { B: 2 } },
        { id: 'later' },
      ],
    };
    const scope = scopeOf({
      inputs: { n: 9 },
      steps: { first: { status: 'succeeded', outputs: { 'a b': 1, c: 2 }, error: null } },
    });
    const names = namesAt(data, 'here', { kinds: testKinds, scope, secrets: ['TOKEN'] });
    const labels = names.map((n) => n.label);
    expect(labels).toEqual(
      expect.arrayContaining([
        'inputs.n',
        'inputs.bad',
        'env.A',
        'env.B',
        'steps.first.outputs',
        'steps.first.outputs["a b"]',
        'steps.first.outputs.c',
        'steps.first.status',
        'item',
        'index',
        'secrets.TOKEN',
        'run.id',
        'trigger',
        'success',
        'matches',
        'sha256',
      ]),
    );
    expect(labels).not.toContain('steps.later.outputs');
    expect(labels).not.toContain('re2Matches');
    expect(names.find((n) => n.label === 'inputs.n')?.value).toBe(9);
    expect(namesAt('nonsense', undefined, { kinds: testKinds }).length).toBeGreaterThan(10);
  });

  test('a preview never throws and never shows a secret', () => {
    expect(previewExpression('t ${{ secrets.TOKEN }}', scopeOf({}))).toEqual({ value: 't ***' });
    expect(previewExpression('${{ 1 + }}', scopeOf({})).error).toBeTruthy();
    expect(previewExpression('${{ inputs.x }}', scopeOf({})).error).toContain('No such key');
    expect(previewExpression('no expression', scopeOf({}))).toEqual({ value: 'no expression' });
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isMap,
  isPair,
  isScalar,
  isSeq,
  parseDocument,
  visit,
  type Document,
  type Node,
} from 'yaml';
import type { Problem } from '#contract/errors.ts';
import { builtinKinds } from '../kinds/index.ts';
import { createKindRegistry } from '../kinds/registry.ts';
import { parseWorkflow } from './parse.ts';
import { problemCodes } from './problem-codes.ts';

const FOLDER = 'resources/templates';
const kinds = createKindRegistry(builtinKinds);
const own = new Set(builtinKinds.map((kind) => `${kind.kind}.`));
/** Workflows that people really write: every template that ships. */
const sources = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => readFileSync(join(FOLDER, name), 'utf8'));
const anySource = fc.constantFrom(...sources);
const parse = (source: string) => parseWorkflow(source, { kinds });

/** What holds of every answer of the parser, right or wrong. */
function sound(source: string): Problem[] {
  const { problems, valid, compiled } = parse(source);
  const lines = source.split('\n');
  for (const problem of problems) {
    const known = problem.code in problemCodes || own.has(problem.code.replace(/[^.]+$/, ''));
    expect(known, problem.code).toBe(true);
    expect(problem.message, problem.code).toMatch(/\S/);
    expect(problem.hint, `${problem.code}: ${problem.message}`).toMatch(/\S/);
    expect(problem.line).toBeGreaterThanOrEqual(1);
    expect(problem.line).toBeLessThanOrEqual(lines.length);
    expect(problem.column).toBeLessThanOrEqual(lines[problem.line! - 1]!.length + 1);
  }
  expect(valid).toBe(problems.every((problem) => problem.severity !== 'error'));
  expect(compiled !== undefined).toBe(valid);
  return problems;
}

/** Every node of a document, maps' pairs among them. */
function nodesOf(document: Document): unknown[] {
  const nodes: unknown[] = [];
  visit(document, (_key, node) => void nodes.push(node));
  return nodes;
}

describe('a workflow that somebody is editing', () => {
  test('with anything at all left out, put twice or made something else is answered, not choked on', () => {
    const change = fc.constantFrom(
      'drop',
      'null',
      'text',
      'number',
      'list',
      'map',
      'boolean',
      'rename',
    );
    fc.assert(
      fc.property(anySource, fc.nat(), change, (source, at, what) => {
        const document = parseDocument(source);
        const nodes = nodesOf(document).filter((node) => isPair(node));
        const pair = nodes[at % nodes.length]!;
        const put = { null: null, text: 'x', number: 7, list: [1], map: { a: 1 }, boolean: true };
        if (what === 'drop') {
          visit(document, {
            Pair: (_key, node) => (node === pair ? visit.REMOVE : undefined),
          });
        } else if (what === 'rename') (pair.key as { value: unknown }).value = 'zzz';
        else pair.value = document.createNode(put[what as keyof typeof put]) as Node;
        expect(sound(document.toString())).toBeInstanceOf(Array);
      }),
      { numRuns: 600 },
    );
  });

  test('that is cut off anywhere, as while it is typed, has problems with places', () => {
    fc.assert(
      fc.property(anySource, fc.nat(), (source, at) => {
        expect(sound(source.slice(0, at % source.length))).toBeInstanceOf(Array);
      }),
      { numRuns: 400 },
    );
  });

  test('with lines in another order is answered', () => {
    fc.assert(
      fc.property(anySource, fc.nat(), fc.nat(), (source, from, to) => {
        const lines = source.split('\n');
        const [line] = lines.splice(from % lines.length, 1);
        lines.splice(to % lines.length, 0, line!);
        expect(sound(lines.join('\n'))).toBeInstanceOf(Array);
      }),
      { numRuns: 300 },
    );
  });

  test('in whose midst the indentation is wrong has that one problem, and not one for each word after it', () => {
    for (const source of sources) {
      const problems = sound(`    with:\n${source}`);
      expect(problems.length, source.slice(0, 40)).toBeLessThan(4);
      expect(problems[0]).toMatchObject({ code: 'workflow.yaml', line: 2 });
    }
  });

  test('is the same workflow in whatever way YAML writes it', () => {
    for (const source of sources) {
      const plain = parse(source).compiled!.definition;
      const data = parseDocument(source).toJS() as unknown;
      for (const other of [
        JSON.stringify(data),
        JSON.stringify(data, null, 2),
        source.replaceAll('\n', '\r\n'),
        `\uFEFF${source}`,
        `# a comment\n${source}\n# another\n`,
        `---\n${source}\n...\n`,
      ])
        expect(parse(other).compiled?.definition, other.slice(0, 60)).toEqual(plain);
    }
  });
});

describe('a name that is misspelt', () => {
  /** Swaps, doubles or drops one letter. */
  const typo = (name: string, at: number): string => {
    const i = 1 + (at % (name.length - 1));
    return at % 2 === 0
      ? name.slice(0, i) + name[i]! + name.slice(i)
      : name.slice(0, i) + name.slice(i + 1);
  };
  const references = sources.flatMap((source) =>
    [...source.matchAll(/\b(steps|inputs)\.([A-Za-z_]{4,})/g)].map((match) => ({
      source,
      kind: match[1]!,
      name: match[2]!,
      at: match.index + match[1]!.length + 1,
    })),
  );

  test('in an expression is found where it stands, and the right one is suggested', () => {
    fc.assert(
      fc.property(fc.constantFrom(...references), fc.nat(), ({ source, kind, name, at }, how) => {
        const wrong = typo(name, how);
        // Within a text of the template that is no expression nothing is to be found.
        const line = source.slice(source.lastIndexOf('\n', at) + 1, source.indexOf('\n', at));
        fc.pre(
          wrong !== name && !/^\s*(description|#)/.test(line) && !source.includes(`id: ${wrong}\n`),
        );
        const problems = sound(source.slice(0, at) + wrong + source.slice(at + name.length));
        const code = kind === 'steps' ? 'workflow.unknown_step' : 'workflow.unknown_input';
        const found = problems.filter((problem) => problem.code === code);
        expect(found.length, `${wrong} in ${line}`).toBeGreaterThan(0);
        expect(found[0]!.hint).toContain(name);
        const before = source.slice(0, at).split('\n');
        expect(found[0]!.line).toBe(before.length);
      }),
      { numRuns: 300 },
    );
  });

  test('of a key or a kind is found, and the right one is suggested', () => {
    const words = [
      'uses',
      'needs',
      'retry',
      'timeout',
      'foreach',
      'outputs',
      'inputs',
      'default',
      'concurrency',
    ];
    const places = sources.flatMap((source) =>
      [...source.matchAll(/^( *(?:- )?)([a-z_]+):/gm)]
        .filter((match) => words.includes(match[2]!))
        .map((match) => ({ source, word: match[2]!, at: match.index + match[1]!.length })),
    );
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.nat(), ({ source, word, at }, how) => {
        const wrong = typo(word, how);
        fc.pre(wrong !== word);
        const problems = sound(source.slice(0, at) + wrong + source.slice(at + word.length));
        const found = problems.find(
          (problem) => problem.code === 'workflow.unknown_key' && problem.message.includes(wrong),
        );
        // A key of the author's own (an input, an output) may have any name.
        if (found) expect(found.hint).toContain(word);
        else
          expect(problems.filter((problem) => problem.message.includes(`“${wrong}”`))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  test('of a step kind is found, and the right one is suggested', () => {
    for (const { kind } of builtinKinds) {
      const wrong = typo(kind, 2);
      const [problem] = sound(`name: x\nsteps:\n  - id: a\n    uses: ${wrong}\n`).filter(
        ({ code }) => code === 'workflow.unknown_kind',
      );
      expect(problem!.hint, wrong).toContain(kind);
    }
  });
});

describe('every part of a valid workflow', () => {
  test('is looked at: a value that is an expression of nonsense is found wherever it stands', () => {
    // Bug caught: a key whose expressions nobody checks, so that they fail at three in the morning.
    const unchecked: string[] = [];
    for (const source of sources) {
      const document = parseDocument(source);
      const paths: (string | number)[][] = [];
      const collect = (node: unknown, path: (string | number)[]): void => {
        if (isMap(node))
          for (const item of node.items)
            collect(item.value, [...path, String((item.key as { value: unknown }).value)]);
        else if (isSeq(node)) node.items.forEach((item, i) => collect(item, [...path, i]));
        else if (isScalar(node) && typeof node.value === 'string' && node.value.includes('${{'))
          paths.push(path);
      };
      collect(document.contents, []);
      for (const path of paths) {
        const copy = parseDocument(source);
        copy.setIn(path, '${{ nothing.at.all( }}');
        if (sound(copy.toString()).length === 0) unchecked.push(path.join('.'));
      }
    }
    expect(unchecked).toEqual([]);
  });
});

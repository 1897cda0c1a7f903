import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Problem } from '#contract/errors.ts';
import { problemCodes } from './problem-codes.ts';
import { parse, step } from './testing/parse.ts';

/** Problems as `line:column code`. */
const places = (problems: Problem[]) => problems.map((p) => `${p.line}:${p.column} ${p.code}`);

/** Parses a text in which `«` marks where the one problem must point, and gives its code. */
function codeAtMark(marked: string): string {
  const at = marked.indexOf('«');
  const before = marked.slice(0, at).split('\n');
  const { problems } = parse(marked.replace('«', ''));
  const here = problems.filter(
    (p) => p.line === before.length && p.column === before.at(-1)!.length + 1,
  );
  if (here.length === 0) throw new Error(`No problem there: ${JSON.stringify(problems, null, 1)}`);
  for (const problem of here) expect(problem.hint).toBeTruthy();
  return here.map((p) => p.code).join(' ');
}

describe('places: each problem points at the token that is wrong', () => {
  test.each([
    ['workflow.value', step('').replace('steps', 'on: {alert: {severity: «high}}\nsteps')],
    ['workflow.unknown_key', step('').replace('steps', 'on: {alert: {«rule: x}}\nsteps')],
    ['workflow.value', step('').replace('steps', 'on: {alert: {state: [«fired]}}\nsteps')],
    [
      'workflow.unknown_input',
      step('').replace('steps', 'on: {alert: [{}, {inputs: {«nope: 1}}]}\nsteps'),
    ],
    ['workflow.unknown_key', 'name: x\n«stepps: []\nsteps: [{id: a, uses: transform}]'],
    ['workflow.unknown_key', step('    «neds: []')],
    ['workflow.unknown_key', step('    with:\n      «valeu: 1')],
    ['workflow.missing_key', 'steps:\n  - «uses: transform'],
    ['workflow.missing_key', '«name: x'],
    ['workflow.unknown_kind', 'steps:\n  - id: a\n    uses: «trnsform'],
    ['workflow.type', step('    with: {times: «many}')],
    ['workflow.type', step('    max_parallel: «"3"\n    foreach: [1]')],
    ['workflow.value', step('    with: {mode: «medium}')],
    ['workflow.value', step('    on_error: «explode')],
    ['workflow.duration', step('    timeout: «soon')],
    ['workflow.duration', step('    retry: {attempts: 2, backoff: «never}')],
    ['workflow.duplicate_step', step('  - id: «a\n    uses: transform')],
    ['workflow.duplicate_key', step('    name: one\n    «name: two')],
    ['workflow.unknown_step', step('    needs: [«ghost]')],
    ['workflow.unknown_step', step('    on_error: {goto: «ghost}')],
    ['workflow.unknown_step', step('    with: {value: "x ${{ «steps.ghost.outputs }}"}')],
    [
      'workflow.not_before',
      step(
        '    needs: []\n    with: {value: "${{ «steps.b.outputs }}"}\n  - {id: b, uses: transform}',
      ),
    ],
    ['workflow.not_before', step('    with: {value: "${{ «steps.a.outputs }}"}')],
    ['workflow.cycle', step('    needs: «b\n  - {id: b, uses: transform}')],
    ['workflow.cycle', step('    needs: [«a]')],
    ['workflow.unreachable', step('    needs: a\n  - {id: «b, uses: transform}')],
    ['workflow.unreachable', step('    if: «false')],
    ['workflow.expression', step('    if: inputs ==«')],
    ['workflow.expression', step('    if: «1 + 2')],
    ['workflow.expression', step('    with: {value: "a «${{ 1 "}')],
    [
      'workflow.expression',
      step('    with:\n      value: |\n        one\n          two ${{ 1 + «* 2 }}\n'),
    ],
    ['workflow.expression', step("    with: {value: 'it''s ${{ 1 + «* 2 }}'}")],
    ['workflow.expression', step('    with: {value: "a\\n\\u00e9\\"\\x41 ${{ 1 + «* 2 }}"}')],
    [
      'workflow.expression',
      step('    with:\n      value: >-\n        folded\n        text ${{ 1 + «* 2 }}'),
    ],
    [
      'workflow.expression',
      step('    with:\n      value: plain text\n        over lines ${{ 1 + «* 2 }}'),
    ],
    ['workflow.expression', step('    with: {value: "${{ «\'a\'.nothing() }}"}')],
    ['workflow.unknown_name', step('    with: {value: "${{ «foo }}"}')],
    ['workflow.unknown_name', step('    with: {value: "${{ «item }}"}')],
    ['workflow.unknown_name', step('    with: {value: "${{ «run.name }}"}')],
    [
      'workflow.unknown_name',
      step('  - {id: b, uses: transform, with: {value: "${{ «steps.a.output.x }}"}}'),
    ],
    ['workflow.unknown_input', step('    with: {value: "${{ «inputs.foo }}"}')],
    ['workflow.unknown_env', step('    with: {value: "${{ «env.FOO }}"}')],
    ['workflow.secret', step('    with: {value: "${{ «secrets[inputs.x] }}"}\ninputs: {x: {}}')],
    ['workflow.unknown_name', `${step('')}outputs: {x: "\${{ «secrets.A }}"}`],
    ['workflow.rollback', step('    rollback: «true')],
    ['workflow.schedule', `${step('')}on: {schedule: [{cron: «"* *"}]}`],
    ['workflow.schedule', `${step('')}on: {schedule: [«{timezone: UTC}]}`],
    ['workflow.schedule', `${step('')}on: {schedule: {at: «tomorrow}}`],
    ['workflow.timezone', `${step('')}on: {schedule: [{cron: "* * * * *", timezone: «Mars/Base}]}`],
    ['workflow.webhook_auth', `${step('')}on: {webhook: «{path: x}}`],
    [
      'workflow.webhook_auth',
      `${step('')}on: {webhook: {path: x, auth: {bearer: {secret: «" "}}}}`,
    ],
    [
      'workflow.webhook_auth',
      `${step('')}on: {webhook: {path: x, auth: {hmac: {scheme: github, secret: «"\${{ secrets.A }}"}}}}`,
    ],
    [
      'workflow.webhook_path',
      `${step('')}on: {webhook: [{path: x, auth: none}, {path: «/x, auth: none}]}`,
    ],
    [
      'workflow.unknown_input',
      `${step('')}on: {webhook: {path: x, auth: none, inputs: {«foo: 1}}}`,
    ],
    [
      'workflow.unknown_name',
      `${step('')}on: {webhook: {path: x, auth: none, dedupe: "\${{ «inputs.a }}"}}`,
    ],
    ['workflow.loop', `name: x\n${step('').slice(8)}on: {workflow_completed: {workflow: «x}}`],
    ['workflow.type', `${step('')}inputs: {n: {type: integer, default: «1.5}}`],
    ['workflow.value', `${step('')}inputs: {n: {enum: [a, b], default: «c}}`],
    ['workflow.type', `${step('')}inputs: {n: {type: number, enum: [1, «b]}}`],
    ['workflow.name', 'name: «Not Allowed\nsteps: [{id: a, uses: transform}]'],
    ['workflow.yaml', step('    with: {value: [1, 2«')],
    ['workflow.yaml', '«- a\n- b'],
    ['shell.empty', 'steps:\n  - id: a\n    uses: shell\n    with: {run: «""}'],
  ])('%s', (code, marked) => {
    expect(codeAtMark(marked).split(' ')).toContain(code);
  });
});

describe('all problems at once', () => {
  test('one mistake does not hide the others', () => {
    const { valid, problems } = parse(
      [
        'name: bad',
        'timeout: 5 parsecs',
        'steps:',
        '  - id: a',
        '    uses: shel',
        '    needs: [c]',
        '  - id: b',
        '    uses: shell',
        '    needs: a',
        '    with:',
        '      run: |',
        '        echo ${{ inputs.m }} ${{ 1 + }}',
        '      cdw: x',
        '  - id: c',
        '    uses: transform',
        '    neds: []',
        '    needs: [b, ghost]',
        '  - uses: transform',
      ].join('\n'),
      'bad.yaml',
    );
    expect(valid).toBe(false);
    expect(places(problems)).toEqual([
      '2:10 workflow.duration',
      '5:11 workflow.unknown_kind',
      '6:13 workflow.cycle',
      '12:18 workflow.unknown_input',
      '12:37 workflow.expression',
      '13:7 workflow.unknown_key',
      '16:5 workflow.unknown_key',
      '17:16 workflow.unknown_step',
      '18:5 workflow.missing_key',
    ]);
    expect(problems.find((p) => p.code === 'workflow.cycle')?.message).toContain('a → c → b → a');
    expect(problems.find((p) => p.code === 'workflow.unknown_kind')).toMatchObject({
      file: 'bad.yaml',
      step: 'a',
      hint: 'Did you mean shell?',
    });
  });

  test('an expression is accepted where the kind wants another type, also inside a union', () => {
    const { problems } = parse(
      step(
        '    with: {times: "${{ 1 }}", mode: "${{ \'fast\' }}", auth: {basic: {user: x, tries: "${{ 2 }}"}}}',
      ),
    );
    expect(problems).toEqual([]);
  });
});

describe('names', () => {
  test('the file gives a missing name, and a differing name is a warning', () => {
    const body = 'steps: [{id: a, uses: transform}]';
    expect(parse(body, '/x/Nightly Backup.yaml').definition?.name).toBe('nightly-backup');
    const differing = parse(`name: other\n${body}`, 'here.yaml');
    expect(differing.valid).toBe(true);
    expect(differing.problems).toMatchObject([
      { code: 'workflow.name', severity: 'warning', line: 1 },
    ]);
  });

  test('`on` is a key, not the boolean of YAML 1.1', () => {
    expect(parse(`on: {manual: {}}\n${step('')}`).definition?.on).toEqual({ manual: {} });
  });
});

describe('hostile and half-written files', () => {
  test('no text makes the parser throw, and every problem has a known code and a place', () => {
    const known = new Set([...Object.keys(problemCodes), 'shell.empty']);
    const check = (source: string) => {
      const { problems, valid, compiled } = parse(source, 'f.yaml');
      expect(valid).toBe(compiled !== undefined);
      for (const p of problems) {
        expect(known).toContain(p.code);
        expect(p.message).toBeTruthy();
        expect(p.line ?? 1).toBeGreaterThan(0);
      }
    };
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), check), { numRuns: 300 });
    const valid = `${step('    if: inputs.n > 1\n    with: {value: "${{ inputs.n }} é"}\n    retry: {attempts: 2}\n    needs: []\n')}inputs: {n: {type: integer, default: 1}}\non:\n  schedule: [{cron: "* * * * *"}]\n`;
    expect(parse(valid).problems).toEqual([]);
    const mutation = fc.record({
      at: fc.nat(valid.length),
      drop: fc.nat(20),
      put: fc.oneof(
        fc.constantFrom(
          '{',
          '}',
          '[',
          ']',
          '"',
          "'",
          ': ',
          '\n',
          '\t',
          '- ',
          '&a ',
          '*a',
          '!!',
          '|',
          '${{',
          '}}',
          '#',
          'null',
          '__proto__: {}',
        ),
        fc.string({ maxLength: 5 }),
      ),
    });
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
        check(
          mutations.reduce(
            (text, { at, drop, put }) => text.slice(0, at) + put + text.slice(at + drop),
            valid,
          ),
        );
      }),
      { numRuns: 1000 },
    );
  });

  test('any YAML data at all is answered with problems', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom(
            'name',
            'steps',
            'on',
            'inputs',
            'env',
            'outputs',
            'on_failure',
            'timeout',
          ),
          fc.jsonValue(),
        ),
        (data) => {
          expect(parse(JSON.stringify(data)).problems).toBeInstanceOf(Array);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('alias bombs, deep nesting and huge files end at once', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefgh'
        .split('')
        .map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefg'[i]}`).join(',')}]`),
    ].join('\n');
    expect(parse(bomb).problems[0]?.code).toBe('workflow.yaml');
    expect(parse('['.repeat(100_000)).problems[0]?.code).toBe('workflow.yaml');
    expect(parse('#'.repeat(2_000_001)).problems[0]?.code).toBe('workflow.too_large');
    expect(parse('&a [*a]').valid).toBe(false);
  });

  test('a key that would set the prototype is refused', () => {
    const { problems } = parse(step('    with: {value: {__proto__: {admin: true}}}'));
    expect(problems).toMatchObject([{ code: 'workflow.unknown_key', line: 5 }]);
    expect(({} as { admin?: unknown }).admin).toBeUndefined();
  });
});

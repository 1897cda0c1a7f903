import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '#contract/common.ts';
import { at, EditRefused, Plan } from './Plan.ts';
import { type Path, readSource } from './Source.ts';
import { commentsOf, handWritten, workflowText } from './testText.ts';
import { applyChanges } from './TextChange.ts';

function edited(text: string, edit: (plan: Plan) => unknown): string {
  const plan = new Plan(readSource(text));
  edit(plan);
  return applyChanges(text, plan.changes());
}

/** Lines that are in one text only: [gone, new]. */
function lines(before: string, after: string): [string[], string[]] {
  const old = before.split('\n');
  const now = after.split('\n');
  return [old.filter((line) => !now.includes(line)), now.filter((line) => !old.includes(line))];
}

describe('setting values in the text', () => {
  it.each<[string, Path, Json, string[], string[]]>([
    [
      'a plain scalar loses its comment',
      ['steps', 0, 'id'],
      'save',
      ['  - id: dump    # the dump'],
      ['  - id: save    # the dump'],
    ],
    [
      'a quoted scalar loses its quotes',
      ['on', 'schedule', 0, 'cron'],
      '0 4 * * *',
      ['    - cron: "0 3 * * *" # at night'],
      ['    - cron: "0 4 * * *" # at night'],
    ],
    [
      'a block scalar loses its header comment',
      ['steps', 0, 'with', 'script'],
      'echo 1\necho 2\n',
      ['        echo "${{ inputs.host }}"', '        pg_dump shop > dump.sql'],
      ['        echo 1', '        echo 2'],
    ],
    [
      'a key of a one-line map reformats its neighbours',
      ['inputs', 'host', 'default'],
      'web-2',
      ['  host: { type: string, default: "web-1" } # which one'],
      ['  host: { type: string, default: "web-2" } # which one'],
    ],
    [
      'a new key of a one-line map lands outside of it',
      ['env', 'NEW'],
      'a, b',
      ["env: {MODE: fast, LEVEL: '3'}"],
      ['env: {MODE: fast, LEVEL: \'3\', NEW: "a, b"}'],
    ],
    [
      'a new key of a step lands behind the comment that ends it, or in the wrong order',
      ['steps', 1, 'timeout'],
      '5m',
      [],
      ['    timeout: 5m'],
    ],
    [
      'a folded scalar that becomes one word swallows what follows',
      ['steps', 3, 'with', 'title'],
      'Done',
      ['        Backup of', '        ${{ inputs.host }}'],
      ['        Done'],
    ],
    [
      'an item of a dashed list loses its comment',
      ['steps', 3, 'needs', 0],
      'dump',
      ['    - upload # late'],
      ['    - dump # late'],
    ],
    [
      'a whole map is rewritten where one key changed',
      ['steps', 2, 'with'],
      { url: 'https://example.org/${{ steps.dump.outputs.file }}', headers: { 'X-Note': 'new' } },
      ["        X-Note: 'steps.dump is not an expression here'"],
      ["        X-Note: 'new'"],
    ],
    [
      'a scalar that becomes a block pushes its comment into the block',
      ['version'],
      { a: 1 },
      ['version: nexus/v1   # the language'],
      ['version: # the language', '  a: 1'],
    ],
  ])('%s', (_bug, path, value, gone, fresh) => {
    const after = edited(handWritten, (plan) => plan.set(path, value));
    expect(lines(handWritten, after)).toEqual([gone, fresh]);
    expect(at(readSource(after).value ?? null, path)).toEqual(value);
    expect(commentsOf(after)).toEqual(commentsOf(handWritten));
  });

  it('missing parents are made once, in place: a nested set that fails on an absent map', () => {
    const after = edited('name: a\nsteps:\n- id: x\n  uses: shell\n', (plan) =>
      plan.set(['editor', 'positions', 'x'], [1, 2]).set(['editor', 'positions', 'y'], [3, 4]),
    );
    expect(after).toBe(
      'name: a\nsteps:\n- id: x\n  uses: shell\neditor:\n  positions:\n    x: [1, 2]\n    y: [3, 4]\n',
    );
  });

  it('an empty file and a file of comments take their first key', () => {
    expect(edited('', (plan) => plan.set(['name'], 'a'))).toBe('name: a\n');
    expect(edited('# hello\n', (plan) => plan.set(['name'], 'a'))).toBe('# hello\nname: a\n');
  });

  it('a file in JSON stays JSON', () => {
    const after = edited('{"name": "a", "steps": [{"id": "x"}]}', (plan) =>
      plan.set(['steps', 0, 'uses'], 'shell').set(['name'], 'b'),
    );
    expect(JSON.parse(after)).toEqual({ name: 'b', steps: [{ id: 'x', uses: 'shell' }] });
  });

  it('a value that hangs on an anchor is refused or set, never set somewhere else', () => {
    const text = 'env: &e {A: 1}\nsteps:\n  - id: a\n    env: *e\n';
    expect(() => edited(text, (plan) => plan.set(['env', 'A'], 2))).toThrow(EditRefused);
  });

  it('a text that does not parse is not edited', () => {
    expect(() => new Plan(readSource('a: [1'))).toThrow(EditRefused);
  });

  it('an empty list or map in brackets opens into a block for what needs lines', () => {
    const after = edited('name: a # x\nsteps: []\n', (plan) =>
      plan.insert(['steps'], 0, [{ id: 'x', uses: 'shell', with: { script: 'a\nb\n' } }]),
    );
    expect(after).toBe(
      'name: a # x\nsteps:\n  - id: x\n    uses: shell\n    with:\n      script: |\n        a\n        b\n',
    );
  });
});

describe('taking out', () => {
  it('an item goes with its lines, what stands above and below stays', () => {
    const after = edited(handWritten, (plan) => plan.remove(['steps', 1]));
    expect(after).not.toContain('id: check');
    expect(after).toContain('  # a branch\n  - name: Upload it');
    expect(after).toContain("      cwd: '/srv/it''s'\n\n  # a branch");
  });

  it('the last key of a map takes the map along only when asked', () => {
    const text = 'a: 1\nb:\n  c: 2\n';
    expect(edited(text, (plan) => plan.remove(['b', 'c']))).toBe('a: 1\nb: {}\n');
    expect(edited(text, (plan) => plan.remove(['b', 'c'], 0))).toBe('a: 1\n');
  });

  it('the first key behind a dash makes room for the next', () => {
    expect(edited('- id: a\n  b: 1 # c\n', (plan) => plan.remove([0, 'id']))).toBe('- b: 1 # c\n');
  });
});

describe('any edit of any layout', () => {
  const keys = fc.constantFrom('with', 'name', 'timeout', 'if', 'env', 'uses', 'retry');
  const json = fc
    .jsonValue({ maxDepth: 2 })
    .map((value) => JSON.parse(JSON.stringify(value)) as Json);
  const texty = fc.constantFrom<Json>(
    'a: b',
    '# no',
    "it's",
    'x\n\ny\n',
    ' lead',
    'a\n\n',
    'true',
    '- x',
    '\t',
    'a\r\nb',
    '${{ a }}',
  );

  it('means exactly what was asked and keeps the comments outside of what it replaces', () => {
    fc.assert(
      fc.property(workflowText, fc.nat(), keys, fc.oneof(json, texty), (text, pick, key, value) => {
        const source = readSource(text);
        const steps = at(source.value ?? null, ['steps']) as Json[];
        const path = ['steps', pick % steps.length, key];
        const wanted = JSON.parse(JSON.stringify(source.value)) as {
          steps: Record<string, Json>[];
        };
        (wanted.steps[pick % steps.length] as Record<string, Json>)[key] = value;
        const after = edited(text, (plan) => plan.set(path, value));
        expect(readSource(after).value).toEqual(wanted);
        const outside = (all: string) =>
          commentsOf(all).filter((comment) =>
            /^# (about \w+|top|n|end|out|inside \w+)$/.test(comment),
          );
        expect(outside(after)).toEqual(outside(text));
      }),
      { numRuns: 400 },
    );
  });
});

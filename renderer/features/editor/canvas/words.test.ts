import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '#contract/common.ts';
import { deriveGraph, type GraphStep } from '../document/graph.ts';
import { readSource } from '../document/Source.ts';
import { shortCondition, summaryOf } from './summary.ts';
import { readTriggers } from './triggers.ts';

const json = fc
  .jsonValue({ maxDepth: 3 })
  .map((value) => JSON.parse(JSON.stringify(value)) as Json);
const step = (uses: string, settings: { [key: string]: Json }): GraphStep => {
  const text = JSON.stringify({ steps: [{ id: 'a', uses, with: settings }] });
  return deriveGraph(readSource(text))?.steps[0] as GraphStep;
};

describe('the line that says what a step does', () => {
  it.each<[string, string, { [key: string]: Json }, string]>([
    ['a script says its first command', 'shell', { run: '\n# why\n  make it  \nrest' }, 'make it'],
    ['code says no comment', 'code', { code: '// why\nreturn 1;' }, 'return 1;'],
    ['a call says how and where', 'http', { url: 'https://x', method: 'PUT' }, 'PUT https://x'],
    ['a file says what is done with it', 'file', { path: 'a.txt', action: 'read' }, 'read a.txt'],
    ['another kind keeps its action to itself', 'x', { path: 'a', action: 'b' }, 'a'],
    ['an empty script is no word', 'shell', { run: '# only\n', title: 'T' }, 'T'],
    ['what is set is named', 'transform', { set: { a: 1, b: 2 } }, 'a, b'],
    ['a list is read out', 'x', { status: [200, 'ok', null, { a: 1 }] }, '200, ok, a'],
    ['a number is a word, too', 'respond', { status: 0 }, '0'],
    ['without one of those the first thing', 'x', { other: 'this', more: 'that' }, 'this'],
    ['nothing says nothing', 'x', {}, ''],
  ])('%s', (_what, uses, settings, line) => {
    expect(summaryOf(step(uses, settings))).toBe(line);
  });

  it('is one line, whatever stands there', () => {
    // Bug caught: a script of 300 lines makes a node of 300 lines.
    const key = fc.constantFrom('run', 'set', 'status', 'method', 'action', 'other', '__proto__');
    fc.assert(
      fc.property(fc.dictionary(key, json, { maxKeys: 4 }), (settings) => {
        const line = summaryOf(step('file', settings as never));
        expect(typeof line).toBe('string');
        const keys = JSON.stringify(settings);
        if (!keys.includes('\\n')) expect(line).not.toContain('\n');
      }),
      { numRuns: 300 },
    );
  });
});

describe('a condition on a connection', () => {
  it.each([
    ['${{ steps.a.outputs.ok }}', 'a.ok'],
    ['steps.a.status == "failed"', 'a.status == "failed"'],
    ['  failure()  ', 'failure()'],
    ['steps["a-b"].outputs.ok', 'steps["a-b"].outputs.ok'],
    ['mysteps.a', 'mysteps.a'],
    [`${'x'.repeat(34)}`, 'x'.repeat(34)],
    [`${'x'.repeat(35)}`, `${'x'.repeat(33)}…`],
  ])('%j is shown as %j', (condition, shown) => {
    expect(shortCondition(condition)).toBe(shown);
  });

  it('is never longer than there is room for', () => {
    fc.assert(fc.property(fc.string(), (text) => shortCondition(text).length <= 34));
  });
});

describe('what starts a workflow', () => {
  const read = (text: string) =>
    readTriggers(readSource(text).value).map((each) => `${each.kind} ${each.text}`.trim());

  it.each<[string, string[]]>([
    ['on:\n  schedule: {every: 5m}\n', ['schedule ↻ 5m']],
    [
      'on:\n  schedule: [{cron: "0 3 * * *"}, {at: 2027-01-01}]\n',
      ['schedule 0 3 * * *', 'schedule 2027-01-01'],
    ],
    ['on:\n  webhook: {path: /a/b}\n', ['webhook /a/b']],
    ['on:\n  webhook: {}\n', ['webhook /']],
    ['on:\n  workflow_completed: {workflow: other}\n', ['workflow_completed other']],
    ['on:\n  alert: {rules: cpu, severity: [critical, 3]}\n', ['alert cpu, critical']],
    ['on:\n  alert: {}\n', ['alert']],
    ['on:\n  manual:\n  webhook: {path: a}\n', ['manual', 'webhook /a']],
    ['on:\n  webhook:\n', ['manual']],
    ['on: nonsense\n', ['manual']],
    ['', ['manual']],
  ])('%j is read as %j', (text, wanted) => {
    expect(read(text)).toEqual(wanted);
  });

  it('is always something, whatever the file says', () => {
    const kind = fc.constantFrom('schedule', 'webhook', 'workflow_completed', 'alert', 'manual');
    fc.assert(
      fc.property(fc.oneof(json, fc.dictionary(kind, json)), (on) => {
        const triggers = readTriggers({ on } as Json);
        expect(triggers.length).toBeGreaterThan(0);
        for (const trigger of triggers) expect(typeof trigger.text).toBe('string');
      }),
    );
  });
});

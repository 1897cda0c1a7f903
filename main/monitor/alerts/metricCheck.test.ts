import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { platform } from 'node:os';
import { describe, expect, it } from 'vitest';
import { figuresOf } from '../collect/rates.ts';
import { lookHere } from '../collect/thisMachine.ts';
import { checkMetric } from './metricCheck.ts';

describe('a rule’s metric', () => {
  // Would catch a metric that hosts tell and that no rule may watch.
  it('may be everything that this machine tells', async () => {
    const limits = { timeoutMs: 20_000 };
    const first = await lookHere(limits);
    let values: Record<string, number> = {};
    // The counters move on by hundredths of a second.
    while (!('cpu.total' in values)) values = figuresOf(await lookHere(limits), first, 1).values;
    const names = Object.keys(values);
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) expect(() => checkMetric(name), name).not.toThrow();
  });

  // Would catch a table that names more, or less, than what rules take.
  it.runIf(platform() !== 'win32')('may be everything that the documentation lists', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/monitoring.md'), 'utf8');
    const table = /\| metric \| unit \| meaning \|\n\|---.*\n((?:\|.*\n)+)/.exec(page)![1]!;
    const names = table
      .trimEnd()
      .split('\n')
      .flatMap((row) => {
        const words = [...row.split('|')[1]!.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);
        const group = words[0]!.split('.')[0]!;
        return words
          .filter((word) => !word.startsWith(':'))
          .map((word) => (word.startsWith('.') ? group + word : word));
      });
    expect(names.length).toBeGreaterThan(25);
    for (const name of names) expect(() => checkMetric(name), name).not.toThrow();
  });

  it.each([
    ['cpu.totel', 'Did you mean cpu.total?'],
    ['disk.used_percnt:/var', 'Did you mean disk.used_percent?'],
    ['temperature', 'Known here: up, uptime,'],
  ])('that no host has is refused: %s', (metric, hint) => {
    // Bug caught: a rule with a slip of the pen, which never fires and never says so.
    let error: unknown;
    try {
      checkMetric(metric);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({
      code: 'alert.metric_unknown',
      hint: expect.stringContaining(hint),
    });
  });
});

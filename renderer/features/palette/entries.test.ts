import { describe, expect, it } from 'vitest';
import { roleAllows } from '#contract/define.ts';
import { listOperations } from '#renderer/client/operations.ts';
import { argumentValue } from './argumentValue.ts';
import { callableOperations, paletteEntries } from './entries.ts';

const operations = listOperations();

describe('callableOperations', () => {
  it('offers a viewer nothing that would be refused', () => {
    const offered = callableOperations(operations, 'viewer');
    expect(offered.every((one) => roleAllows('viewer', one.role))).toBe(true);
    expect(offered.map((one) => one.name)).not.toContain('runs.start');
  });

  it('offers an administrator every palette operation', () => {
    const offered = callableOperations(operations, 'admin').map((one) => one.name);
    expect(offered).toContain('runs.start');
    expect(offered).toContain('audit.verify');
    expect(offered).toHaveLength(operations.filter((one) => one.palette).length);
  });
});

describe('paletteEntries', () => {
  it('gives every entry an id of its own, so that recents find the right one', () => {
    const entries = paletteEntries({
      operations,
      role: 'admin',
      pages: [{ id: '/runs', label: 'Runs' }],
      workflows: [],
      runs: [],
    });
    expect(new Set(entries.map((entry) => entry.id)).size).toBe(entries.length);
  });
});

describe('argumentValue', () => {
  it('refuses what does not fit the argument', () => {
    expect(argumentValue({ name: 'n', type: 'number', required: true }, 'x')).toBeUndefined();
    expect(argumentValue({ name: 'n', type: 'number', required: true }, '3')).toBe(3);
    const choice = { name: 'c', type: 'string' as const, required: true, options: ['a'] };
    expect(argumentValue(choice, 'b')).toBeUndefined();
    expect(argumentValue({ name: 's', type: 'string', required: true }, '')).toBeUndefined();
  });
});

import { expect, test } from 'vitest';
import type { NexusError } from '#main/base/errors.ts';
import { checkApproval } from './approval.ts';

type Asked = Parameters<typeof checkApproval>[0];
const asked = (change: Partial<Asked> = {}): Asked => ({
  type: 'approval',
  title: 'Deploy?',
  choices: ['approve', 'reject'],
  fields: [],
  who: [],
  ...change,
});
const decision = (change: Partial<Parameters<typeof checkApproval>[1]> = {}) => ({
  fields: {},
  by: 'ann',
  roles: ['operator'],
  ...change,
});
const codeOf = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    return (error as NexusError).code;
  }
  return undefined;
};

test('a person is meant by name or by role, and nobody else', () => {
  expect(codeOf(() => checkApproval(asked({ who: ['ann'] }), decision()))).toBeUndefined();
  expect(codeOf(() => checkApproval(asked({ who: ['operator'] }), decision()))).toBeUndefined();
  expect(codeOf(() => checkApproval(asked({ who: ['admin', 'bob'] }), decision()))).toBe(
    'approval.not_yours',
  );
  expect(codeOf(() => checkApproval(asked(), decision({ roles: [] })))).toBeUndefined();
});

test('no choice means the first, and only offered choices are taken', () => {
  expect(checkApproval(asked(), decision())).toMatchObject({ choice: 'approve', by: 'ann' });
  expect(checkApproval(asked(), decision({ choice: 'reject' }))).toMatchObject({
    choice: 'reject',
  });
  expect(codeOf(() => checkApproval(asked(), decision({ choice: 'Approve' })))).toBe(
    'approval.choice_unknown',
  );
});

test('fields are read as their types, filled from defaults, and all problems told at once', () => {
  const form = asked({
    fields: [
      { name: 'count', type: 'number', required: true },
      { name: 'force', type: 'boolean', default: false },
      { name: 'note', type: 'text' },
      { name: 'size', type: 'string', options: ['s', 'm'] },
      { name: 'level', type: 'number', options: ['1', '2'] },
    ],
  });
  const fields = { count: '3', note: '', size: 'm', level: 2 };
  expect(checkApproval(form, decision({ fields }))).toMatchObject({
    fields: { count: 3, force: false, note: null, size: 'm', level: 2 },
    comment: null,
    timed_out: false,
  });
  expect(() => checkApproval(form, decision({ fields: { size: 'xl', other: 1 } }))).toThrow(
    'There is no field “other”. “count” is missing. “size” must be one of s, m.',
  );
});

test('a form without a choice list still takes a decision', () => {
  expect(checkApproval(asked({ choices: [] }), decision({ choice: 'anything' }))).toMatchObject({
    choice: 'anything',
  });
});

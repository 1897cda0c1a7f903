import { describe, expect, it } from 'vitest';
import { readFields } from './approvalFields.ts';

describe('readFields', () => {
  it('reads each field in its type and takes defaults for what was not touched', () => {
    const fields = [
      { name: 'reason', type: 'text' as const },
      { name: 'count', type: 'number' as const, default: 3 },
      { name: 'sure', type: 'boolean' as const },
    ];
    expect(readFields(fields, { reason: 'ok' }).fields).toEqual({
      reason: 'ok',
      count: 3,
      sure: false,
    });
  });

  it('holds back a decision without what it requires, and leaves out what is optional and empty', () => {
    const fields = [
      { name: 'ticket', type: 'string' as const, required: true },
      { name: 'note', type: 'string' as const },
      { name: 'count', type: 'number' as const },
    ];
    expect(readFields(fields, { ticket: ' ', count: 'x' })).toEqual({
      fields: {},
      problems: { ticket: 'needed', count: 'number' },
    });
  });
});

import { ORPCError } from '@orpc/client';
import { describe, expect, it } from 'vitest';
import { toErrorShape } from './errorShape.ts';

describe('toErrorShape', () => {
  it('shows the code and the hint of the platform, not those of the transport', () => {
    const data = { code: 'workflow.invalid', message: 'Bad step.', hint: 'Fix it.', kind: 'user' };
    expect(toErrorShape(new ORPCError('BAD_REQUEST', { data }))).toEqual(data);
  });

  it('has something to show for whatever is thrown', () => {
    expect(toErrorShape(new ORPCError('NOT_FOUND')).code).toBe('not_found');
    expect(toErrorShape(new Error('boom')).message).toBe('boom');
    expect(toErrorShape('boom').message).toBe('boom');
    expect(toErrorShape(undefined).kind).toBe('unexpected');
  });
});

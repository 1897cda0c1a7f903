import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type FilterTerm,
  formatFilter,
  matchFilter,
  parseFilter,
  withTerm,
} from './filterQuery.ts';

const fieldName = fc.constantFrom('status', 'workflow', 'host', 'by');
const value = fc.string({ minLength: 1, maxLength: 12 });
const fieldTerm: fc.Arbitrary<FilterTerm> = fc.record({
  field: fieldName,
  values: fc.array(value, { minLength: 1, maxLength: 3 }),
  negate: fc.boolean(),
});

describe('parseFilter', () => {
  it('reads fields, alternatives, negation, quotes and bare words', () => {
    expect(parseFilter('status:failed,cancelled -workflow:x* "disk full" web')).toEqual([
      { field: 'status', values: ['failed', 'cancelled'], negate: false },
      { field: 'workflow', values: ['x*'], negate: true },
      { values: ['disk full'], negate: false },
      { values: ['web'], negate: false },
    ]);
  });

  it('keeps a half-typed condition from hiding everything', () => {
    expect(parseFilter('status:')).toEqual([{ values: ['status:'], negate: false }]);
    expect(parseFilter('  ')).toEqual([]);
  });

  it('never throws and never yields an empty value, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        for (const term of parseFilter(text)) {
          expect(term.values.length).toBeGreaterThan(0);
          expect(term.values.every((one) => one !== '')).toBe(true);
        }
      }),
    );
  });

  it('loses nothing when a query goes through the address and back', () => {
    fc.assert(
      fc.property(fc.array(fieldTerm, { maxLength: 4 }), (terms) => {
        expect(parseFilter(formatFilter(terms))).toEqual(terms);
      }),
    );
  });
});

describe('matchFilter', () => {
  const row = { status: 'failed', workflow: 'backup-db', step: ['dump', 'upload'] };
  const match = (text: string) => matchFilter(parseFilter(text), row);

  it('compares a field in full, with * for any characters', () => {
    expect(match('status:failed')).toBe(true);
    expect(match('status:fail')).toBe(false);
    expect(match('workflow:backup*')).toBe(true);
    expect(match('workflow:*db')).toBe(true);
    expect(match('workflow:b*k*b')).toBe(true);
    expect(match('workflow:*x*')).toBe(false);
  });

  it('does not let the parts around a star overlap', () => {
    expect(matchFilter(parseFilter('name:ab*ba'), { name: 'aba' })).toBe(false);
  });

  it('looks for bare words anywhere and needs all terms', () => {
    expect(match('UPLO status:failed')).toBe(true);
    expect(match('uplo status:succeeded')).toBe(false);
    expect(match('-dump')).toBe(false);
    expect(match('-status:queued,running')).toBe(true);
  });

  it('is the opposite of itself when negated', () => {
    fc.assert(
      fc.property(fieldTerm, value, (term, text) => {
        const fields = { [term.field ?? '']: text };
        const opposite = { ...term, negate: !term.negate };
        expect(matchFilter([term], fields)).toBe(!matchFilter([opposite], fields));
      }),
    );
  });
});

describe('withTerm', () => {
  it('replaces the condition on one field and leaves what else was typed', () => {
    expect(withTerm('disk status:failed', 'status', ['running'])).toBe('disk status:running');
    expect(withTerm('disk status:failed', 'status', [])).toBe('disk');
  });
});

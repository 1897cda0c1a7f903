import { describe, expect, it } from 'vitest';
import { parseFilter } from '#renderer/ui/filter/filterQuery.ts';
import { serverFilter } from './runQuery.ts';

const server = (text: string) => serverFilter(parseFilter(text));

describe('serverFilter', () => {
  it('hands exact statuses and one exact workflow to the platform', () => {
    expect(server('status:failed,cancelled workflow:backup')).toEqual({
      status: ['failed', 'cancelled'],
      workflow: 'backup',
    });
  });

  it('keeps what the platform cannot answer, so that no matching run is left out', () => {
    expect(server('workflow:back*')).toEqual({});
    expect(server('-status:failed')).toEqual({});
    expect(server('status:fail')).toEqual({});
    expect(server('workflow:a,b')).toEqual({});
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exposition } from './exposition.ts';
import { Histogram } from './histogram.ts';
import { OperationTelemetry } from './operations.ts';

describe('a histogram', () => {
  it('counts every value once, at or below its bound', () => {
    const histogram = new Histogram([1, 5]);
    for (const value of [0, 1, 1.1, 5, 6]) histogram.observe(value);
    expect(histogram.cumulative()).toEqual([2, 4, 5]);
    expect([histogram.count, histogram.sum]).toEqual([5, 13.1]);
  });

  it('is cumulative and complete whatever it sees', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: 0 })), (values) => {
        const histogram = new Histogram();
        for (const value of values) histogram.observe(value);
        const counts = histogram.cumulative();
        expect(counts.at(-1)).toBe(values.length);
        expect(counts.toSorted((a, b) => a - b)).toEqual(counts);
      }),
    );
  });
});

describe('the operations’ counters', () => {
  it('tell calls, refusals, failures and time', () => {
    const telemetry = new OperationTelemetry();
    telemetry.record('runs.get', 'allowed', 2);
    telemetry.record('runs.get', 'refused', 1);
    telemetry.record('runs.get', 'failed', 4);
    expect(telemetry.summary()).toEqual({
      'runs.get': { calls: 3, refused: 1, failed: 1, ms_total: 7 },
    });
  });
});

describe('the Prometheus text', () => {
  it('has families with help and type, buckets in seconds, and names that are valid', () => {
    const telemetry = new OperationTelemetry();
    telemetry.record('runs.get', 'allowed', 2);
    telemetry.record('od"d\\\n', 'refused', 700);
    const text = exposition(telemetry, { engine_commits: 3 }, { 'active-runs': 2 });
    expect(text).toContain('nexus_operations_total{operation="runs.get",outcome="allowed"} 1\n');
    expect(text).toContain('nexus_operation_seconds_bucket{operation="runs.get",le="0.0025"} 1\n');
    expect(text).toContain('nexus_operation_seconds_bucket{operation="runs.get",le="0.001"} 0\n');
    expect(text).toContain('nexus_operation_seconds_bucket{operation="runs.get",le="+Inf"} 1\n');
    expect(text).toContain('operation="od\\"d\\\\\\n",outcome="refused"} 1');
    expect(text).toContain(
      '# TYPE nexus_engine_commits_total counter\nnexus_engine_commits_total 3\n',
    );
    expect(text).toContain('# TYPE nexus_active_runs gauge\nnexus_active_runs 2\n');
    for (const line of text.trimEnd().split('\n'))
      expect(line).toMatch(/^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{.*\})? [\d.e+-]+)$/);
  });
});

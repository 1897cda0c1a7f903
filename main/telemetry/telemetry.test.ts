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

/** The samples of a text, as a scraper reads them. */
function samples(text: string): Map<string, number> {
  return new Map(
    text
      .trimEnd()
      .split('\n')
      .filter((line) => !line.startsWith('#'))
      .map((line) => {
        const at = line.lastIndexOf(' ');
        return [line.slice(0, at), Number(line.slice(at + 1))];
      }),
  );
}

describe('what a scraper reads', () => {
  const call = fc.record({
    name: fc.constantFrom('runs.get', 'runs.start', 'vault.get'),
    outcome: fc.constantFrom('allowed' as const, 'refused' as const, 'failed' as const),
    ms: fc.double({ min: 0, max: 20_000, noNaN: true }),
  });

  it('adds up: outcomes to calls, buckets to counts, whatever was called', () => {
    // Bug caught: a rate in a dashboard that is more, or less, than what really happened.
    fc.assert(
      fc.property(fc.array(call), (calls) => {
        const telemetry = new OperationTelemetry();
        for (const { name, outcome, ms } of calls) telemetry.record(name, outcome, ms);
        const read = samples(exposition(telemetry, {}, {}));
        for (const name of new Set(calls.map((one) => one.name))) {
          const mine = calls.filter((one) => one.name === name);
          for (const outcome of ['allowed', 'refused', 'failed'])
            expect(
              read.get(`nexus_operations_total{operation="${name}",outcome="${outcome}"}`),
            ).toBe(mine.filter((one) => one.outcome === outcome).length);
          const label = `operation="${name}"`;
          expect(read.get(`nexus_operation_seconds_count{${label}}`)).toBe(mine.length);
          expect(read.get(`nexus_operation_seconds_bucket{${label},le="+Inf"}`)).toBe(mine.length);
          expect(read.get(`nexus_operation_seconds_bucket{${label},le="1"}`)).toBe(
            mine.filter(({ ms }) => ms / 1000 <= 1).length,
          );
          const sum = mine.reduce((total, { ms }) => total + ms / 1000, 0);
          expect(read.get(`nexus_operation_seconds_sum{${label}}`)).toBeCloseTo(sum, 6);
        }
      }),
    );
  });

  it('has no value that a scraper refuses, also where a figure is none', () => {
    const text = exposition(new OperationTelemetry(), {}, { a: Number.NaN, b: Infinity, c: -1.5 });
    expect([...samples(text)]).toEqual([
      ['nexus_a', Number.NaN],
      ['nexus_b', Number.NaN],
      ['nexus_c', -1.5],
    ]);
  });

  it('has a family once, with one type', () => {
    const text = exposition(new OperationTelemetry(), { commits_total: 1, starts: 2 }, { runs: 3 });
    const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(
      ([, name, type]) => `${name} ${type}`,
    );
    expect(types).toEqual([
      'nexus_operations_total counter',
      'nexus_operation_seconds histogram',
      'nexus_commits_total counter',
      'nexus_starts_total counter',
      'nexus_runs gauge',
    ]);
  });
});

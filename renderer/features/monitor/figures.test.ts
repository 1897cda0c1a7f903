import { describe, expect, test } from 'vitest';
import { sparkPaths } from '#renderer/ui/Sparkline.tsx';
import { storesOf } from './DiskBars.tsx';
import { formatMetric } from './formatMetric.ts';
import { storeMetrics } from './useStores.ts';
import { cursorAfter, isolated } from './MetricChart.tsx';

describe('a value in words', () => {
  test.each([
    [0, 'percent', 'en', '0 %'],
    [3.14159, 'percent', 'en', '3.1 %'],
    [97.6, 'percent', 'de', '98 %'],
    [0, 'bytes', 'en', '0 B'],
    [999, 'bytes', 'en', '999 B'],
    // Bug caught: “1,000 KiB” does not fit the axis, and 1000 B is shown as 1000 B.
    [1000, 'bytes', 'en', '0.98 KiB'],
    [1024 ** 3 * 3.456, 'bytes', 'de', '3,46 GiB'],
    [1024 ** 2 * 123.4, 'bytes_per_second', 'en', '123 MiB/s'],
    [1024 ** 6 * 5000, 'bytes', 'en', '5,000 EiB'],
    [59, 'seconds', 'en', '59 seconds'],
    [7300, 'seconds', 'en', '2 hours'],
    [90_000, 'seconds', 'de', '1 Tag'],
    [0.527, 'count', 'de', '0,53'],
    [1234, 'count', 'en', '1,234'],
  ] as const)('%s %s in %s is %s', (value, unit, language, words) => {
    expect(formatMetric(value, unit, language)).toBe(words);
  });
});

describe('a sparkline', () => {
  test('goes from left to right, and the top of the scale is at the top', () => {
    expect(sparkPaths([0, 50, 100], 100, 20, 11)).toEqual(['M0.0 10.5L10.0 5.5L20.0 0.5']);
  });

  // Bug caught: a line through the hours without data.
  test('breaks where nothing is known', () => {
    const paths = sparkPaths([1, 2, null, null, 3, null], 10, 50, 10);
    expect(paths).toHaveLength(2);
    // A value between two gaps is a dot.
    expect(paths[1]).toMatch(/^M40\.0 [\d.]+h0$/);
  });

  test.each([[[]], [[null]], [[5]], [[0, 0]]])('%j draws no NaN', (values) => {
    expect(sparkPaths(values, 0, 10, 10).join('')).not.toContain('NaN');
  });

  test('stays in its box', () => {
    expect(sparkPaths([-5, 500], 100, 10, 10)).toEqual(['M0.0 9.5L10.0 0.5']);
  });
});

describe('a value between two gaps', () => {
  // Bug caught: a host that answers now and then has an empty chart, and so has the first minute.
  test.each([
    [[], []],
    [[1], [0]],
    [
      [1, null, 2, 3, null, 4],
      [0, 5],
    ],
    [[null, 0, null], [1]],
    [[1, 2, 3], []],
  ])('of %j stands alone at %j', (values, at) => {
    expect(isolated(values)).toEqual(at);
  });
});

describe('storage over time', () => {
  test('is of file systems, by name, and of no more than can be told apart', () => {
    const mounts = ['/srv', '/', '/var', '/home', '/boot', '/'];
    const metrics = [
      'cpu.total',
      'disk.used:/',
      ...mounts.map((one) => `disk.used_percent:${one}`),
    ];
    expect(storeMetrics(metrics).map(({ mount }) => mount)).toEqual([
      '/',
      '/boot',
      '/home',
      '/srv',
    ]);
    expect(storeMetrics([])).toEqual([]);
  });
});

describe('storage', () => {
  const values = {
    'disk.used_percent:/': 40,
    'disk.used:/': 40,
    'disk.total:/': 100,
    'disk.used_percent:/srv': 90,
    'disk.used:/srv': 90,
    'disk.total:/srv': 100,
    'disk.used_percent:/half': 5,
    'swap.used': 1,
    'swap.total': 4,
    'swap.used_percent': 25,
  };

  test('the fullest first, swap last; what is half told is left out', () => {
    expect(storesOf(values, 'Swap').map(({ name }) => name)).toEqual(['/srv', '/', 'Swap']);
  });

  test('a machine without swap shows none', () => {
    expect(storesOf({ 'swap.used': 0, 'swap.total': 0 }, 'Swap')).toEqual([]);
  });
});

describe('the crosshair by keys', () => {
  test.each([
    ['ArrowLeft', null, 8],
    ['ArrowRight', null, 9],
    ['ArrowLeft', 0, 0],
    ['ArrowRight', 4, 5],
    ['PageUp', 4, 0],
    ['PageDown', 4, 9],
    ['Home', 5, 0],
    ['End', 5, 9],
    ['Escape', 5, null],
    ['Tab', 5, undefined],
    ['a', null, undefined],
  ] as const)('%s from %s is %s', (key, at, to) => {
    expect(cursorAfter(key, at, 10)).toBe(to);
  });
});

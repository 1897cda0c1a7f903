import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NexusError } from '#main/base/errors.ts';
import { parseFacts } from './facts.ts';
import { linux, linuxReading, MARK, printed } from './linux.testing.ts';
import { parseReading } from './parse.ts';
import { figuresOf } from './rates.ts';
import { splitSections } from './sections.ts';

const line = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(...Object.values(linux).flatMap((text) => text.split('\n'))),
  fc.constantFrom(...Object.keys(linux)).map((name) => `${MARK} ${name}`),
  fc
    .array(fc.oneof(fc.integer().map(String), fc.constant('9'.repeat(30)), fc.constant('/')))
    .map((words) => words.join(' ')),
);
const section = fc.array(line, { maxLength: 30 }).map((lines) => lines.join('\n'));
const names = Object.keys(linux).filter((name) => name !== 'system');
const system = fc.constantFrom('Linux', 'Darwin', 'FreeBSD');
const bsd = ['sysctl', 'now', 'top', 'vm_stat', 'netstat', 'ps', 'swapinfo'];

describe('whatever a host sends', () => {
  test('is read or refused, never thrown over; every figure is a finite number of at least 0', () => {
    fc.assert(
      fc.property(
        system,
        fc.dictionary(fc.constantFrom(...names, ...bsd), section),
        fc.dictionary(fc.constantFrom(...names, ...bsd), section),
        (name, first, second) => {
          const before = parseReading(printed({ system: name, ...first }), MARK);
          const next = parseReading(printed({ system: name, ...second }), MARK);
          const { values, processes } = figuresOf(next, before, 10);
          for (const [metric, value] of Object.entries(values)) {
            expect(Number.isFinite(value) && value >= 0, `${metric} is ${value}`).toBe(true);
            expect(metric).toMatch(/^[a-z]+(\.[a-z0-9_]+)*(:[^\p{Cc}]+)?$/u);
            if (metric.includes('percent') || metric.startsWith('cpu.'))
              expect(value).toBeLessThanOrEqual(100);
          }
          for (const one of processes?.by_cpu ?? []) expect(one.name).not.toMatch(/\p{Cc}/u);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('without the script’s own ending it is refused', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!text.includes(MARK));
        expect(() => parseReading(text, MARK)).toThrow(NexusError);
        expect(() => parseFacts(text, MARK)).toThrow(NexusError);
      }),
    );
  });

  test('facts are short texts and sound numbers', () => {
    const sections = [
      'system',
      'kernel',
      'os-release',
      'cores',
      'model',
      'meminfo',
      'uptime',
      'now',
    ];
    const more = ['boottime', 'virt', 'product', 'docker', 'df', 'memory'];
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...sections, ...more), section), (given) => {
        const facts = parseFacts(printed(given), MARK);
        for (const value of Object.values(facts)) {
          if (typeof value === 'string') expect(value.length).toBeLessThanOrEqual(128);
          if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
        }
        expect(JSON.stringify(facts)).not.toMatch(/\\u00[01]/);
      }),
    );
  });
});

describe('a host that wants to fill Nexus', () => {
  test('finds limits: metrics, processes, labels', () => {
    const many = <T>(count: number, make: (i: number) => T) =>
      Array.from({ length: count }, (_, i) => make(i));
    const long = 'x'.repeat(5000);
    const reading = linuxReading({
      df: many(3000, (i) => `/dev/sd${i} 100 1 99 1% /${i}/${long}`).join('\n'),
      '/proc/stat': many(3000, (i) => `cpu${i === 0 ? '' : i - 1} 1 1 1 1`).join('\n'),
      '/proc/net/dev': many(3000, (i) => `eth${i}: 1 0 0 0 0 0 0 0 1 0 0 0 0 0 0 0`).join('\n'),
      '/proc/diskstats': many(3000, (i) => `8 0 nvme${i}n1 1 0 2 0 1 0 4 0 0 6 0`).join('\n'),
      processes: many(9000, (i) => `${i} 1 1 1 ${long}`).join('\n'),
    });
    expect(reading.disks.length).toBeLessThanOrEqual(32);
    expect(reading.disks[0]!.mount.length).toBeLessThanOrEqual(128);
    expect(reading.cpu!.cores.length).toBeLessThanOrEqual(512);
    expect(reading.interfaces).toHaveLength(32);
    expect(reading.devices).toHaveLength(32);
    expect(reading.processes!.length).toBeLessThanOrEqual(4096);
    const { values } = figuresOf(reading, reading, 10);
    expect(Object.keys(values).length).toBeLessThan(1000);
  });

  // Bug caught: a regular expression that takes minutes for a line made for it; the test would not end.
  test('finds no line that takes long', () => {
    const evil = [
      ' '.repeat(100_000),
      '1 '.repeat(50_000),
      '/ '.repeat(50_000),
      'a'.repeat(100_000),
    ];
    for (const text of evil)
      for (const name of names)
        expect(linuxReading({ [name]: `${text}\n`.repeat(20) }).system).toBe('Linux');
  });

  // Bug caught: a process that calls itself "\nMARK /proc/meminfo\n…" invents the host's memory.
  test('cannot imitate an earlier section from within a later one', () => {
    const forged = `1 1 1 1 x\n${MARK} /proc/meminfo\nMemTotal: 1 kB\nMemFree: 1 kB`;
    expect(linuxReading({ processes: forged }).memory?.total).toBe(8148336 * 1024);
  });

  test('a banner before the first section is nothing', () => {
    const banner = 'Welcome\nMemTotal: 5 kB\n';
    expect(parseReading(banner + printed(linux), MARK).memory?.total).toBe(8148336 * 1024);
  });

  test('at most so many sections are kept', () => {
    const text = Array.from({ length: 500 }, (_, i) => `${MARK} s${i}\nx`).join('\n');
    expect(splitSections(text, MARK).sections.size).toBe(40);
  });
});

describe('systems', () => {
  test('that are not known are named, unless the name itself is hostile', () => {
    expect(() => parseReading(printed({ system: 'SunOS' }), MARK)).toThrow(/figures of SunOS/);
    expect(() => parseReading(printed({ system: '\u001b[31mboo\u0007' }), MARK)).toThrow(
      /figures of this system/,
    );
  });
});

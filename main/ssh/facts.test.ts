import { execFileSync } from 'node:child_process';
import { hostname } from 'node:os';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostFacts } from '#contract/hosts.ts';
import { FACTS_PROGRAM, readFacts } from './facts.ts';

describe('facts of a host', () => {
  it('of this machine are read from what its own shells answer', () => {
    for (const shell of [['/bin/sh'], ['bash', '--posix'], ['busybox', 'sh']]) {
      const [program, ...words] = shell as [string, ...string[]];
      const text = execFileSync(program, [...words, '-c', FACTS_PROGRAM]).toString();
      const facts = hostFacts.parse(readFacts(text));
      expect(facts).toMatchObject({
        hostname: hostname(),
        architecture: expect.stringMatching(/\w/),
        kernel: expect.stringContaining('Linux'),
        os: expect.stringMatching(/\w/),
      });
      expect(facts.cpus).toBeGreaterThan(0);
      expect(facts.memory_bytes).toBeGreaterThan(64 * 1024 * 1024);
      expect(facts.disk_bytes).toBeGreaterThan(facts.disk_free_bytes ?? 0);
      expect(facts.uptime_seconds).toBeGreaterThan(0);
    }
  });

  it('that are missing stay out, and none is made up', () => {
    expect(readFacts('')).toEqual({});
    expect(readFacts('hostname=\ncpus=\nmemory_kib=many\ndisk=a b\naddresses=   \n')).toEqual({});
  });

  it('keep what stands behind the first equals sign, and cut what is endless', () => {
    expect(readFacts('os=A=B\n').os).toBe('A=B');
    expect(readFacts(`os=${'x'.repeat(5000)}\n`).os).toHaveLength(1000);
    expect(readFacts('python=Python 3.11.2\n').python).toBe('3.11.2');
    expect(readFacts('addresses= 10.0.0.1  fd00::1 \n').addresses).toEqual(['10.0.0.1', 'fd00::1']);
    expect(readFacts('disk=100 40\n')).toEqual({ disk_bytes: 102_400, disk_free_bytes: 40_960 });
  });

  it('of a host that answers anything are still of the form that is promised', () => {
    // Bug caught: one absurd number, and nothing at all is shown of the host.
    const key = fc.constantFrom(
      'hostname',
      'cpus',
      'memory_kib',
      'uptime',
      'disk',
      'addresses',
      'x',
    );
    const value = fc.oneof(
      fc.string(),
      fc.double().map(String),
      fc.constantFrom(
        '1e400',
        '9e307',
        '-1',
        '0x10',
        '1e300 1e300',
        'Infinity',
        '9007199254740993',
      ),
    );
    const line = fc.tuple(key, value).map(([a, b]) => `${a}=${b}`);
    fc.assert(
      fc.property(fc.array(fc.oneof(line, fc.string())), (lines) => {
        expect(hostFacts.safeParse(readFacts(lines.join('\n'))).error).toBeUndefined();
      }),
      { numRuns: 400 },
    );
  });
});

import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { BlockList } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isPublicAddress } from './address.ts';
import { isInside, safePath } from './fileroots.ts';
import { harness, runKind } from './harness.testing.ts';
import { listPlan, shapeList } from './list.ts';
import { parseOutputFile } from './outputfile.ts';
import { wait } from './wait.ts';

let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'nexus-properties-')));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('an address that http may reach', () => {
  // The special-purpose registries of IANA, as of 2025, entered by hand: whatever the library thinks.
  const special = new BlockList();
  for (const net of [
    '0.0.0.0/8',
    '10.0.0.0/8',
    '100.64.0.0/10',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '172.16.0.0/12',
    '192.0.0.0/24',
    '192.0.2.0/24',
    '192.168.0.0/16',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '224.0.0.0/4',
    '240.0.0.0/4',
  ]) {
    const [address, bits] = net.split('/') as [string, string];
    special.addSubnet(address, Number(bits), 'ipv4');
  }
  const ipv4 = fc.ipV4();
  /** Near the borders of the ranges, where a wrong mask shows. */
  const near = fc
    .tuple(
      fc.constantFrom(
        0,
        9,
        10,
        11,
        99,
        100,
        101,
        126,
        127,
        128,
        169,
        172,
        192,
        198,
        203,
        223,
        224,
        239,
        240,
        255,
      ),
      fc.constantFrom(
        0,
        2,
        15,
        16,
        17,
        18,
        19,
        20,
        31,
        32,
        51,
        63,
        64,
        127,
        128,
        167,
        168,
        169,
        253,
        254,
        255,
      ),
      fc.constantFrom(0, 1, 2, 3, 99, 100, 101, 112, 113, 114, 255),
      fc.nat(255),
    )
    .map((bytes) => bytes.join('.'));

  it('is none of the special ranges, on the borders too', () => {
    fc.assert(
      fc.property(fc.oneof(ipv4, near), (address) => {
        expect(special.check(address, 'ipv4') && isPublicAddress(address), address).toBe(false);
      }),
      { numRuns: 5000 },
    );
  });

  it('is an ordinary one, so that the guard does not shut out the internet', () => {
    fc.assert(
      fc.property(fc.oneof(ipv4, near), (address) => {
        // What the library keeps out beyond the registries: relay anycast and AS112.
        fc.pre(!/^(192\.88\.99|192\.31\.196|192\.52\.193|192\.175\.48)\./.test(address));
        expect(special.check(address, 'ipv4') || isPublicAddress(address), address).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  it('is not made public by a wrapping in IPv6, whichever', () => {
    fc.assert(
      fc.property(near, (address) => {
        const [a, b, c, d] = address.split('.').map(Number) as [number, number, number, number];
        const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
        const inside = isPublicAddress(address);
        for (const wrapped of [`::ffff:${address}`, `::ffff:${hex}`, `64:ff9b::${hex}`, `::${hex}`])
          if (!inside) expect(isPublicAddress(wrapped), wrapped).toBe(false);
        // 6to4 and Teredo lead to an address that nobody looked at.
        expect(isPublicAddress(`2002:${hex}::1`)).toBe(false);
        expect(isPublicAddress(`2001:0:${hex}::1`)).toBe(false);
      }),
    );
  });

  it('is an address: no other text is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(!isPublicAddress(text) || /^[\da-fA-F.:x]+(%.*)?$/.test(text), text).toBe(true);
      }),
    );
  });
});

describe('a path that a file step may touch', () => {
  const name = fc.constantFrom('a', 'b', 'link', 'up', 'loop', '..', '.', 'c d', '...');
  const path = fc.array(name, { minLength: 1, maxLength: 7 }).map((parts) => parts.join('/'));

  it('lies inside by what the kernel says, whatever dots and links it goes through', async () => {
    const root = join(folder, 'root');
    const outside = join(folder, 'outside');
    mkdirSync(join(root, 'a', 'b'), { recursive: true });
    mkdirSync(join(outside, 'a'), { recursive: true });
    writeFileSync(join(outside, 'a', 'b'), 'secret');
    symlinkSync(outside, join(root, 'link'));
    symlinkSync('..', join(root, 'a', 'up'));
    symlinkSync('../..', join(root, 'a', 'b', 'up'));
    symlinkSync('loop', join(root, 'loop'));
    symlinkSync(join('..', '..', 'outside'), join(root, 'a', 'link'));
    await fc.assert(
      fc.asyncProperty(path, fc.boolean(), async (text, absolute) => {
        const written = absolute ? join(root, text) : text;
        const safe = await safePath(written, [root], true).catch(() => undefined);
        if (safe === undefined) return;
        expect(isInside(safe.path, root), written).toBe(true);
        let real: string;
        try {
          real = realpathSync(resolve(root, text));
        } catch {
          return; // What is not there yet has no real path.
        }
        expect(safe.path).toBe(real);
      }),
      { numRuns: 1500 },
    );
  });

  it('is not refused when it does lie inside', async () => {
    const root = join(folder, 'plain');
    mkdirSync(join(root, 'x', 'y'), { recursive: true });
    const inside = fc.array(fc.constantFrom('x', 'y', 'new', '.', 'é', '..x', '-r'), {
      minLength: 1,
    });
    await fc.assert(
      fc.asyncProperty(inside, async (parts) => {
        const safe = await safePath(parts.join('/'), [root], true);
        expect(safe).toEqual({ path: resolve(root, parts.join('/')), root });
      }),
    );
  });

  it('is inside a folder exactly when the folder is one of its parents', () => {
    const absolute = fc
      .array(fc.constantFrom('a', 'b', 'aa', '..a'), { maxLength: 4 })
      .map((p) => `/${p.join('/')}`);
    fc.assert(
      fc.property(absolute, absolute, (one, other) => {
        const path = resolve(one);
        const root = resolve(other);
        expect(isInside(path, root)).toBe(
          path === root || root === '/' || path.startsWith(`${root}/`),
        );
      }),
    );
  });
});

describe('what a script writes to its output file', () => {
  it('comes back when real bash wrote it, as a line and as a block', () => {
    const value = fc.string({
      unit: fc.constantFrom('a', '=', '<', "'", '"', '$', '`', '\\', ' ', 'é', '#', '{'),
      maxLength: 12,
    });
    const many = fc.array(value, { minLength: 1, maxLength: 4 }).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(value, many, (line, block) => {
        const file = join(folder, 'output');
        writeFileSync(file, '');
        execFileSync(
          'bash',
          [
            '-ec',
            'echo "line=$LINE" >> "$OUT"; { echo "block<<EOF_7f3a"; printf "%s\\n" "$BLOCK"; echo EOF_7f3a; } >> "$OUT"; printf "last=1" >> "$OUT"',
          ],
          { env: { ...process.env, OUT: file, LINE: line, BLOCK: block } },
        );
        expect({ ...parseOutputFile(readFileSync(file, 'utf8')) }).toEqual({
          line,
          block,
          last: '1',
        });
      }),
      { numRuns: 60 },
    );
  });
});

describe('a list that is shaped', () => {
  const row = fc.record({
    n: fc.integer({ min: 0, max: 3 }),
    s: fc.constantFrom('a', 'b', 'c'),
    deep: fc.record({ x: fc.nat(2) }),
  });
  const rows = fc.array(row, { maxLength: 12 });
  const shape = (plan: Record<string, unknown>) => shapeList(listPlan.parse(plan));

  it('loses nothing and invents nothing by sorting, and is stable', () => {
    fc.assert(
      fc.property(rows, (from) => {
        const numbered = from.map((item, at) => ({ ...item, at }));
        const { items, count } = shape({ from: numbered, sort_by: ['-n', 's'] }) as {
          items: typeof numbered;
          count: number;
        };
        expect(count).toBe(from.length);
        expect(items.toSorted((a, b) => a.at - b.at)).toEqual(numbered);
        items.slice(1).forEach((item, i) => {
          const before = items[i]!;
          const order = before.n - item.n || (before.s < item.s ? 1 : before.s > item.s ? -1 : 0);
          expect(order).toBeGreaterThanOrEqual(0);
          if (order === 0) expect(before.at).toBeLessThan(item.at);
        });
      }),
    );
  });

  it('has every item in exactly one group, groups in order of their first item', () => {
    fc.assert(
      fc.property(rows, (from) => {
        const { groups } = shape({ from, group_by: 'deep.x' }) as {
          groups: { key: number; count: number; items: typeof from }[];
        };
        expect(groups.map((group) => group.key)).toEqual([
          ...new Set(from.map((item) => item.deep.x)),
        ]);
        for (const group of groups) {
          expect(group.items).toEqual(from.filter((item) => item.deep.x === group.key));
          expect(group.count).toBe(group.items.length);
        }
      }),
    );
  });

  it('is cut after it was sorted and made unique, and picks last', () => {
    fc.assert(
      fc.property(rows, fc.nat(12), (from, limit) => {
        const { items } = shape({ from, unique_by: 's', sort_by: 's', limit, pick: 's' }) as {
          items: string[];
        };
        expect(items).toEqual([...new Set(from.map((item) => item.s))].toSorted().slice(0, limit));
      }),
    );
  });
});

describe('a wait until an instant', () => {
  const h = harness({ clock: { now: () => 0 } });
  afterAll(() => h.remove());
  const until = (text: string) =>
    runKind(wait, { until: text }, h.context) as Promise<{ at: number }>;

  it('is until that instant, in every way that ISO writes it', async () => {
    const moment = fc.date({
      min: new Date('1970-01-01'),
      max: new Date('2100-01-01'),
      noInvalidDate: true,
    });
    await fc.assert(
      fc.asyncProperty(moment, async (at) => {
        const iso = at.toISOString();
        expect((await until(iso)).at).toBe(at.getTime());
        expect((await until(iso.replace('T', ' ').toLowerCase())).at).toBe(at.getTime());
        expect((await until(iso.replace('Z', '+00:00'))).at).toBe(at.getTime());
        expect((await until(iso.replace('.', ',').replace('Z', '+0000'))).at).toBe(at.getTime());
      }),
    );
  });

  it('on a date alone begins with that day where Nexus runs, as one with a time does', async () => {
    const midnight = new Date(2026, 4, 1).getTime();
    expect((await until('2026-05-01')).at).toBe(midnight);
    expect((await until('2026-05-01T00:00')).at).toBe(midnight);
  });

  it.each([
    '2026-02-30',
    '2026-02-29T10:00:00Z',
    '2026-04-31',
    '2026-01-01T10:00+99:00',
    '2026-01-01T10',
  ])('refuses %s, which is no instant, instead of waiting for another', async (text) => {
    await expect(until(text)).rejects.toMatchObject({ code: 'wait.until_invalid' });
  });
});

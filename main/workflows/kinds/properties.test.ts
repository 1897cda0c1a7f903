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
import { Readable } from 'node:stream';
import zlib from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '#contract/common.ts';
import { isPublicAddress } from './address.ts';
import { isInside, safePath } from './fileroots.ts';
import { presentBody, readBody } from './httpbody.ts';
import { expected, retryAfterMs } from './httperror.ts';
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
        if (special.check(address, 'ipv4')) expect(isPublicAddress(address), address).toBe(false);
      }),
      { numRuns: 5000 },
    );
  });

  it('is an ordinary one, so that the guard does not shut out the internet', () => {
    fc.assert(
      fc.property(fc.oneof(ipv4, near), (address) => {
        // What the library keeps out beyond the registries: relay anycast and AS112.
        fc.pre(!/^(192\.88\.99|192\.31\.196|192\.52\.193|192\.175\.48)\./.test(address));
        if (!special.check(address, 'ipv4')) expect(isPublicAddress(address), address).toBe(true);
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
        if (isPublicAddress(text)) expect(text).toMatch(/^[\da-fA-F.:x]+(%.*)?$/);
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

describe('the body of an answer', () => {
  const bytes = fc.uint8Array({ maxLength: 400 }).map((b) => Buffer.from(b));
  const pack: Record<string, (body: Buffer) => Buffer> = {
    identity: (body) => body,
    gzip: (body) => zlib.gzipSync(body),
    'x-gzip': (body) => zlib.gzipSync(body),
    deflate: (body) => zlib.deflateSync(body),
    br: (body) => zlib.brotliCompressSync(body),
    'GZIP, br': (body) => zlib.brotliCompressSync(zlib.gzipSync(body)),
    'deflate,gzip': (body) => zlib.gzipSync(zlib.deflateSync(body)),
  };

  it('comes out as it was, however it was packed and cut in pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        bytes,
        fc.constantFrom(...Object.keys(pack)),
        fc.integer({ min: 1, max: 50 }),
        async (body, encoding, size) => {
          const packed = pack[encoding]!(body);
          const pieces = Array.from({ length: Math.ceil(packed.length / size) }, (_, i) =>
            packed.subarray(i * size, (i + 1) * size),
          );
          expect(await readBody(Readable.from(pieces), encoding, 1000)).toEqual(body);
        },
      ),
    );
  });

  it('is never larger than its limit, however small it came', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 3000 }),
        fc.constantFrom(...Object.keys(pack)),
        async (size, encoding) => {
          const packed = pack[encoding]!(Buffer.alloc(size));
          const read = readBody(Readable.from([packed]), encoding, 1500).then(
            (body) => body.length,
            (error: { code: string }) => error.code,
          );
          expect(await read).toBe(size > 1500 ? 'http.too_large' : size);
        },
      ),
    );
  });

  it('that is broken fails, and does not hang or end the process', async () => {
    await fc.assert(
      fc.asyncProperty(bytes, fc.constantFrom('gzip', 'deflate', 'br'), async (body, encoding) => {
        fc.pre(body.length > 0);
        const packed = pack[encoding]!(body);
        const cut = packed.subarray(0, Math.max(1, packed.length - 3));
        await expect(readBody(Readable.from([cut]), encoding, 1000)).rejects.toThrow(/./);
      }),
    );
  });

  it('is JSON where it is said to be, and comes back as the value it was', () => {
    const types = [
      'application/json',
      'application/problem+json; charset=utf-8',
      'text/json',
      'Application/JSON',
    ];
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...types), fc.boolean(), (value, type, mark) => {
        const body = Buffer.from((mark ? '\uFEFF' : '') + JSON.stringify(value));
        expect(presentBody(body, type, 'auto')).toEqual({
          body: JSON.parse(JSON.stringify(value)) as Json,
        });
      }),
    );
  });

  it('is text where it is text, and bytes where it is none: nothing is lost', () => {
    fc.assert(
      fc.property(bytes, (body) => {
        const shown = presentBody(body, 'application/octet-stream', 'auto');
        const back =
          shown.encoding === 'base64'
            ? Buffer.from(shown.body as string, 'base64')
            : Buffer.from(shown.body as string);
        // A decoder takes away the mark of the byte order.
        expect(back.equals(body) || `\uFEFF${back.toString()}` === body.toString()).toBe(true);
        expect(Buffer.from(presentBody(body, 'x', 'base64').body as string, 'base64')).toEqual(
          body,
        );
        expect(presentBody(body, 'x', 'none')).toEqual({ body: null });
      }),
    );
  });

  it('in another character set is read in that one', () => {
    expect(presentBody(Buffer.from([0xe9]), 'text/plain; charset=iso-8859-1', 'auto').body).toBe(
      'é',
    );
    expect(
      presentBody(Buffer.from([0xe9]), 'text/plain; charset="windows-1252"', 'text').body,
    ).toBe('é');
    expect(presentBody(Buffer.from('x'), 'text/plain; charset=nonsense', 'auto').encoding).toBe(
      'base64',
    );
  });
});

describe('what a server says about trying again', () => {
  const NOW = Date.UTC(2026, 0, 1);

  it.each([
    ['0', 0],
    ['120', 120_000],
    [' 5 ', 5000],
    ['99999999', 86_400_000],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j is %j ms', (header, ms) => {
    expect(retryAfterMs(header, NOW)).toBe(ms);
  });

  it('is never negative and never more than a day', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.nat().map(String)), (header) => {
        const ms = retryAfterMs(header, NOW);
        if (ms === undefined) return;
        expect(ms).toBeGreaterThanOrEqual(0);
        expect(ms).toBeLessThanOrEqual(86_400_000);
      }),
    );
  });

  it('statuses are expected by number and by class', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), (status) => {
        expect(expected(status, ['2xx'])).toBe(status >= 200 && status < 300);
        expect(expected(status, [404, '5xx'])).toBe(status === 404 || status >= 500);
        expect(expected(status, [])).toBe(false);
      }),
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

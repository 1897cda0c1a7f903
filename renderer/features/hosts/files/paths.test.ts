import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { baseName, joinPath, modeText, parentOf, trail } from './paths.ts';
import { RateMeter } from './transferStore.ts';

const name = fc.stringMatching(/^[^/\\\0]{1,8}$/);

describe('paths on a host', () => {
  it('lead down and up again', () => {
    // Bug caught: in the root a path begins with two slashes, or up from /a leads nowhere.
    expect(joinPath('/', 'etc')).toBe('/etc');
    expect(parentOf('/etc')).toBe('/');
    expect(parentOf('/')).toBe('/');
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 5 }), (names) => {
        const path = names.reduce(joinPath, '/');
        expect(baseName(path)).toBe(names.at(-1));
        expect(parentOf(path)).toBe(names.slice(0, -1).reduce(joinPath, '/'));
        expect(trail(path).at(-1)).toEqual({ name: names.at(-1), path });
        expect(trail(path)).toHaveLength(names.length + 1);
      }),
    );
  });

  it('of this machine end in their name on every system', () => {
    expect(baseName('C:\\Users\\ada\\site\\')).toBe('site');
    expect(baseName('/home/ada/site/')).toBe('site');
  });
});

describe('permissions', () => {
  it('read as ls writes them', () => {
    const cases: [number, string][] = [
      [0o755, 'rwxr-xr-x'],
      [0o640, 'rw-r-----'],
      [0o4755, 'rwsr-xr-x'],
      [0o2640, 'rw-r-S---'],
      [0o1777, 'rwxrwxrwt'],
      [0, '---------'],
    ];
    for (const [mode, text] of cases) expect(modeText(mode), text).toBe(text);
  });
});

describe('the rate of a transfer', () => {
  it('is what came in the last seconds, and nothing at the first look', () => {
    const meter = new RateMeter();
    expect(meter.read(0, 5000)).toBeUndefined();
    expect(meter.read(1000, 6000)).toBe(1000);
    for (let at = 2000; at <= 10_000; at += 1000) meter.read(at, 6000);
    // Bug caught: the rate of a stalled transfer stays that of its beginning.
    expect(meter.read(11_000, 6000)).toBe(0);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FuseV1Options } from '@electron/fuses';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { hardened } from './checkPackage.ts';
import { root } from './project.ts';

const names = Object.values(FuseV1Options).filter((name) => typeof name === 'string');
const state = new Map(hardened.map(([fuse, on]) => [FuseV1Options[fuse]!, on]));

describe('the fuses of the package', () => {
  it('are decided, each one that Electron has but for what is no matter of safety', () => {
    // Bug caught: a newer Electron brings a fuse that is on, and nobody thought about it.
    const undecided = names.filter((name) => !state.has(name));
    expect(undecided).toEqual(['WasmTrapHandlers'].filter((name) => names.includes(name)));
  });

  it('are checked as the packager is told to set them', () => {
    // Bug caught: the configuration and the check drift apart, and a release fails at its end.
    const config = parse(readFileSync(join(root, 'electron-builder.yml'), 'utf8')) as {
      electronFuses: Record<string, boolean>;
    };
    const wanted = Object.entries(config.electronFuses).map(([name, on]) => [
      name.charAt(0).toUpperCase() + name.slice(1),
      on,
    ]);
    expect(Object.fromEntries(wanted)).toEqual(Object.fromEntries(state));
  });

  it('let nobody run the app as a Node, nor load code from beside it', () => {
    expect(state.get('RunAsNode')).toBe(false);
    expect(state.get('EnableNodeOptionsEnvironmentVariable')).toBe(false);
    expect(state.get('EnableNodeCliInspectArguments')).toBe(false);
    expect(state.get('OnlyLoadAppFromAsar')).toBe(true);
    expect(state.get('EnableEmbeddedAsarIntegrityValidation')).toBe(true);
  });
});

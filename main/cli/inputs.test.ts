import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collectInputs } from './inputs.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexus-inputs-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('collectInputs', () => {
  it('keeps everything after the first = (a value may hold = itself)', async () => {
    expect(await collectInputs(['query=a=b', 'empty='], undefined)).toEqual({
      query: 'a=b',
      empty: '',
    });
  });

  it('lets --input win over the file, so that one value can be changed', async () => {
    const file = join(folder, 'inputs.json');
    await writeFile(file, '{"a": 1, "b": {"c": true}}');
    expect(await collectInputs(['a=2'], file)).toEqual({ a: '2', b: { c: true } });
  });

  it.each(['novalue', '=x', ''])('refuses “%s” as an error of usage', async (pair) => {
    await expect(collectInputs([pair], undefined)).rejects.toMatchObject({ code: 'usage.invalid' });
  });

  it.each(['[1]', '"text"', '{', 'null'])('refuses a file that holds %s', async (text) => {
    const file = join(folder, 'inputs.json');
    await writeFile(file, text);
    await expect(collectInputs([], file)).rejects.toMatchObject({ code: 'usage.invalid' });
  });

  it('says so when the file is not there', async () => {
    await expect(collectInputs([], join(folder, 'none.json'))).rejects.toMatchObject({
      code: 'usage.invalid',
    });
  });
});

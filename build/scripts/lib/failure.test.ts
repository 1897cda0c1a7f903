import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure, main } from './failure.ts';

let said: string[];
const before = process.exitCode;
beforeEach(() => {
  said = [];
  vi.spyOn(console, 'error').mockImplementation((line: string) => void said.push(line));
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = before;
});

describe('a script', () => {
  it.each([0, 1, 7])('ends with what its work answers: %i', async (code) => {
    await main(async () => code);
    expect([process.exitCode, said]).toEqual([code, []]);
  });

  it('that a person can help says what is the matter and what to do, without a stack', async () => {
    await main(async () => {
      throw new Failure('no Electron', 'Check the network.');
    });
    expect(process.exitCode).toBe(1);
    expect(said).toEqual(['nexus: no Electron\n       Check the network.']);
  });

  it('that is broken shows its stack', async () => {
    // Bug caught: a defect of a script that looks like advice.
    await expect(main(() => Promise.reject(new TypeError('x is undefined')))).rejects.toThrow(
      TypeError,
    );
    expect(said).toEqual([]);
  });
});

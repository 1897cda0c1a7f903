import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startAskpass } from './askpass.ts';

let folder: string;
let stop: () => void = () => undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nexus-ask-'));
});
afterEach(() => {
  stop();
  rmSync(folder, { recursive: true });
});

function start(
  answer: (prompt: string) => Promise<string>,
  notice: (prompt: string) => void = () => undefined,
) {
  const made = startAskpass(folder, { answer, notice });
  stop = made.stop;
  /** Asks as ssh does: runs the program with the prompt, reads one line from it. */
  const ask = (prompt: string, kind?: string) => {
    const env = { PATH: process.env['PATH'], ...(kind ? { SSH_ASKPASS_PROMPT: kind } : {}) };
    const child = spawn(made.env['SSH_ASKPASS']!, [prompt], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const out: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    const ended = new Promise<{ code: number | null; text: string }>((resolve) => {
      child.once('close', (code) => resolve({ code, text: Buffer.concat(out).toString() }));
    });
    return { child, ended };
  };
  return { ...made, ask };
}

describe('what ssh runs to ask', () => {
  it('hands over any prompt and any answer, byte for byte', async () => {
    // Bug caught: a passphrase with a backslash, a quote or blanks at its ends is another one.
    const text = fc.string({
      unit: fc.constantFrom('a', ' ', '\\', "'", '"', '$', '`', 'é', '%', '-', '*', '\t'),
      maxLength: 20,
    });
    let expected = { prompt: '', answer: '' };
    const { ask } = start(async (prompt) => {
      expect(prompt).toBe(expected.prompt);
      return expected.answer;
    });
    await fc.assert(
      fc.asyncProperty(text, text, async (prompt, answer) => {
        expected = { prompt: `${prompt}\nx`, answer };
        expect(await ask(expected.prompt).ended).toEqual({ code: 0, text: `${answer}\n` });
      }),
      { numRuns: 20 },
    );
    expect(readdirSync(folder)).toEqual(['ask']);
  });

  it('answers several at once, each its own', async () => {
    const { ask } = start(async (prompt) => {
      if (prompt === 'slow') await new Promise((resolve) => setTimeout(resolve, 100));
      return `to ${prompt}`;
    });
    const asked = ['slow', 'one', 'two', 'three'].map((prompt) => ask(prompt).ended);
    expect((await Promise.all(asked)).map(({ text }) => text)).toEqual([
      'to slow\n',
      'to one\n',
      'to two\n',
      'to three\n',
    ]);
  });

  it('ends with an error where the person refuses, and keeps why', async () => {
    const refusal = new Error('refused');
    const { ask, error } = start(() => Promise.reject(refusal));
    expect(error()).toBeUndefined();
    expect(await ask('Password: ').ended).toEqual({ code: 1, text: '' });
    expect(error()).toBe(refusal);
  });

  it('tells what wants no answer, and stands until ssh ends it', async () => {
    const noticed: string[] = [];
    const { ask } = start(
      () => Promise.reject(new Error('it was asked')),
      (prompt) => noticed.push(prompt),
    );
    const { child, ended } = ask('Confirm user presence for key', 'none');
    await expect.poll(() => noticed).toEqual(['Confirm user presence for key']);
    expect(child.exitCode).toBeNull();
    child.kill();
    await ended;
  });

  it('puts no answer into a file: it goes through a pipe that is its owner’s alone', async () => {
    const seen: string[] = [];
    const { ask } = start(async () => {
      for (const name of readdirSync(folder)) {
        const info = statSync(join(folder, name));
        seen.push(
          `${name[0]} ${info.isFIFO() ? 'pipe' : 'file'} ${(info.mode & 0o777).toString(8)}`,
        );
      }
      return 'secret';
    });
    await ask('Password: ').ended;
    expect(seen.toSorted()).toEqual(['a file 700', 'a pipe 600']);
  });

  it('is named to ssh, and forced: also where there is a terminal', () => {
    const { env } = start(() => Promise.resolve(''));
    expect(env).toMatchObject({ SSH_ASKPASS: join(folder, 'ask'), SSH_ASKPASS_REQUIRE: 'force' });
    // Older versions ask by it only where there seems to be a display.
    expect(env['DISPLAY']).toBeTruthy();
  });
});

import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Exit } from '../connection/connection.ts';
import { pour } from './pour.ts';

/** A command of this machine, as a channel to a host's. */
function command(script: string) {
  const child = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.on('error', () => undefined);
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const exit = new Promise<Exit>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal })),
  );
  return { stdin: child.stdin, exit, said: () => said.trim() };
}

async function* chunks(count: number, bytes = 100_000) {
  for (let i = 0; i < count; i += 1) yield Buffer.alloc(bytes, 'x');
}

describe('pouring into a command', () => {
  it('gives it all there is, and waits while it is slow', async () => {
    const slow = command('sleep 0.2; wc -c');
    let most = 0;
    await pour(chunks(50), slow, () => (most = Math.max(most, slow.stdin.writableLength)));
    expect(await slow.exit).toEqual({ code: 0, signal: null });
    expect(slow.said()).toBe('5000000');
    expect(most).toBeLessThanOrEqual(200_000);
  });

  it('ends with the command, whose exit tells why: not with the pipe that is broken before', async () => {
    // Bug caught: the connection is lost, and the error says “This machine: write EPIPE”.
    const deaf = command('exec <&-; sleep 0.3; exit 3');
    await pour(chunks(1000), deaf, () => undefined);
    expect(await deaf.exit).toMatchObject({ code: 3 });
  });

  it('ends where a command has ended before', async () => {
    const gone = command('exit 0');
    await gone.exit;
    let taken = 0;
    await pour(chunks(1000), gone, () => (taken += 1));
    expect(taken).toBeLessThan(1000);
  });

  it('throws what the source throws, and does not let it pass for the end', async () => {
    const reader = command('cat >/dev/null; echo whole');
    async function* broken() {
      yield Buffer.from('x');
      throw new Error('the disk is gone');
    }
    await expect(pour(broken(), reader, () => undefined)).rejects.toThrow('the disk is gone');
    expect(reader.stdin.writableEnded).toBe(false);
    reader.stdin.destroy();
    await reader.exit;
  });
});

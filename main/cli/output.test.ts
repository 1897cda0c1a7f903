import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { drained, onOutputGone, watchOutput } from './output.ts';

const failure = (code: string) => Object.assign(new Error(`write ${code}`), { code });

function watched(exitCode?: number) {
  const [stdout, stderr] = [new EventEmitter(), new EventEmitter()];
  const exit = { exitCode };
  const said: string[] = [];
  const conclude = watchOutput([stdout, stderr], exit, (text) => said.push(text));
  return { stdout, stderr, exit, said, conclude };
}

describe('output that finds no place', () => {
  it('is told at the end, once, and makes the exit code 1', () => {
    // Bug caught: `nexus audit export > file` on a full disk ended with the stack trace of a defect.
    const { stdout, exit, said, conclude } = watched();
    stdout.emit('error', failure('ENOSPC'));
    stdout.emit('error', failure('EIO'));
    expect([exit.exitCode, said]).toEqual([undefined, []]);
    conclude();
    expect(exit.exitCode).toBe(1);
    expect(said).toEqual([
      'error: The output could not be written: the disk is full. [output.failed]\n',
    ]);
  });

  it('is no error where the reader has had enough', () => {
    const { stdout, stderr, exit, said, conclude } = watched();
    stdout.emit('error', failure('EPIPE'));
    stderr.emit('error', failure('EPIPE'));
    conclude();
    expect([exit.exitCode, said]).toEqual([undefined, []]);
  });

  it('keeps the exit code that the command chose, and names what the system said', () => {
    const { stderr, exit, said, conclude } = watched(42);
    stderr.emit('error', failure('EIO'));
    conclude();
    expect(exit.exitCode).toBe(42);
    expect(said).toEqual(['error: The output could not be written: write EIO. [output.failed]\n']);
  });

  it('has the exit code left where stderr takes nothing either', () => {
    const stderr = new EventEmitter();
    const exit: { exitCode?: number } = {};
    const conclude = watchOutput([stderr], exit, () => {
      throw failure('ENOSPC');
    });
    stderr.emit('error', failure('ENOSPC'));
    conclude();
    expect(exit.exitCode).toBe(1);
  });
});

describe('onOutputGone', () => {
  it('hears of it once, and leaves no listener behind', () => {
    const before = process.stdout.listenerCount('error');
    const gone = vi.fn<(error: Error) => void>();
    const stop = onOutputGone(gone);
    process.stdout.emit('error', failure('EPIPE'));
    expect(gone).toHaveBeenCalledExactlyOnceWith(failure('EPIPE'));
    onOutputGone(gone)();
    stop();
    expect(process.stdout.listenerCount('error')).toBe(before);
  });
});

describe('drained', () => {
  it.each(['drain', 'error', 'close'])('waits for %s, and for no more', async (event) => {
    // Bug caught: `nexus ssh web yes | head -1` called the closed pipe a defect of Nexus.
    const stream = new PassThrough();
    const waiting = drained(stream);
    stream.emit(event, failure('EPIPE'));
    await expect(waiting).resolves.toBeUndefined();
    for (const one of ['drain', 'error', 'close']) expect(stream.listenerCount(one)).toBe(0);
  });
});

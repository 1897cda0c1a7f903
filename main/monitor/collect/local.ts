import { spawn } from 'node:child_process';
import { NexusError } from '#main/base/errors.ts';
import type { Ran, RunCommand } from './collect.ts';

/** Runs a command on this machine as a host would: `/bin/sh -c`, with input and limits. */
export const runHere: RunCommand = (command, { stdin, timeoutMs, maxBytes, signal }) =>
  new Promise<Ran>((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', command], {
      // Nothing of Nexus's own environment is needed, and some of it may be secret.
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true,
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    let failure: NexusError | undefined;
    const end = (error?: NexusError) => {
      failure ??= error;
      // The group: the shell's own children go with it.
      if (child.pid !== undefined && child.exitCode === null)
        try {
          process.kill(-child.pid, 'SIGKILL');
        } catch {
          child.kill('SIGKILL');
        }
    };
    const timer = setTimeout(() => end(timedOut(timeoutMs)), timeoutMs).unref();
    const aborted = () => end(stopped());
    signal?.addEventListener('abort', aborted, { once: true });
    if (signal?.aborted) aborted();
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) chunks.push(chunk);
      else end();
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin);
    const settle = (done: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', aborted);
      done();
    };
    child.once('error', (error) => settle(() => reject(error)));
    child.once('close', (exitCode) =>
      settle(() =>
        failure
          ? reject(failure)
          : resolve({
              exitCode,
              stdout: Buffer.concat(chunks),
              stderr: Buffer.alloc(0),
              truncated: bytes > maxBytes,
            }),
      ),
    );
  });

function timedOut(ms: number): NexusError {
  return new NexusError({
    code: 'monitor.timeout',
    message: `This machine did not answer within ${ms / 1000} s.`,
    hint: 'It is very busy, or a file system does not answer.',
    kind: 'operational',
  });
}

function stopped(): NexusError {
  return new NexusError({
    code: 'monitor.stopped',
    message: 'The look at this machine was stopped.',
    kind: 'operational',
  });
}

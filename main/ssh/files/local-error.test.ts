import { describe, expect, it } from 'vitest';
import { NexusError } from '#main/base/errors.ts';
import { localError } from './local-error.ts';

describe('what broke on this machine', () => {
  it('is said in words, with the file, and is no defect of Nexus', () => {
    const cause = Object.assign(new Error("EACCES: permission denied, open '/etc/x, y'"), {
      code: 'EACCES',
      path: '/etc/x, y',
    });
    expect(localError('upload', cause)).toMatchObject({
      code: 'ssh.upload_failed',
      message: '/etc/x, y on this machine: permission denied.',
      cause,
    });
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
    });
    expect(localError('download', full)).toMatchObject({
      code: 'ssh.download_failed',
      message: 'This machine: no space left on device.',
    });
  });

  it('leaves alone what is something else', () => {
    const others = [
      new NexusError({ code: 'ssh.timeout', message: 'late' }),
      new Error('enough'),
      Object.assign(new Error('closed'), { code: 'ERR_STREAM_PREMATURE_CLOSE' }),
      'text',
      undefined,
    ];
    for (const one of others) expect(localError('upload', one)).toBe(one);
  });
});

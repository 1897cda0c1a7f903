import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import type { EventEmitter } from 'node:events';
import type { SFTPWrapper } from 'ssh2';
import sftpModule from 'ssh2/lib/protocol/SFTP.js';
import { sshError } from '../connection/errors.ts';
import { guardedSftp } from '../connection/guarded-sftp.ts';

type Engine = EventEmitter & { push(data: Buffer | null): void; _init(): void };
type EngineClass = new (client: object, channel: object, config: object) => Engine;
const { SFTP } = sftpModule as unknown as { SFTP: EngineClass };

/**
 * The SFTP client of ssh2 over a process that speaks the protocol on its streams (`ssh -s HOST
 * sftp`), in place of the channel that it is made for.
 */
export function sftpOver(child: ChildProcessWithoutNullStreams): Promise<SFTPWrapper> {
  const protocol = {
    _remoteIdentRaw: undefined,
    channelData: (_: number, data: Buffer) => void child.stdin.write(Buffer.from(data)),
    channelClose: () => child.kill(),
    channelEOF: () => child.stdin.end(),
  };
  const open = { id: 0, window: Number.MAX_SAFE_INTEGER, packetSize: 32 * 1024, state: 'open' };
  const channel = { type: 'sftp', incoming: { ...open }, outgoing: { ...open } };
  const sftp = new SFTP({ _protocol: protocol }, channel, {});
  guardedSftp(sftp as unknown as SFTPWrapper);
  child.stdout.on('data', (data: Buffer) => sftp.push(data));
  child.stderr.resume();
  return new Promise((resolve, reject) => {
    child.once('close', () => {
      sftp.push(null);
      sftp.emit('close');
      reject(
        sshError(
          'channel_refused',
          'The host refused the file transfer.',
          'Its sshd may have no Subsystem sftp.',
        ),
      );
    });
    sftp.once('ready', () => resolve(sftp as unknown as SFTPWrapper));
    sftp.once('error', reject);
    sftp._init();
  });
}

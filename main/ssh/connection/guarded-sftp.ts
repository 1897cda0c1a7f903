import type { SFTPWrapper } from 'ssh2';

/**
 * Keeps what a server says within its own session: the client throws where nobody hears its error,
 * and again at the next piece of nonsense, in the midst of the connection that others share. The
 * requests that are open fail, and the session ends.
 */
export function guardedSftp(sftp: SFTPWrapper): SFTPWrapper {
  const engine = sftp as unknown as { push(data: Buffer | null): void };
  const push = engine.push.bind(sftp);
  let broken = false;
  sftp.on('error', () => (broken = true));
  engine.push = (data) => {
    if (broken && data !== null) return;
    try {
      push(data);
    } catch {
      broken = true;
      // Answers whoever waits.
      push(null);
      sftp.end();
    }
  };
  return sftp;
}

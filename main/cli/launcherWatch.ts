import { Socket } from 'node:net';

/**
 * When the command line was started through the launcher in `build/bin` (on a system whose own Node
 * is too old), the launcher holds the other end of a pipe. The pipe's end means that the launcher is
 * gone, be it by SIGKILL; then `stop` is called once, so that no orphan goes on working.
 *
 * @param stop how to end; by default with SIGTERM to ourselves, which the commands handle.
 * @returns whether there is a launcher to watch.
 */
export function watchLauncher(
  env: NodeJS.ProcessEnv = process.env,
  stop: () => void = () => process.kill(process.pid, 'SIGTERM'),
): boolean {
  const fd = Number(env['NEXUS_LAUNCHER_FD']);
  // The children of this process are not children of the launcher.
  delete env['NEXUS_LAUNCHER_FD'];
  if (!Number.isInteger(fd) || fd < 3) return false;
  const pipe = new Socket({ fd, readable: true, writable: false });
  let told = false;
  const end = () => {
    if (told) return;
    told = true;
    stop();
  };
  pipe.once('close', end);
  pipe.on('error', end);
  pipe.resume();
  // Watching must not keep a finished command alive.
  pipe.unref();
  return true;
}

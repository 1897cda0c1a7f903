import type { NexusClient } from '#contract/client.ts';
import { NexusError, toNexusError } from '#main/base/errors.ts';
import { pathsOf, resolveHome } from '#main/base/paths.ts';
import type { Engine } from '#main/platform.ts';
import { connectLocal } from '#main/socket/index.ts';
import type { GlobalOptions } from './io.ts';
import { givenPassphrase } from './passphrase.ts';

/** A client and what stands behind it: a running platform, or one of our own for this command's duration. */
export interface Session {
  client: NexusClient;
  /** Set when no platform was running on this home. */
  own?: OwnPlatform;
  close(): Promise<void>;
}

/** The part of an in-process platform that commands steer. */
export interface OwnPlatform {
  /**
   * Takes over a run that nobody drives any more; false where another process drives it (it hears of
   * us through the journal) or where it is over.
   */
  adopt(run: string): Promise<boolean>;
  /** Resolves when nothing is executing: runs ended, or wait for a time or a person. */
  parked(): Promise<void>;
}

/** Connects to the platform that runs on this home, or opens one in this process. */
export async function openSession(options: GlobalOptions): Promise<Session> {
  const home = resolveHome(options.home);
  const running = await connectLocal(pathsOf(home).socket);
  if (running) return { client: running.client, close: () => running.close() };
  const { createPlatform } = await import('#main/platform.ts');
  const platform = await createPlatform({
    home,
    mode: 'command',
    vaultPassphrase: await givenPassphrase(options),
  });
  return {
    client: platform.localClient({ name: 'owner', role: 'admin', face: 'cli' }),
    own: { adopt: (run) => adopt(platform.engine, run), parked: () => platform.engine.parked() },
    close: () => platform.close(),
  };
}

async function adopt(engine: Engine, run: string): Promise<boolean> {
  try {
    await engine.adopt(run);
    return true;
  } catch (error) {
    if (!(error instanceof NexusError) || !['run.owned', 'run.ended'].includes(error.code))
      throw error;
    return false;
  }
}

/** Runs `work` with a session and closes it whatever happens. */
export async function withSession<T>(
  options: GlobalOptions,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await openSession(options);
  // The platform's timers do not keep a process alive; a command that waits for one must stay.
  const alive = setInterval(() => undefined, 2 ** 30);
  try {
    return await work(session);
  } catch (error) {
    throw toNexusError(error);
  } finally {
    await session.close().finally(() => clearInterval(alive));
  }
}

/** The connection to a running platform, or undefined. */
export async function runningClient(
  options: GlobalOptions,
): Promise<{ client: NexusClient; close(): Promise<void> } | undefined> {
  return connectLocal(pathsOf(resolveHome(options.home)).socket);
}

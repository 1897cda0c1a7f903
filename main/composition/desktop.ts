import { readStream } from '#contract/client.ts';
import type { Notification } from '#contract/platform.ts';
import type { PortLike } from '#main/api/index.ts';
import { NexusError } from '#main/base/errors.ts';
import type { PowerSignal } from '#main/base/wake.ts';
import { connectLocal, type LocalConnection, relayLocal } from '#main/socket/index.ts';

/** What stands behind a window. */
export interface Behind {
  /** Answers the calls that come through a page's port. */
  bindPort(port: PortLike): void;
  /** How many terminals end with it: none of a joined platform's, which goes on. */
  openTerminals(): number;
  power(signal: PowerSignal): void;
  /** Resolves when nothing of ours is left running. A platform that was joined goes on. */
  stop(): Promise<void>;
}

export interface BehindOptions {
  /** Where a platform of this home listens. */
  socket: string;
  /** Opens our own platform. @throws NexusError `platform.running` where another has the home */
  open: () => Promise<Behind>;
  /** Shows a notification of the joined platform on this desktop. */
  desktop: (note: Notification) => void;
  log: (message: string) => void;
}

/**
 * The platform behind the window: our own, or, where one runs on this home already (`nexus serve`),
 * that one. A joined platform that ends is waited for and not replaced: whoever runs it restarts it,
 * and would find the home taken.
 *
 * @throws NexusError whatever `open` throws, and `socket.*` where the running one cannot be joined
 */
export async function openBehind(options: BehindOptions): Promise<Behind> {
  try {
    return await options.open();
  } catch (error) {
    if (!(error instanceof NexusError) || error.code !== 'platform.running') throw error;
    const running = await connectLocal(options.socket, 'window');
    // It ended in between.
    if (!running) return options.open();
    options.log('the window has joined the Nexus that runs on this home');
    return joined(options, running);
  }
}

function joined({ socket, desktop, log }: BehindOptions, first: LocalConnection): Behind {
  let teller: LocalConnection | undefined = first;
  const tell = async (connection: LocalConnection) => {
    teller = connection;
    await tellDesktop(connection, desktop).catch(() => undefined);
    // The page asks for a new port when the platform is there again; then so do we.
    if (teller === connection) teller = undefined;
    await connection.close();
  };
  void tell(first);
  const relay = async (port: PortLike) => {
    if (!(await relayLocal(socket, port))) return port.close();
    if (teller) return;
    const again = await connectLocal(socket, 'window');
    if (again) void tell(again);
  };
  return {
    bindPort(port) {
      relay(port).catch((error: unknown) => {
        log(`the running Nexus cannot be reached: ${(error as Error).message}`);
        port.close();
      });
    },
    openTerminals: () => 0,
    power(signal) {
      // It notices by itself that it was asleep, and knows whether its vault is to be locked.
      if (signal === 'resume') return;
      teller?.client.vault
        .lock({ why: signal })
        .catch((error: unknown) => log(`the vault was not locked: ${(error as Error).message}`));
    },
    stop: async () => teller?.close(),
  };
}

// Notifications reach the person where the window is, which `nexus serve` does not know.
async function tellDesktop(
  { client }: LocalConnection,
  desktop: (note: Notification) => void,
): Promise<void> {
  for await (const note of readStream(client, client.notifications.watch({}))) {
    const { desktop_notifications: wanted } = await client.settings.get({});
    if (wanted) desktop(note);
  }
}

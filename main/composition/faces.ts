import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Role } from '#contract/define.ts';
import type { Api } from '#main/api/index.ts';
import { NexusError } from '#main/base/errors.ts';
import { resourcesFolder } from '#main/base/resources.ts';
import { version } from '#main/base/version.ts';
import { createGateway, type Gateway } from '#main/gateway/index.ts';
import type { Parts } from './parts.ts';
import { listenLocal, type LocalListener } from '#main/socket/index.ts';

/** The doors of a platform that others can knock at: the local socket and, where it was asked for, HTTP. */
export interface Faces {
  address(): string | null;
  loginLink(role: Role): { url: string; expires_at: string };
  openHttp(): Promise<void>;
  closeHttp(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the local socket; HTTP follows with `openHttp`, when everything that it serves is ready.
 * @throws NexusError `platform.running` when another Nexus has this home
 */
export async function openFaces(parts: Parts, api: Api): Promise<Faces> {
  const { paths, options, log } = parts;
  const local = await openSocket(parts, api);
  let gateway: Gateway | undefined;
  const delay = monitorEventLoopDelay({ resolution: 10 });
  return {
    address: () => gateway?.address ?? null,
    loginLink(role) {
      if (!gateway)
        throw new NexusError({
          code: 'gateway.off',
          message: 'The dashboard is off: this Nexus does not listen on HTTP.',
          hint: 'Run the headless platform: nexus serve',
          kind: 'operational',
        });
      const { token, expires_at } = parts.access.createLoginLink(role);
      return { url: `${gateway.address}/login?token=${token}`, expires_at };
    },
    async openHttp() {
      if (!options.http) return;
      delay.enable();
      gateway = await createGateway({
        ...options.http,
        // Names by which a proxy in front calls this machine; all others are refused (DNS rebinding).
        allowedHosts: (process.env['NEXUS_ALLOWED_HOSTS'] ?? '').split(',').filter(Boolean),
        api,
        access: parts.access,
        record: (entry) => parts.audit.append(entry),
        webhooks: parts.webhooks,
        files: parts.files,
        rendererDir: join(resourcesFolder(), '..', 'out', 'renderer'),
        version,
        healthy: () => parts.engine.state().state === 'ready',
        figures: () => ({
          counters: parts.engine.counters(),
          gauges: {
            active_runs: parts.engine.activeRuns(),
            schedules: parts.scheduler.count(),
            event_loop_delay_p99_ms: delay.percentile(99) / 1e6,
          },
        }),
        log,
      });
    },
    async closeHttp() {
      delay.disable();
      await gateway?.close();
      gateway = undefined;
    },
    async close() {
      await gateway?.close();
      await local?.close();
      log.debug('the faces are closed', { home: paths.home });
    },
  };
}

// A command ends when its own work does, so it offers itself to nobody: others reach its runs through
// the journal, and a platform that stays can start beside it.
async function openSocket(
  { paths, options, log }: Parts,
  api: Api,
): Promise<LocalListener | undefined> {
  if (options.mode === 'command') return undefined;
  try {
    return await listenLocal({ path: paths.socket, api, version, log });
  } catch (error) {
    if (!(error instanceof NexusError) || error.code !== 'socket.in_use') throw error;
    throw new NexusError({
      code: 'platform.running',
      message: `Nexus already runs on ${paths.home}.`,
      hint: 'Use the running one (nexus status), stop it, or choose another home with --home.',
      kind: 'operational',
      cause: error,
    });
  }
}

import { join } from 'node:path';
import type { NexusClient } from '#contract/client.ts';
import type { Caller } from '#contract/platform.ts';
import { createApi, type Api } from '#main/api/index.ts';
import { databaseError } from '#main/base/database.ts';
import { makeFolder } from '#main/base/files.ts';
import { withoutCoreDumps } from '#main/base/coreDumps.ts';
import { redactCrashes } from '#main/base/crash.ts';
import { createLogger } from '#main/base/log.ts';
import { openLogFile } from '#main/base/logFile.ts';
import { LogRing } from '#main/base/logRing.ts';
import { pathsOf } from '#main/base/paths.ts';
import { createRedactor } from '#main/base/redact.ts';
import { resourcesFolder } from '#main/base/resources.ts';
import { watchForWake } from '#main/base/wake.ts';
import type { Vault } from '#main/vault/index.ts';
import { createTemplates } from '#main/workflows/templates/index.ts';
import { buildParts } from './composition/build.ts';
import { openFaces, type Faces } from './composition/faces.ts';
import type { Engine, Parts, PlatformOptions } from './composition/parts.ts';
import { keepRetention } from './composition/retention.ts';
import { createServices } from './composition/services.ts';
import { shortSecrets } from './composition/shortSecrets.ts';
import { wireTriggers } from './composition/triggers.ts';
import { unlockAtStart } from './composition/vault.ts';
import { welcome } from './composition/welcome.ts';

export type { Engine, PlatformOptions } from './composition/parts.ts';

/** A running platform. */
export interface Platform {
  engine: Engine;
  vault: Vault;
  api: Api;
  localClient(caller: Caller): NexusClient;
  /** The dashboard's address; null while HTTP is off. */
  address(): string | null;
  /** The machine sleeps or its screen is locked: the vault is locked, where the settings say so. */
  personLeft(why: 'sleep' | 'screen'): void;
  /** A one-time login link. @throws NexusError `gateway.off` */
  loginLink(): { url: string; expires_at: string };
  /**
   * The machine has slept: connections that do not answer within `patienceMs` are given up, and
   * terminals come back. Nexus notices it by itself.
   */
  woke(patienceMs?: number): Promise<void>;
  /** How many terminals would end with the platform. */
  openTerminals(): number;
  close(): Promise<void>;
}

/**
 * Opens a platform on a home. What Nexus consists of is built in `composition/build.ts`; here it is
 * opened and closed, in order.
 *
 * @throws NexusError `database.*` when the home cannot be used, `socket.in_use` when another Nexus has it
 */
export async function createPlatform(options: PlatformOptions): Promise<Platform> {
  const paths = pathsOf(options.home);
  await makeFolder(paths.home).catch((error: unknown) => {
    throw databaseError(error, paths.home);
  });
  const short = shortSecrets();
  const redactor = createRedactor({ onShort: short.found });
  const stopCrashes = redactCrashes((text) => redactor.redactText(text));
  const ring = new LogRing();
  const file = await openLogFile(paths.logs);
  const log = createLogger([ring.sink, file.sink], (text) => redactor.redactText(text));
  void withoutCoreDumps().then((done) => {
    if (!done) log.info('A crash may leave a core dump, which would hold unlocked secrets');
  });
  const readable = <T>(open: () => T): T => {
    try {
      return open();
    } catch (error) {
      throw databaseError(error, paths.database);
    }
  };
  const parts = readable(() => buildParts({ options, paths, log, ring, redactor }));
  short.tell({
    log,
    ...(options.mode === 'command' ? {} : { notifications: parts.notifications }),
  });
  const api = createApi({
    services: createServices(parts, () => faces),
    record: (entry, intent) => parts.audit.append(entry, intent),
    announce: (intent) => parts.audit.announce(intent),
    redactJson: (value) => redactor.redactJson(value),
    log,
  });
  let faces: Faces | undefined;
  try {
    // The socket first: it is what makes this process the one platform of its home (commands come and go beside it).
    faces = await openFaces(parts, api);
    await begin(parts);
    await faces.openHttp();
  } catch (error) {
    await faces?.close();
    await end(parts).catch((second: unknown) =>
      log.warn('Nexus could not close', { error: second }),
    );
    throw databaseError(error, paths.database);
  }
  const woke = async (patienceMs?: number) => {
    // A desktop tells of a sleep before it comes; elsewhere this is the first word of it.
    if (options.mode === 'serve') parts.vault.personLeft('sleep');
    // Terminals that lost their hosts come back at once; those that do not know it yet, soon.
    parts.terminals.woke();
    await parts.ssh.probe(patienceMs);
  };
  const stopWake = watchForWake(() => void woke());
  const stopRetention = options.mode === 'command' ? () => undefined : keepRetention(parts);
  log.info('Nexus is open', { home: paths.home, mode: options.mode, address: faces.address() });
  return {
    engine: parts.engine,
    vault: parts.vault,
    api,
    localClient: (caller) => api.localClient(caller),
    address: () => faces?.address() ?? null,
    personLeft: (why) => parts.vault.personLeft(why),
    loginLink: () => faces!.loginLink('admin'),
    woke,
    openTerminals: () => parts.terminals.count,
    async close() {
      stopWake();
      stopRetention();
      await faces?.closeHttp();
      await end(parts);
      await faces?.close();
      await file.close();
      stopCrashes();
    },
  };
}

async function begin(parts: Parts): Promise<void> {
  const { engine, scheduler, store, vault, audit, options } = parts;
  audit.recover();
  await welcome(parts, createTemplates(join(resourcesFolder(), 'templates')));
  await store.open();
  wireTriggers(parts);
  await vault.open();
  await unlockAtStart(vault, options.vaultPassphrase, parts.log, options.mode);
  await engine.open(options.mode === 'command' ? 'own' : 'all');
  if (options.mode === 'command') return;
  scheduler.open();
  await parts.alerts.open();
  parts.monitor.open();
}

async function end(parts: Parts): Promise<void> {
  const { engine, scheduler, monitor, alerts, store, vault, audit, db, options } = parts;
  const { questions, hosts, ssh, terminals } = parts;
  await terminals.close();
  await scheduler.close();
  await monitor.close();
  await alerts.close();
  await engine.close(options.mode === 'command' ? 0 : 5000);
  questions.close();
  hosts.close();
  await ssh.close();
  await store.close();
  vault.close();
  audit.flush();
  db.close();
}

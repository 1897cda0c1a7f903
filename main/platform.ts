import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { NexusClient } from '#contract/client.ts';
import type { Json } from '#contract/common.ts';
import type { Caller, Notification } from '#contract/platform.ts';
import type { TriggerInfo } from '#contract/runs.ts';
import { Access, accessMigrations } from '#main/access/index.ts';
import { createApi, type Api } from '#main/api/index.ts';
import { Audit, auditMigrations } from '#main/audit/index.ts';
import { systemClock } from '#main/base/clock.ts';
import { databaseError, migrate, openDatabase, type Database } from '#main/base/database.ts';
import { EventBus } from '#main/base/events.ts';
import { createLogger, type Logger } from '#main/base/log.ts';
import { openLogFile } from '#main/base/logFile.ts';
import { LogRing } from '#main/base/logRing.ts';
import { pathsOf, type Paths } from '#main/base/paths.ts';
import { createRedactor, type Redactor } from '#main/base/redact.ts';
import { resourcesFolder } from '#main/base/resources.ts';
import { watchForWake } from '#main/base/wake.ts';
import {
  createNotifications,
  notificationMigrations,
  type Notifications,
} from '#main/notifications/index.ts';
import {
  checkCron,
  createScheduler,
  schedulerMigrations,
  type Scheduler,
} from '#main/scheduler/index.ts';
import {
  environmentSecrets,
  redactedSecrets,
  type SecretProvider,
  requireSecret,
} from '#main/secrets/index.ts';
import { createQuestions, type Questions } from '#main/questions/index.ts';
import {
  createSsh,
  type Fabric,
  HostOperations,
  productionGate,
  sshMigrations,
} from '#main/ssh/index.ts';
import type { SshKindDoor } from '#main/ssh/kinds/index.ts';
import { createSettings, settingsMigrations, type SettingsStore } from '#main/settings/index.ts';
import { terminalMigrations, Terminals } from '#main/terminals/index.ts';
import {
  type Completions,
  createCompletions,
  createWebhooks,
  triggersMigrations,
  type Webhooks,
} from '#main/triggers/index.ts';
import { createEngine, engineMigrations, type EngineEvents } from '#main/workflows/engine/index.ts';
import { compileJson } from '#main/workflows/language/index.ts';
import { allKinds } from './composition/kinds.ts';
import { createKindRegistry, type KindRegistry } from '#main/workflows/kinds/registry.ts';
import {
  createWorkflowStore,
  workflowMigrations,
  type WorkflowStore,
} from '#main/workflows/store/index.ts';
import { createTemplates } from '#main/workflows/templates/index.ts';
import { openFaces, type Faces } from './composition/faces.ts';
import { keepRetention } from './composition/retention.ts';
import { createServices } from './composition/services.ts';
import { runnableOf, scheduledOf } from './composition/runnable.ts';
import { shortSecrets } from './composition/shortSecrets.ts';
import { tellPeople, wireTriggers } from './composition/triggers.ts';
import { welcome } from './composition/welcome.ts';

export interface PlatformOptions {
  home: string;
  /** `command`: one command of the command line; drives only what it starts, fires no schedules. */
  mode: 'desktop' | 'serve' | 'command';
  http?: { host: string; port: number };
  /** Shows a notification on the desktop. */
  desktop?: (note: Notification) => void;
  /** After how many milliseconds of silence another process's runs are taken over; default 30 s. */
  leaseTtlMs?: number;
}

/** The tables of every service, in the order in which they are made. */
const migrations = [
  settingsMigrations,
  notificationMigrations,
  auditMigrations,
  accessMigrations,
  workflowMigrations,
  engineMigrations,
  schedulerMigrations,
  triggersMigrations,
  terminalMigrations,
  sshMigrations,
];

export type Engine = ReturnType<typeof createEngine>;

/** Everything that Nexus consists of, built once and in order. */
export interface Parts {
  options: PlatformOptions;
  paths: Paths;
  db: Database;
  log: Logger;
  ring: LogRing;
  redactor: Redactor;
  secrets: SecretProvider;
  settings: SettingsStore;
  notifications: Notifications;
  /** One for all: a source that is tried out runs the same steps as a file. */
  kinds: KindRegistry;
  store: WorkflowStore;
  engine: Engine;
  scheduler: Scheduler;
  webhooks: Webhooks;
  completions: Completions;
  terminals: Terminals;
  access: Access;
  audit: Audit;
  questions: Questions;
  ssh: Fabric;
  hosts: HostOperations;
  startedAt: number;
}

/** A running platform. */
export interface Platform {
  engine: Engine;
  api: Api;
  localClient(caller: Caller): NexusClient;
  /** The dashboard's address; null while HTTP is off. */
  address(): string | null;
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
 * Opens a platform on a home. If you want to know what Nexus consists of, read this file.
 *
 * @throws NexusError `database.*` when the home cannot be used, `socket.in_use` when another Nexus has it
 */
export async function createPlatform(options: PlatformOptions): Promise<Platform> {
  const paths = pathsOf(options.home);
  await mkdir(paths.home, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw databaseError(error, paths.home);
  });
  const short = shortSecrets();
  const redactor = createRedactor({ onShort: short.found });
  const ring = new LogRing();
  const file = await openLogFile(paths.logs);
  const log = createLogger([ring.sink, file.sink], (text) => redactor.redactText(text));
  const readable = <T>(open: () => T): T => {
    try {
      return open();
    } catch (error) {
      throw databaseError(error, paths.database);
    }
  };
  const parts = readable(() => build(options, paths, log, ring, redactor));
  short.tell({
    log,
    ...(options.mode === 'command' ? {} : { notifications: parts.notifications }),
  });
  const api = createApi({
    services: createServices(parts, () => faces),
    record: (entry, intent) => parts.audit.append(entry, intent),
    announce: (intent) => parts.audit.announce(intent),
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
    // Terminals that lost their hosts come back at once; those that do not know it yet, soon.
    parts.terminals.woke();
    await parts.ssh.probe(patienceMs);
  };
  const stopWake = watchForWake(() => void woke());
  const stopRetention = options.mode === 'command' ? () => undefined : keepRetention(parts);
  log.info('Nexus is open', { home: paths.home, mode: options.mode, address: faces.address() });
  return {
    engine: parts.engine,
    api,
    localClient: (caller) => api.localClient(caller),
    address: () => faces?.address() ?? null,
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
    },
  };
}

function build(
  options: PlatformOptions,
  paths: Paths,
  log: Logger,
  ring: LogRing,
  redactor: Redactor,
): Parts {
  const clock = systemClock;
  const db = openDatabase(paths.database);
  migrate(db, migrations);
  const secrets = redactedSecrets(environmentSecrets(), redactor);
  const redact = (text: string) => redactor.redactText(text);
  let sshDoor: SshKindDoor | undefined;
  const kinds = createKindRegistry(allKinds(() => sshDoor));
  const settings = createSettings({ db, log: log.part('settings') });
  const notifications = createNotifications({
    db,
    clock,
    redact,
    ...(options.desktop ? { desktop: options.desktop } : {}),
    desktopAllowed: () => settings.get().desktop_notifications,
    onError: (error) => log.warn('the desktop could not show a notification', { error }),
  });
  const store = createWorkflowStore({
    dir: paths.workflows,
    kinds,
    db,
    clock,
    log: log.part('workflows'),
    checkCron,
  });
  const compile = (value: Json) => compileJson(value, { stepIds: new Set() });
  const completions = createCompletions({
    clock,
    log: log.part('triggers'),
    secrets,
    workflow: (name) => scheduledOf(store, name),
    compile,
    report: (workflow, error) => {
      notifications.notify({
        level: 'danger',
        title: `${workflow} was not started`,
        body: error.message,
      });
    },
  });
  const events = new EventBus<EngineEvents>((error) =>
    log.error('a listener of the engine failed', { error }),
  );
  let parallel = settings.get().max_parallel_steps;
  const engine: Engine = createEngine({
    db,
    home: paths.home,
    outputs: paths.outputs,
    clock,
    log: log.part('engine'),
    events,
    definition: (hash) => store.definition(hash),
    versions: store.versions,
    remember: (compiled) => store.remember(compiled),
    workflow: (name) => runnableOf(store, name),
    secret: (name) => requireSecret(secrets, name),
    redact,
    redactJson: (value) => redactor.redactJson(value),
    conceal: (value) => redactor.add(value),
    notify: ({ level, title, body, run }) => {
      notifications.notify({
        level,
        title,
        link: `/runs/${run}`,
        ...(body === undefined ? {} : { body }),
      });
    },
    followers: (run, outputs) => completions.followers(run, outputs),
    maxParallelSteps: () => parallel,
    ...(options.leaseTtlMs === undefined ? {} : { leaseTtlMs: options.leaseTtlMs }),
  });
  settings.onChange(() => {
    parallel = settings.get().max_parallel_steps;
    engine.limitsChanged();
  });
  const start = async (
    workflow: string,
    inputs: Record<string, Json>,
    trigger: TriggerInfo,
    more: { dedupeKey?: string; wantResponse?: boolean },
  ) => engine.start({ workflow: scheduledOf(store, workflow), inputs, trigger, ...more });
  const scheduler = createScheduler({
    db,
    clock,
    log: log.part('scheduler'),
    exists: (workflow) => store.files().some((file) => file.name === workflow),
    start: async (workflow, inputs, trigger, dedupeKey) => {
      const { run, skipped } = await start(workflow, inputs, trigger, { dedupeKey });
      return { run: run.id, skipped };
    },
  });
  const webhooks = createWebhooks({
    db,
    clock,
    log: log.part('webhooks'),
    secrets,
    start,
    compile,
    finished: (run, signal) => engine.finished(run, signal),
  });
  const audit = new Audit({ db, clock, redact });
  const access = new Access({ db, clock });
  const questions = createQuestions({
    clock,
    mustBeWatched: options.mode === 'command',
    onAsked: ({ title }) => {
      notifications.notify({ level: 'warn', title, body: 'Nexus waits for an answer.' });
    },
  });
  const gate = productionGate(() => settings.get()['ssh.production_approval'] === 'on');
  const ssh = createSsh({
    db,
    home: paths.home,
    clock,
    log: log.part('ssh'),
    questions,
    gate,
    secret: (name) => requireSecret(secrets, name),
  });
  const hosts = new HostOperations({ fabric: ssh, questions, gate, clock });
  sshDoor = { inventory: ssh.hosts, operations: hosts, gate };
  const terminals = new Terminals({
    db,
    clock,
    log: log.part('terminals'),
    redactor,
    logs: paths.logs,
    scrollback: () => settings.get().terminal_scrollback,
    openHostShell: (host, shell) => ssh.shell(host, shell),
  });
  tellPeople(notifications, events);
  return {
    options,
    paths,
    db,
    log,
    ring,
    redactor,
    secrets,
    settings,
    notifications,
    kinds,
    store,
    engine,
    scheduler,
    webhooks,
    completions,
    terminals,
    access,
    audit,
    questions,
    ssh,
    hosts,
    startedAt: Date.now(),
  };
}

async function begin(parts: Parts): Promise<void> {
  const { engine, scheduler, store, audit, options } = parts;
  audit.recover();
  await welcome(parts, createTemplates(join(resourcesFolder(), 'templates')));
  await store.open();
  wireTriggers(parts);
  await engine.open(options.mode === 'command' ? 'own' : 'all');
  if (options.mode !== 'command') scheduler.open();
}

async function end(parts: Parts): Promise<void> {
  const { engine, scheduler, store, audit, db, options, questions, hosts, ssh, terminals } = parts;
  await terminals.close();
  await scheduler.close();
  await engine.close(options.mode === 'command' ? 0 : 5000);
  questions.close();
  hosts.close();
  await ssh.close();
  await store.close();
  audit.flush();
  db.close();
}

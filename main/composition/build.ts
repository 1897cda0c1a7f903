import { Access, accessMigrations } from '#main/access/index.ts';
import { Audit, auditMigrations } from '#main/audit/index.ts';
import { systemClock } from '#main/base/clock.ts';
import { migrate, openDatabase } from '#main/base/database.ts';
import { EventBus } from '#main/base/events.ts';
import { monitorMigrations } from '#main/monitor/index.ts';
import { createNotifications, notificationMigrations } from '#main/notifications/index.ts';
import { schedulerMigrations } from '#main/scheduler/index.ts';
import { environmentSecrets, layeredSecrets, redactedSecrets } from '#main/secrets/index.ts';
import { createSettings, settingsMigrations } from '#main/settings/index.ts';
import { sshMigrations } from '#main/ssh/index.ts';
import type { SshKindDoor } from '#main/ssh/kinds/index.ts';
import { terminalMigrations } from '#main/terminals/index.ts';
import { triggersMigrations } from '#main/triggers/index.ts';
import { vaultMigrations } from '#main/vault/index.ts';
import { engineMigrations, type EngineEvents } from '#main/workflows/engine/index.ts';
import { createKindRegistry } from '#main/workflows/kinds/registry.ts';
import { workflowMigrations } from '#main/workflows/store/index.ts';
import { createHosts } from './hosts.ts';
import { allKinds } from './kinds.ts';
import { createMonitoring } from './monitoring.ts';
import type { Ground, Parts } from './parts.ts';
import { tellPeople } from './triggers.ts';
import { buildVault, joinVault, lockedNotice } from './vault.ts';
import { createWorkflows } from './workflows.ts';

/** The tables of every service, in the order in which they are made. */
const migrations = [
  settingsMigrations,
  notificationMigrations,
  auditMigrations,
  vaultMigrations,
  accessMigrations,
  workflowMigrations,
  engineMigrations,
  schedulerMigrations,
  triggersMigrations,
  monitorMigrations,
  terminalMigrations,
  sshMigrations,
];

/** Builds every service, in order. Nothing runs yet. @throws SQLite's errors */
export function buildParts(given: Omit<Ground, 'db' | 'clock'>): Parts {
  const db = openDatabase(given.paths.database);
  migrate(db, migrations);
  const ground: Ground = { ...given, db, clock: systemClock };
  const { options, log, redactor, clock } = ground;
  const redact = (text: string) => redactor.redactText(text);
  const settings = createSettings({ db, log: log.part('settings') });
  const audit = new Audit({ db, clock, redact });
  const vault = buildVault(ground, settings, (entry) => audit.append(entry));
  const secrets = layeredSecrets(vault, redactedSecrets(environmentSecrets(), redactor));
  const notifications = createNotifications({
    db,
    clock,
    redact,
    ...(options.desktop ? { desktop: options.desktop } : {}),
    desktopAllowed: () => settings.get().desktop_notifications,
    onError: (error) => log.warn('the desktop could not show a notification', { error }),
  });
  const events = new EventBus<EngineEvents>((error) =>
    log.error('a listener of the engine failed', { error }),
  );
  const notice = lockedNotice(vault, notifications);
  // Steps on hosts are known before the hosts are: workflows are read first, and run later.
  let hostSteps: SshKindDoor | undefined;
  const kinds = createKindRegistry(allKinds(() => hostSteps));
  const base = { ...ground, settings, audit, vault, secrets, notifications, kinds };
  const { start, ...workflows } = createWorkflows(base, events, notice);
  const { gate, ...hosts } = createHosts(base);
  hostSteps = { inventory: hosts.ssh.hosts, operations: hosts.hosts, gate };
  tellPeople(notifications, events);
  joinVault(vault, workflows.engine, events, notice);
  return {
    ...base,
    ...workflows,
    ...hosts,
    ...createMonitoring({ ...base, ...workflows, ...hosts, start }),
    access: new Access({ db, clock }),
    startedAt: Date.now(),
  };
}

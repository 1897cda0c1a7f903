import type { Notification } from '#contract/platform.ts';
import type { Access } from '#main/access/index.ts';
import type { Audit } from '#main/audit/index.ts';
import type { Clock } from '#main/base/clock.ts';
import type { Database } from '#main/base/database.ts';
import type { Logger } from '#main/base/log.ts';
import type { LogRing } from '#main/base/logRing.ts';
import type { Paths } from '#main/base/paths.ts';
import type { Redactor } from '#main/base/redact.ts';
import type { Alerts, Monitor } from '#main/monitor/index.ts';
import type { Notifications } from '#main/notifications/index.ts';
import type { Questions } from '#main/questions/index.ts';
import type { Scheduler } from '#main/scheduler/index.ts';
import type { SecretProvider } from '#main/secrets/index.ts';
import type { SettingsStore } from '#main/settings/index.ts';
import type { Fabric, FileExchange, HostOperations } from '#main/ssh/index.ts';
import type { Terminals } from '#main/terminals/index.ts';
import type { AlertTriggers, Completions, Webhooks } from '#main/triggers/index.ts';
import type { Keychain, Vault } from '#main/vault/index.ts';
import type { createEngine } from '#main/workflows/engine/index.ts';
import type { KindRegistry } from '#main/workflows/kinds/registry.ts';
import type { WorkflowStore } from '#main/workflows/store/index.ts';

export interface PlatformOptions {
  home: string;
  /** `command`: one command of the command line; drives only what it starts, fires no schedules. */
  mode: 'desktop' | 'serve' | 'command';
  http?: { host: string; port: number };
  /** Shows a notification on the desktop. */
  desktop?: (note: Notification) => void;
  /** After how many milliseconds of silence another process's runs are taken over; default 30 s. */
  leaseTtlMs?: number;
  /** The system’s keychain, where there is a desktop. */
  keychain?: Keychain;
  /** Opens the vault at the start. */
  vaultPassphrase?: string | undefined;
}

export type Engine = ReturnType<typeof createEngine>;

/** What every service stands on. */
export interface Ground {
  options: PlatformOptions;
  paths: Paths;
  db: Database;
  clock: Clock;
  log: Logger;
  ring: LogRing;
  redactor: Redactor;
}

/** Everything that Nexus consists of, built once and in order. */
export interface Parts extends Ground {
  secrets: SecretProvider;
  vault: Vault;
  settings: SettingsStore;
  notifications: Notifications;
  /** One for all: a source that is tried out runs the same steps as a file. */
  kinds: KindRegistry;
  store: WorkflowStore;
  engine: Engine;
  scheduler: Scheduler;
  webhooks: Webhooks;
  completions: Completions;
  monitor: Monitor;
  alerts: Alerts;
  alertTriggers: AlertTriggers;
  terminals: Terminals;
  access: Access;
  audit: Audit;
  questions: Questions;
  ssh: Fabric;
  hosts: HostOperations;
  files: FileExchange;
  startedAt: number;
}

/** What workflows and hosts are built on. */
export type Base = Ground &
  Pick<Parts, 'settings' | 'audit' | 'vault' | 'secrets' | 'notifications' | 'kinds'>;

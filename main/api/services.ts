import type { Caller } from '#contract/platform.ts';
import type { Redactor } from '#main/base/redact.ts';
import type { CompiledWorkflow } from '#main/workflows/language/index.ts';
import type { Vault } from '#main/vault/index.ts';
import type { Terminals } from '#main/terminals/index.ts';
import type { ConnectionHealth } from '#contract/hosts.ts';
import type { Questions } from '#main/questions/index.ts';
import type { FileExchange, HostOperations, HostStore } from '#main/ssh/index.ts';
import type { Engine } from '#main/workflows/engine/index.ts';
import type { In, Out } from './handlerTypes.ts';

type Maybe<T> = T | Promise<T>;

/** What the table of operations is bound to; `platform.ts` provides it. */
export interface Services {
  /** What concerns the process as a whole. */
  platform: {
    status(): Maybe<Out<'platform', 'status'>>;
    /** The status now, then again whenever it changed. */
    watch(signal: AbortSignal): Out<'platform', 'watch'>;
    /** What is held in memory, then what comes. */
    logs(signal: AbortSignal): Out<'platform', 'logs'>;
    /** @throws NexusError `gateway.off` while HTTP is off. */
    loginLink(role: Caller['role']): Maybe<Out<'platform', 'loginLink'>>;
  };
  engine: Engine;
  workflows: {
    list(): Maybe<Out<'workflows', 'list'>['workflows']>;
    get(name: string): Maybe<Out<'workflows', 'get'>['workflow']>;
    validate(input: In<'workflows', 'validate'>): Maybe<Out<'workflows', 'validate'>>;
    save(input: In<'workflows', 'save'>): Maybe<Out<'workflows', 'save'>['workflow']>;
    create(input: In<'workflows', 'create'>): Maybe<Out<'workflows', 'create'>['workflow']>;
    rename(name: string, to: string): Maybe<Out<'workflows', 'rename'>['workflow']>;
    /** The name in the trash, for {@link restore}. */
    remove(name: string): Maybe<string>;
    restore(trash: string): Maybe<Out<'workflows', 'restore'>['workflow']>;
    enable(name: string, enabled: boolean): Maybe<Out<'workflows', 'enable'>['workflow']>;
    kinds(): Maybe<Out<'workflows', 'kinds'>['kinds']>;
    schema(): Maybe<Out<'workflows', 'schema'>['schema']>;
    templates(): Maybe<Out<'workflows', 'templates'>['templates']>;
    preview(input: In<'workflows', 'preview'>): Maybe<Out<'workflows', 'preview'>>;
    /**
     * The workflow ready to run: the file's, or that of `source` where it is given.
     * @throws NexusError `workflow.not_found`, `workflow.invalid`
     */
    compiled(name: string, source?: string): Maybe<CompiledWorkflow>;
  };
  vault: Omit<
    Vault,
    | 'open'
    | 'close'
    | 'get'
    | 'names'
    | 'used'
    | 'on'
    | 'paused'
    | 'stir'
    | 'unlocked'
    | 'unattended'
    | 'exists'
    | 'idleChanged'
  >;
  schedules: {
    list(workflow: string | undefined): Maybe<Out<'schedules', 'list'>['schedules']>;
    add(input: In<'schedules', 'add'>): Maybe<Out<'schedules', 'add'>['schedule']>;
    remove(id: string): Maybe<boolean>;
    pause(id: string): Maybe<Out<'schedules', 'pause'>['schedule']>;
    resume(id: string): Maybe<Out<'schedules', 'resume'>['schedule']>;
    history(id: string, limit: number): Maybe<Out<'schedules', 'history'>['firings']>;
    next(input: In<'schedules', 'next'>): Maybe<Out<'schedules', 'next'>>;
    watch(signal: AbortSignal): Out<'schedules', 'watch'>;
  };
  monitor: {
    hosts(): Maybe<Out<'monitor', 'hosts'>['hosts']>;
    set(input: In<'monitor', 'set'>): Maybe<Out<'monitor', 'set'>['host']>;
    metrics(host: string): Maybe<Out<'monitor', 'metrics'>['metrics']>;
    latest(host: string): Maybe<Out<'monitor', 'latest'>['sample']>;
    look(host: string): Maybe<Out<'monitor', 'look'>['sample']>;
    facts(host: string): Maybe<Out<'monitor', 'facts'>['facts']>;
    series(input: In<'monitor', 'series'>): Maybe<Out<'monitor', 'series'>>;
    live(host: string | undefined, signal: AbortSignal): Out<'monitor', 'live'>;
  };
  alerts: {
    rules(): Maybe<Out<'alerts', 'rules'>['rules']>;
    add(input: In<'alerts', 'add'>): Maybe<Out<'alerts', 'add'>['rule']>;
    update(input: In<'alerts', 'update'>): Maybe<Out<'alerts', 'update'>['rule']>;
    remove(id: string): Maybe<boolean>;
    setPaused(id: string, paused: boolean): Maybe<Out<'alerts', 'pause'>['rule']>;
    states(filter: In<'alerts', 'states'>): Maybe<Out<'alerts', 'states'>['states']>;
    history(limit: number): Maybe<Out<'alerts', 'history'>['alerts']>;
    watch(signal: AbortSignal): Out<'alerts', 'watch'>;
  };
  audit: {
    list(input: In<'audit', 'list'>): Maybe<Out<'audit', 'list'>>;
    verify(): Maybe<Out<'audit', 'verify'>>;
    export(input: In<'audit', 'export'>): Maybe<Out<'audit', 'export'>>;
  };
  settings: {
    get(): Maybe<Out<'settings', 'get'>>;
    set(change: In<'settings', 'set'>): Maybe<Out<'settings', 'set'>>;
  };
  tokens: {
    list(): Maybe<Out<'tokens', 'list'>['tokens']>;
    create(input: In<'tokens', 'create'>): Maybe<Out<'tokens', 'create'>>;
    revoke(id: string): Maybe<boolean>;
  };
  hosts: {
    inventory: HostStore;
    health: () => ConnectionHealth[];
    operations: HostOperations;
    /** Hides secrets in what is shown on a page. */
    redactor: Pick<Redactor, 'stream' | 'redactJson'>;
  };
  files: Pick<FileExchange, 'openUpload' | 'openDownload' | 'take'>;
  questions: Questions;
  notifications: {
    list(): Maybe<Out<'notifications', 'list'>['notifications']>;
    /** Marks these read, or all; answers how many were unread. */
    read(ids: string[] | undefined): Maybe<number>;
    watch(signal: AbortSignal): Out<'notifications', 'watch'>;
  };
  terminals: Pick<Terminals, Exclude<keyof Terminals, 'close' | 'count' | 'woke'>>;
}

import type { Access } from '#main/access/index.ts';
import type { Api } from '#main/api/index.ts';
import type { AuditRecord } from '#main/audit/index.ts';
import type { Logger } from '#main/base/log.ts';
import type { Figures } from '#main/telemetry/index.ts';
import type { FileDoor } from './files.ts';
import type { HookDoor } from './hooks.ts';
import type { RateLimits } from './rateLimit.ts';

/** What the gateway is made from. */
export interface GatewayOptions {
  /** Address to listen on; anything but loopback is warned about. */
  host: string;
  /** 0 picks a free one. */
  port: number;
  /** Further names by which this machine is called, e.g. behind a proxy: `nexus.example.org`. */
  allowedHosts?: readonly string[];
  api: Api;
  access: Access;
  record(entry: AuditRecord): Promise<void>;
  webhooks: HookDoor;
  files: FileDoor['files'];
  /** Where the built renderer is. */
  rendererDir: string;
  version: string;
  /** What `/healthz` says; default: fine. */
  healthy?: () => boolean;
  /** What `/metrics` tells besides the operations. */
  figures?: () => { counters: Figures; gauges: Figures };
  log: Logger;
  rates?: Partial<RateLimits>;
  /** Largest REST body in bytes; default 1 MiB, or what saving a workflow needs. */
  maxBody?: number;
}

/** The running gateway. */
export interface Gateway {
  /** Where it is reached, e.g. `http://127.0.0.1:8420`. */
  address: string;
  port: number;
  /** Ends sockets and streams and waits for requests in flight. */
  close(): Promise<void>;
}

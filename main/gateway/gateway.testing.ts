import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Access, accessMigrations } from '#main/access/index.ts';
import { createApi } from '#main/api/index.ts';
import { memoryServices } from '#main/api/services.testing.ts';
import { Audit, auditMigrations } from '#main/audit/index.ts';
import { systemClock } from '#main/base/clock.ts';
import { migrate, openDatabase } from '#main/base/database.ts';
import { createLogger, type LogRecord, silentLogger } from '#main/base/log.ts';
import type { WebhookRequest } from '#main/triggers/index.ts';
import { createGateway, type GatewayOptions } from './index.ts';

/** A gateway on real sockets with a real database; the services behind the table are in memory. */
export async function openGateway(more: Partial<GatewayOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'nexus-gateway-'));
  mkdirSync(join(folder, 'renderer', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'renderer', 'index.html'), '<!doctype html><title>Dashboard</title>');
  writeFileSync(join(folder, 'renderer', 'assets', 'app-1a2b.js'), 'export {};');
  writeFileSync(join(folder, 'outside.js'), 'secret');
  const db = openDatabase(':memory:');
  migrate(db, [auditMigrations, accessMigrations]);
  const audit = new Audit({ db, clock: systemClock, redact: (text) => text });
  const access = new Access({ db, clock: systemClock });
  const services = memoryServices();
  const warnings: LogRecord[] = [];
  const log = createLogger([(line) => warnings.push(line)], (text) => text, 'warn');
  const api = createApi({
    services,
    record: (entry, intent) => audit.append(entry, intent),
    announce: (intent) => audit.announce(intent),
    log: silentLogger,
  });
  const delivered: WebhookRequest[] = [];
  const gateway = await createGateway({
    host: '127.0.0.1',
    port: 0,
    api,
    access,
    record: (entry) => audit.append(entry),
    webhooks: {
      maxBody: (path) => (path === 'hello' ? 1000 : undefined),
      handle: async (request) => {
        delivered.push(request);
        return {
          status: 200,
          headers: { 'content-type': 'text/plain', 'set-cookie': 'a=b', 'x-mine': 'kept' },
          body: 'ok',
        };
      },
    },
    files: services.files,
    rendererDir: join(folder, 'renderer'),
    version: '1.2.3',
    log,
    ...more,
  });
  const bearer = (role: 'viewer' | 'operator' | 'admin') => ({
    authorization: `Bearer ${access.createToken({ name: `t-${role}-${Math.random()}`, role }).secret}`,
  });
  return {
    ...gateway,
    gateway,
    api,
    access,
    audit,
    services,
    warnings,
    delivered,
    bearer,
    url: (path: string) => `${gateway.address}${path}`,
    /** Sends bytes as they are and gives everything that comes back until the end. */
    raw: (text: string) => rawRequest(gateway.port, text),
    async end() {
      await gateway.close();
      db.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
export type OpenGateway = Awaited<ReturnType<typeof openGateway>>;

function rawRequest(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => (answer += chunk));
    socket.on('end', () => resolve(answer));
    socket.on('error', (error) => (answer === '' ? reject(error) : resolve(answer)));
    socket.write(text, 'latin1');
  });
}

/** One request line with the headers that every request here needs. */
export function requestText(
  port: number,
  line: string,
  headers: Record<string, string> = {},
  body = '',
): string {
  const all: Record<string, string> = {
    Host: `127.0.0.1:${port}`,
    Connection: 'close',
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return `${line} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
}

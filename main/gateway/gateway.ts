import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Connection, operationError, StreamGates, unauthenticated } from '#main/api/index.ts';
import { NexusError } from '#main/base/errors.ts';
import type { Logger } from '#main/base/log.ts';
import { exposition } from '#main/telemetry/index.ts';
import { notFound, rateLimited, send, sendJson, sendProblem, wrongMethod } from './answer.ts';
import { Dashboard } from './dashboard.ts';
import { checkRequest, needsOrigin } from './guard.ts';
import { serveFile } from './files.ts';
import { serveHook } from './hooks.ts';
import { type HostPolicy, hostPolicy, isLoopback, urlHost } from './hosts.ts';
import { cookieName, cookieValue, type Identity, identify } from './identity.ts';
import { listenError } from './listenError.ts';
import { askForLogin, serveLogin } from './login.ts';
import type { Gateway, GatewayOptions } from './options.ts';
import { DEFAULT_RATES, RateLimit, type RateLimits } from './rateLimit.ts';
import type { ServeRest } from './rest.ts';
import { refuseUpgrade, Sockets } from './sockets.ts';
import type { Target } from './target.ts';

/** A workflow's text may have 2 MB; every other body is far smaller. */
const SAVE_BODY = 8 * 1024 * 1024;

/**
 * Opens the HTTP face: REST and its document, the dashboard with its login and WebSocket, webhooks,
 * health and metrics.
 *
 * @throws NexusError `gateway.in_use`, `gateway.failed`
 */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const server = new HttpFace(options);
  await server.listen();
  return server;
}

class HttpFace implements Gateway {
  readonly #options: GatewayOptions;
  readonly #log: Logger;
  readonly #server: Server;
  readonly #sockets: Sockets;
  readonly #dashboard: Dashboard;
  readonly #limits: Record<keyof RateLimits, RateLimit>;
  #hosts: HostPolicy;
  #rest: Promise<ServeRest> | undefined;
  #document: Promise<string> | undefined;
  address = '';
  port = 0;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#log = options.log.part('gateway');
    this.#sockets = new Sockets(options.api);
    this.#dashboard = new Dashboard(options.rendererDir);
    const rates = { ...DEFAULT_RATES, ...options.rates };
    this.#limits = {
      login: new RateLimit(rates.login),
      refusals: new RateLimit(rates.refusals),
      calls: new RateLimit(rates.calls),
      hookRefusals: new RateLimit(rates.hookRefusals),
    };
    this.#hosts = hostPolicy(0, []);
    this.#server = createServer(
      {
        headersTimeout: 10_000,
        // A file may take hours; `body.ts` and `files.ts` have patience of their own.
        requestTimeout: 0,
        keepAliveTimeout: 30_000,
        maxHeaderSize: 16 * 1024,
        connectionsCheckingInterval: 5000,
      },
      (request, response) => void this.#serve(request, response),
    );
    this.#server.maxHeadersCount = 100;
    this.#server.on(
      'upgrade',
      (request: IncomingMessage, stream: Duplex, head: Buffer) =>
        void this.#upgrade(request, stream, head),
    );
  }

  async listen(): Promise<void> {
    const { host, port, allowedHosts = [] } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) =>
        reject(listenError(error, host, port)),
      );
      this.#server.listen({ host, port }, resolve);
    });
    this.port = (this.#server.address() as AddressInfo).port;
    const everywhere = host === '0.0.0.0' || host === '::';
    this.address = `http://${urlHost(everywhere ? '127.0.0.1' : host)}:${this.port}`;
    const own = everywhere ? [] : [`${urlHost(host)}:${this.port}`];
    this.#hosts = hostPolicy(this.port, [...own, ...allowedHosts]);
    if (!isLoopback(host))
      this.#log.warn(
        `Nexus listens on ${host}, so others on the network can reach it, without encryption. Put a proxy with TLS before it, or listen on 127.0.0.1.`,
      );
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#sockets.close();
    this.#server.closeIdleConnections();
    // Streams have no end of their own.
    const patience = setTimeout(() => this.#server.closeAllConnections(), 1000);
    await closed;
    clearTimeout(patience);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const target = checkRequest(request, this.#hosts);
      if (target.path.startsWith('/hooks/')) {
        const { webhooks } = this.#options;
        return await serveHook(request, response, target, webhooks, this.#limits.hookRefusals);
      }
      await this.#route(request, response, target);
    } catch (thrown) {
      this.#fail(request, response, thrown);
    }
  }

  // The whole list of what is open to everybody; whatever is not named here needs to know the caller.
  async #route(request: IncomingMessage, response: ServerResponse, target: Target): Promise<void> {
    const { path } = target;
    if (path === '/healthz') return this.#health(request, response);
    if (path === '/api/openapi.json') return this.#serveDocument(request, response);
    if (path === '/login') return this.#login(request, response, target);
    return this.#routeKnown(request, response, target, this.#identify(request));
  }

  async #routeKnown(
    request: IncomingMessage,
    response: ServerResponse,
    target: Target,
    identity: Identity | undefined,
  ): Promise<void> {
    const { path } = target;
    if (path === '/api/v1' || path.startsWith('/api/v1/'))
      return this.#serveRest(request, response, target, identity);
    if (!identity) return this.#refuseUnknown(request, response, path);
    if (path.startsWith('/files/')) return this.#serveFile(request, response, path, identity);
    if (path === '/logout') return this.#logout(request, response);
    if (request.method !== 'GET' && request.method !== 'HEAD') throw wrongMethod(request.method);
    if (path === '/metrics') return this.#metrics(response);
    if (path === '/api' || path.startsWith('/api/') || path === '/ws') throw notFound();
    await this.#dashboard.serve(request, response, path);
  }

  // Throws instead of answering undefined where a cookie came without the word of its page.
  #identify(request: IncomingMessage): Identity | undefined {
    const identity = identify(request, this.#options.access, this.port);
    if (identity?.by !== 'session' || !needsOrigin(request)) return identity;
    throw new NexusError({
      code: 'http.origin_refused',
      message: 'A session may change something only from a page of the dashboard.',
      hint: 'Use a token for programs: Authorization: Bearer …',
    });
  }

  async #serveRest(
    request: IncomingMessage,
    response: ServerResponse,
    target: Target,
    identity: Identity | undefined,
  ): Promise<void> {
    const limit = identity ? this.#limits.calls : this.#limits.refusals;
    const wait = limit.take(request.socket.remoteAddress ?? '');
    if (wait > 0) throw rateLimited(wait);
    const connection: Connection = {
      identify: () => identity?.again(),
      face: identity?.caller.face ?? 'rest',
      streams: new StreamGates(false),
    };
    const { api, maxBody = SAVE_BODY } = this.#options;
    this.#rest ??= import('./rest.ts').then(({ createRest }) => createRest(api, maxBody));
    await (await this.#rest)(request, response, target, connection);
  }

  async #serveFile(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    identity: Identity,
  ): Promise<void> {
    const wait = this.#limits.calls.take(request.socket.remoteAddress ?? '');
    if (wait > 0) throw rateLimited(wait);
    await serveFile(request, response, path, identity, this.#options);
  }

  async #refuseUnknown(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
  ): Promise<void> {
    const wait = this.#limits.refusals.take(request.socket.remoteAddress ?? '');
    if (wait > 0) throw rateLimited(wait);
    const file = path.startsWith('/files/');
    if (path === '/metrics') await this.#recordRefusal('gateway.metrics');
    if (file) await this.#recordRefusal('gateway.files');
    const page =
      request.method === 'GET' && !path.startsWith('/api') && path !== '/metrics' && !file;
    if (page && request.headers.authorization === undefined) return askForLogin(request, response);
    throw unauthenticated();
  }

  #health(request: IncomingMessage, response: ServerResponse): void {
    if (request.method !== 'GET' && request.method !== 'HEAD') throw wrongMethod(request.method);
    const healthy = this.#options.healthy?.() ?? true;
    sendJson(response, healthy ? 200 : 503, { status: healthy ? 'ok' : 'failing' });
  }

  async #serveDocument(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'GET' && request.method !== 'HEAD') throw wrongMethod(request.method);
    this.#document ??= import('./openapi.ts')
      .then(({ openApiDocument }) => openApiDocument(this.#options.version))
      .then((document) => JSON.stringify(document));
    send(response, 200, 'application/json', await this.#document);
  }

  async #login(request: IncomingMessage, response: ServerResponse, target: Target): Promise<void> {
    const attempts = request.method === 'POST' || target.search !== '';
    const wait = attempts ? this.#limits.login.take(request.socket.remoteAddress ?? '') : 0;
    if (wait > 0) throw rateLimited(wait);
    await serveLogin(request, response, target.search, {
      access: this.#options.access,
      record: (entry) => this.#options.record(entry),
      port: this.port,
    });
  }

  #logout(request: IncomingMessage, response: ServerResponse): void {
    if (request.method !== 'POST') throw wrongMethod(request.method);
    const name = cookieName(this.port);
    const session = cookieValue(request.headers.cookie ?? '', name);
    if (session !== undefined) this.#options.access.logout(session);
    this.#sockets.check();
    send(response, 303, 'text/plain', '', {
      location: '/login',
      'set-cookie': `${name}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`,
    });
  }

  #metrics(response: ServerResponse): void {
    const { counters, gauges } = this.#options.figures?.() ?? { counters: {}, gauges: {} };
    const text = exposition(this.#options.api.telemetry, counters, gauges);
    send(response, 200, 'text/plain; version=0.0.4; charset=utf-8', text);
  }

  async #upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> {
    // Nobody else listens yet, and a reset would otherwise end the process.
    stream.on('error', () => undefined);
    try {
      const { path } = checkRequest(request, this.#hosts);
      if (path !== '/ws') throw notFound();
      const identity = identify(request, this.#options.access, this.port);
      // A browser always says where the page is from; a cookie without it is no browser's.
      const trusted = identity && (identity.by === 'token' || request.headers.origin !== undefined);
      if (!trusted) {
        const wait = this.#limits.refusals.take(request.socket.remoteAddress ?? '');
        if (wait > 0) throw rateLimited(wait);
        await this.#recordRefusal('gateway.websocket');
        throw unauthenticated();
      }
      if (this.#sockets.full) throw rateLimited(30);
      this.#sockets.open(request, stream, head, identity);
    } catch (thrown) {
      refuseUpgrade(stream, this.#errorOf(thrown));
    }
  }

  async #recordRefusal(action: string): Promise<void> {
    const code = 'access.unauthenticated';
    await this.#options.record({
      actor: 'anonymous',
      face: 'rest',
      action,
      outcome: 'refused',
      code,
    });
  }

  #fail(request: IncomingMessage, response: ServerResponse, thrown: unknown): void {
    const error = this.#errorOf(thrown);
    const refused = error.code === 'http.host_refused' || error.code === 'http.origin_refused';
    const wait = refused ? this.#limits.refusals.take(request.socket.remoteAddress ?? '') : 0;
    const answer = wait > 0 ? rateLimited(wait) : error;
    const retry = answer.details?.['retry_after'];
    const headers: Record<string, string> = {};
    if (retry !== undefined) headers['retry-after'] = String(Number(retry));
    sendProblem(response, answer, headers);
  }

  #errorOf(thrown: unknown): NexusError {
    return operationError(thrown, (error) => this.#log.error('A request failed', { error }));
  }
}

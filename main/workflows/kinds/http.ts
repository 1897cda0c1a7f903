import type { Dispatcher } from 'undici';
import { z } from 'zod';
import { json, type Json } from '#contract/common.ts';
import { NexusError } from '#main/base/errors.ts';
import { checkTarget, dispatcherFor, environmentProxy, parseUrl, type Route } from './httpagent.ts';
import { presentBody, readBody } from './httpbody.ts';
import { expected, failure, sendError, statusError } from './httperror.ts';
import { stepKind, type StepContext } from './kind.ts';

const MIB = 1024 * 1024;
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
const SAFE = ['GET', 'HEAD', 'OPTIONS'];
const BODIES = ['json', 'form', 'body'] as const;

const scalar = z.union([z.string(), z.number(), z.boolean()]);

const withSchema = z.strictObject({
  url: z
    .string()
    .min(1)
    .meta({ title: 'Address', description: 'Begins with https:// or http://.' }),
  method: z
    .enum(METHODS)
    .optional()
    .meta({ title: 'Method', description: 'Default: GET, or POST where there is a body.' }),
  headers: z.record(z.string(), scalar.transform(String)).default({}).meta({ title: 'Headers' }),
  query: z
    .record(z.string(), z.union([scalar, z.array(scalar), z.null()]))
    .default({})
    .meta({ title: 'Query', description: 'Parameters added to the address; a list repeats one.' }),
  json: json.optional().meta({
    title: 'JSON body',
    description: 'Sent as application/json.',
    'x-nexus-editor': 'expression',
  }),
  form: z
    .record(z.string(), scalar)
    .optional()
    .meta({ title: 'Form body', description: 'Sent as application/x-www-form-urlencoded.' }),
  body: z
    .string()
    .optional()
    .meta({ title: 'Body', description: 'Sent as it is.', 'x-nexus-editor': 'text' }),
  auth: z
    .union([
      z.strictObject({ basic: z.strictObject({ username: z.string(), password: z.string() }) }),
      z.strictObject({ bearer: z.string().min(1) }),
    ])
    .optional()
    .meta({
      title: 'Authentication',
      description: 'Basic or bearer; never sent on to another origin by a redirect.',
    }),
  max_redirects: z.number().int().min(0).max(20).default(5).meta({ title: 'Redirects to follow' }),
  expect_status: z
    .array(z.union([z.number().int().min(100).max(599), z.string().regex(/^[1-5]xx$/)]))
    .min(1)
    .default(['2xx', '3xx'])
    .meta({ title: 'Expected status', description: 'Any other fails the step, e.g. [200, 404].' }),
  response: z.enum(['auto', 'json', 'text', 'base64', 'none']).default('auto').meta({
    title: 'Response',
    description: 'How to read the body. auto: JSON and text by content type, else base64.',
  }),
  max_response: z
    .number()
    .int()
    .min(0)
    .max(256 * MIB)
    .default(10 * MIB)
    .meta({ title: 'Response limit', description: 'Bytes, after decompression.' }),
  proxy: z.string().optional().meta({
    title: 'Proxy',
    description: 'Address of a proxy, or `none`; default: HTTPS_PROXY and its like.',
  }),
  tls: z
    .strictObject({ verify: z.boolean().default(true), ca: z.string().optional() })
    .optional()
    .meta({
      title: 'TLS',
      description: 'A certificate authority (PEM) to trust, or verify: false.',
    }),
  idempotent: z.boolean().default(false).meta({
    title: 'Safe to repeat',
    description: 'Sending it twice does no harm, so a crash in the middle may repeat it.',
  }),
});
type HttpInput = z.output<typeof withSchema>;

/** `http`: one request, its redirects followed. Private addresses are refused unless the workflow opens them. */
export const http = stepKind({
  kind: 'http',
  title: 'HTTP request',
  description: 'Sends a request and gives its status, headers and body.',
  icon: 'globe',
  group: 'Network',
  with: withSchema,
  outputs: z.object({
    status: z.number().int(),
    headers: z.record(z.string(), json).meta({ description: 'By lower-case name.' }),
    body: json.meta({ description: 'Parsed where it is JSON.' }),
    encoding: z
      .literal('base64')
      .optional()
      .meta({ description: 'Set where the body is not text.' }),
    url: z.string().meta({ description: 'Address that answered, after redirects.' }),
    ms: z.number().meta({ description: 'Duration in milliseconds.' }),
  }),
  example: `id: release
uses: http
with:
  url: https://api.example.com/releases
  query:
    limit: 1
  auth:
    bearer: \${{ secrets.API_TOKEN }}
`,
  effects(authored) {
    if (authored['idempotent'] === true) return 'idempotent';
    const bodied = BODIES.some((key) => authored[key] !== undefined);
    const method = authored['method'] ?? 'GET';
    return !bodied && typeof method === 'string' && SAFE.includes(method) ? 'idempotent' : 'once';
  },
  check(authored) {
    const bodies = BODIES.filter((key) => authored[key] !== undefined);
    if (bodies.length < 2) return [];
    return [
      {
        path: [bodies[1]!],
        code: 'http.two_bodies',
        message: `A request has one body; this one has ${bodies.join(' and ')}.`,
        hint: 'Keep one of `json`, `form` and `body`.',
      },
    ];
  },
  async execute(input, context) {
    const started = performance.now();
    const { response, url } = await follow(input, context);
    const bytes = await readResponse(response, input, context);
    const contentType = String(response.headers['content-type'] ?? '');
    if (!expected(response.statusCode, input.expect_status))
      throw statusError(response, url, bytes, context.clock.now());
    return {
      type: 'done',
      outputs: {
        status: response.statusCode,
        headers: plainHeaders(response.headers),
        ...presentBody(bytes, contentType, input.response),
        url: url.href,
        ms: Math.round(performance.now() - started),
      },
    };
  },
});

interface Outgoing {
  url: URL;
  method: string;
  headers: Record<string, string>;
  body: string | undefined;
}

function firstRequest(input: HttpInput): Outgoing {
  const url = parseUrl(input.url);
  for (const [name, value] of Object.entries(input.query)) {
    if (value === null) continue;
    for (const one of [value].flat()) url.searchParams.append(name, String(one));
  }
  const headers: Record<string, string> = {
    accept: '*/*',
    'accept-encoding': 'gzip, deflate, br',
    'user-agent': 'Nexus',
  };
  let body = input.body;
  if (input.json !== undefined) {
    body = JSON.stringify(input.json);
    headers['content-type'] = 'application/json';
  } else if (input.form !== undefined) {
    const pairs = Object.entries(input.form).map(([k, v]): [string, string] => [k, String(v)]);
    body = new URLSearchParams(pairs).toString();
    headers['content-type'] = 'application/x-www-form-urlencoded';
  }
  // user:password@ in an address is authentication too, and must not show in logs.
  if (url.username || url.password)
    headers['authorization'] = basic(
      decodeURIComponent(url.username),
      decodeURIComponent(url.password),
    );
  url.username = '';
  url.password = '';
  if (input.auth)
    headers['authorization'] =
      'basic' in input.auth
        ? basic(input.auth.basic.username, input.auth.basic.password)
        : `Bearer ${input.auth.bearer}`;
  for (const [name, value] of Object.entries(input.headers)) headers[name.toLowerCase()] = value;
  return { url, method: input.method ?? (body === undefined ? 'GET' : 'POST'), headers, body };
}

const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

async function follow(input: HttpInput, context: StepContext) {
  let request = firstRequest(input);
  for (let hop = 0; ; hop += 1) {
    const response = await send(request, input, context);
    const location = response.headers['location'];
    const redirects = [301, 302, 303, 307, 308].includes(response.statusCode);
    if (!redirects || typeof location !== 'string' || input.max_redirects === 0)
      return { response, url: request.url };
    response.body.on('error', () => undefined).destroy();
    if (hop >= input.max_redirects)
      throw failure('http.too_many_redirects', `More than ${input.max_redirects} redirects.`, {
        hint: 'Raise `max_redirects`, or look at where the address leads.',
        details: { retryable: false },
      });
    request = redirected(request, response.statusCode, parseUrl(location, request.url));
    void context.log('system', `Redirected (${response.statusCode}) to ${request.url.href}\n`);
  }
}

/** Headers that a redirect to another origin must not take along. */
const PRIVATE_HEADER = /^(authorization|cookie|proxy-.*|host)$|token|secret|api-?key|password/i;

/** The request after a redirect, by the rules of the Fetch standard; credentials stay with their origin. */
function redirected(request: Outgoing, status: number, url: URL): Outgoing {
  const toGet =
    (status === 303 && request.method !== 'HEAD') ||
    ((status === 301 || status === 302) && request.method === 'POST');
  const sameOrigin = url.origin === request.url.origin;
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(
      ([name]) =>
        (sameOrigin || !PRIVATE_HEADER.test(name)) && !(toGet && name.startsWith('content-')),
    ),
  );
  url.username = '';
  url.password = '';
  return {
    url,
    method: toGet ? 'GET' : request.method,
    headers,
    body: toGet ? undefined : request.body,
  };
}

async function send(request: Outgoing, input: HttpInput, context: StepContext) {
  context.signal.throwIfAborted();
  const byAuthor = input.proxy !== undefined && input.proxy !== 'none';
  const route: Route = {
    allowPrivate: context.allowPrivateAddresses,
    proxy: byAuthor
      ? parseUrl(input.proxy!).href
      : input.proxy === undefined
        ? environmentProxy(request.url, process.env)
        : undefined,
    proxyByAuthor: byAuthor,
    verify: input.tls?.verify ?? true,
    ca: input.tls?.ca,
  };
  await checkTarget(request.url, route);
  const dispatcher = await dispatcherFor(route, request.url.protocol === 'http:');
  try {
    return await dispatcher.request({
      origin: request.url.origin,
      path: request.url.pathname + request.url.search,
      method: request.method as Dispatcher.HttpMethod,
      headers: request.headers,
      body: request.body ?? null,
      signal: context.signal,
    });
  } catch (error) {
    throw sendError(error, request.url, context.signal);
  }
}

async function readResponse(
  response: Dispatcher.ResponseData,
  input: HttpInput,
  context: StepContext,
): Promise<Buffer> {
  const encoding = response.headers['content-encoding'];
  try {
    return await readBody(response.body, encoding?.toString(), input.max_response);
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof NexusError) throw error;
    throw failure('http.body_broken', `The answer broke off: ${(error as Error).message}`, {
      hint: 'Try again later.',
      cause: error,
    });
  }
}

function plainHeaders(headers: Dispatcher.ResponseData['headers']): Record<string, Json> {
  const plain: Record<string, Json> = {};
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) plain[name] = value;
  return plain;
}

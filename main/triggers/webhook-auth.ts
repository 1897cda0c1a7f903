import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { WebhookTrigger } from '#contract/workflow.ts';
import { durationMs } from '#main/base/duration.ts';
import { NexusError } from '#main/base/errors.ts';
import type { SecretProvider } from '#main/secrets/index.ts';
import { header } from './request.ts';
import type { WebhookRequest } from './request.ts';

/** Who a delivery is, once its sender is known to be right. */
export interface Delivery {
  /** The sender's own id of it. */
  id?: string;
  /** Where the id is not part of what was signed: the signature, by which a replay is known. */
  signature?: string;
}

/** Checks one request. @throws NexusError `webhook.unauthorized`, `webhook.secret_missing`, `webhook.secret_invalid` */
export type Verify = (request: WebhookRequest, nowMs: number) => Delivery;

/**
 * Prepares the check that a webhook's `auth` asks for. The secret is read at every request, so that
 * a changed one holds at once, and what is derived from it is kept until it changes.
 */
export function verifierOf(auth: WebhookTrigger['auth'], secrets: SecretProvider): Verify {
  if (auth === 'none') return (request) => deliveryId(request);
  if ('bearer' in auth) return bearer(keyReader(auth.bearer.secret, secrets, digest));
  const { scheme, secret, tolerance } = auth.hmac;
  if (scheme === 'github') return github(keyReader(secret, secrets, (text) => Buffer.from(text)));
  return standardWebhooks(keyReader(secret, secrets, standardKey), durationMs(tolerance));
}

function deliveryId(request: WebhookRequest): Delivery {
  const id = header(request, 'webhook-id') ?? header(request, 'x-github-delivery');
  return id ? { id } : {};
}

function bearer(key: () => Buffer): Verify {
  return (request) => {
    const expected = key();
    const given = /^bearer +(\S+)$/i.exec(header(request, 'authorization') ?? '')?.[1];
    // Digests have one length, so that the comparison tells nothing about the secret's.
    if (given === undefined || !timingSafeEqual(digest(given), expected)) throw unauthorized();
    return deliveryId(request);
  };
}

/** GitHub's scheme: `X-Hub-Signature-256: sha256=HEX`, an HMAC-SHA256 of the body. */
function github(key: () => Buffer): Verify {
  return (request) => {
    const secret = key();
    const given = /^sha256=([0-9a-f]{64})$/i.exec(
      header(request, 'x-hub-signature-256') ?? '',
    )?.[1];
    const expected = createHmac('sha256', secret).update(request.rawBody).digest();
    if (given === undefined || !timingSafeEqual(Buffer.from(given, 'hex'), expected)) {
      throw unauthorized();
    }
    return { ...deliveryId(request), signature: expected.toString('hex') };
  };
}

/**
 * The Standard Webhooks scheme (specification 1.0.0, symmetric signatures): HMAC-SHA256 over
 * `ID.TIMESTAMP.BODY`. Written out, since the library knows one tolerance, the system's clock and
 * bodies of text only; it is the oracle in the tests.
 */
function standardWebhooks(key: () => Buffer, toleranceMs: number): Verify {
  return (request, nowMs) => {
    const secret = key();
    const id = header(request, 'webhook-id');
    const timestamp = header(request, 'webhook-timestamp') ?? '';
    const signatures = header(request, 'webhook-signature');
    if (!id || !signatures || !/^\d{1,12}$/.test(timestamp)) throw unauthorized();
    const expected = createHmac('sha256', secret)
      .update(`${id}.${timestamp}.`)
      .update(request.rawBody)
      .digest('base64');
    // Several signatures are sent while a secret is being changed.
    const matches = signatures
      .split(' ')
      .some((versioned) => versioned.startsWith('v1,') && same(versioned.slice(3), expected));
    if (!matches) throw unauthorized();
    if (Math.abs(nowMs - Number(timestamp) * 1000) > toleranceMs) throw outsideWindow();
    return { id };
  };
}

/** The key of a `whsec_…` secret: base64, with or without the prefix. */
function standardKey(secret: string): Buffer {
  const text = secret.trim().replace(/^whsec_/, '');
  const key = Buffer.from(text, 'base64');
  const unpadded = (base64: string) => base64.replace(/=+$/, '');
  if (key.length > 0 && unpadded(key.toString('base64')) === unpadded(text)) return key;
  throw new NexusError({
    code: 'webhook.secret_invalid',
    message: 'The secret of this webhook is not one of Standard Webhooks.',
    hint: 'Such a secret is base64, usually beginning with whsec_.',
    kind: 'operational',
  });
}

/** Reads a secret that must be there and derives its key, anew only when it has changed. */
function keyReader(
  name: string,
  secrets: SecretProvider,
  derive: (secret: string) => Buffer,
): () => Buffer {
  let known: { secret: string; key: Buffer } | undefined;
  return () => {
    const secret = secrets.get(name);
    if (secret === undefined || secret.trim() === '') throw secretMissing(name);
    if (known?.secret !== secret) known = { secret, key: derive(secret) };
    return known.key;
  };
}

/** Compares in a time that depends on the lengths alone. */
function same(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

function unauthorized(): NexusError {
  return new NexusError({
    code: 'webhook.unauthorized',
    message: 'The request is not signed by who it should come from.',
    hint: 'Check that sender and workflow use the same scheme and the same secret.',
  });
}

function outsideWindow(): NexusError {
  return new NexusError({
    code: 'webhook.replayed',
    message: 'The signature is right, but its time lies outside the replay window.',
    hint: 'Check the clocks of both machines; a delivery that is sent again needs a new timestamp.',
  });
}

function secretMissing(name: string): NexusError {
  return new NexusError({
    code: 'webhook.secret_missing',
    message: 'The secret of this webhook is not set, or is blank; every request is refused.',
    hint: 'Set the secret that the workflow names under auth.',
    kind: 'operational',
    details: { secret: name },
  });
}

import { isUtf8 } from 'node:buffer';
import type { Json } from '#contract/common.ts';
import { NexusError } from '#main/base/errors.ts';
import { queryOf } from './request.ts';

/**
 * What expressions see as `trigger.body`: JSON as its value, a form as a map, other text as text,
 * anything else as base64; null when there is none.
 *
 * @throws NexusError `webhook.body_invalid`
 */
export function parseBody(rawBody: Buffer, contentType: string | undefined): Json {
  if (rawBody.length === 0) return null;
  const type = (contentType ?? '').split(';', 1)[0]!.trim().toLowerCase();
  if (type === 'application/json' || type.endsWith('+json')) return parseJson(rawBody);
  if (!isUtf8(rawBody)) return rawBody.toString('base64');
  const text = rawBody.toString('utf8');
  return type === 'application/x-www-form-urlencoded' ? queryOf(text) : text;
}

function parseJson(rawBody: Buffer): Json {
  try {
    return JSON.parse(rawBody.toString('utf8')) as Json;
  } catch (cause) {
    throw new NexusError({
      code: 'webhook.body_invalid',
      message: `The body says that it is JSON and is not: ${(cause as Error).message}`,
      hint: 'Send valid JSON, or another content type.',
      cause,
    });
  }
}

const UNITS: Record<string, number> = { B: 1, KB: 1000, KiB: 1024, MB: 1e6, MiB: 1024 ** 2 };

/** Bytes of a size as people write it (`1MiB`, `500 KB`); a number is bytes. */
export function sizeOf(size: number | string): number {
  if (typeof size === 'number') return size;
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([A-Za-z]+)$/.exec(size)!;
  return Math.floor(Number(amount) * UNITS[unit!]!);
}

import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { BEARER, hub, HUB, NOW, standard, STANDARD, world } from './webhook.testing.ts';

describe('who may', () => {
  test('a delivery signed by the Standard Webhooks library is taken', async () => {
    const { hook, send, runs } = world();
    hook({ auth: STANDARD });
    const body = '{"a":1}';
    expect(await send({ body, headers: standard(body) })).toMatchObject({ status: 202 });
    // A sender that changes its secret sends both signatures.
    const both = standard(body, 'msg_2');
    both['webhook-signature'] = `v1a,xyz v1,${'A'.repeat(43)}= ${both['webhook-signature']}`;
    expect((await send({ body, headers: both })).status).toBe(202);
    expect(runs).toHaveLength(2);
  });

  test('our check and the library’s agree on any body, id and secret', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme' }),
        fc.stringMatching(/^[\w.-]{1,40}$/),
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        async (body, id, key) => {
          const secret = Buffer.from(key).toString('base64');
          const { hook, send } = world({ KEY: secret });
          hook({ auth: STANDARD });
          const headers = standard(body, id, NOW, secret);
          expect(() =>
            new Webhook(secret).verify(body, headers, { jsonParse: false }),
          ).not.toThrow();
          expect((await send({ body, headers })).status).toBe(202);
        },
      ),
      { numRuns: 50 },
    );
  });

  test.each([
    ['standard-webhooks', STANDARD, standard('{}'), 'webhook-signature'],
    ['github', HUB, hub('{}'), 'x-hub-signature-256'],
    ['bearer', BEARER, { authorization: 'Bearer tok' }, 'authorization'],
  ])(
    '%s refuses whatever is not exactly right, and reads nothing of the body',
    async (_, auth, good, name) => {
      const { hook, send, runs } = world();
      hook({ auth });
      const headers: Record<string, string> = good;
      const tries: [string, Record<string, string | string[] | undefined>, string][] = [
        ['no header', { ...headers, [name]: undefined }, '{}'],
        ['empty header', { ...headers, [name]: '' }, '{}'],
        ['shortened', { ...headers, [name]: headers[name]!.slice(0, -1) }, '{}'],
        ['lengthened', { ...headers, [name]: `${headers[name]}a` }, '{}'],
        ['last character changed', { ...headers, [name]: flip(headers[name]!) }, '{}'],
        ...(name === 'authorization'
          ? []
          : ([['another body', headers, '{ }']] as [string, Record<string, string>, string][])),
      ];
      for (const [what, wrong, body] of tries) {
        const answer = await send({
          // Not JSON at all: were it parsed, the answer would be 400.
          body,
          headers: { 'content-type': 'application/json', ...wrong },
        });
        expect(`${what}: ${answer.status} ${answer.json.code}`).toBe(
          `${what}: 401 webhook.unauthorized`,
        );
      }
      expect(
        (await send({ body: 'not json', headers: { 'content-type': 'application/json' } })).status,
      ).toBe(401);
      expect(runs).toEqual([]);
      expect((await send({ body: '{}', headers })).status).toBe(202);
    },
  );

  test.each([undefined, '', '   ', '\n'])(
    'a secret that is %j refuses everybody, also who signs with nothing',
    async (value) => {
      const { hook, send, runs } = world({ KEY: value, HUB: value, TOKEN: value });
      const body = '{}';
      const empty = value ?? '';
      const tries: [object, Record<string, string>][] = [
        [HUB, hub(body, empty)],
        [BEARER, { authorization: `Bearer ${empty}` }],
        [BEARER, {}],
        [
          STANDARD,
          {
            ...standard(body),
            'webhook-signature': `v1,${createHmac('sha256', '')
              .update(`msg_1.${NOW / 1000}.${body}`)
              .digest('base64')}`,
          },
        ],
      ];
      for (const [auth, headers] of tries) {
        hook({ auth });
        const answer = await send({ body, headers });
        expect([answer.status, answer.json.code]).toEqual([503, 'webhook.secret_missing']);
      }
      expect(runs).toEqual([]);
    },
  );

  test('a Standard Webhooks secret that is not base64 refuses, and does not become another key', async () => {
    const { hook, send } = world({ KEY: 'whsec_not base64!' });
    hook({ auth: STANDARD });
    const answer = await send({ headers: standard('') });
    expect([answer.status, answer.json.code]).toEqual([503, 'webhook.secret_invalid']);
  });

  test('a changed secret holds at once', async () => {
    const { hook, send, env } = world();
    hook({ auth: BEARER });
    expect((await send({ headers: { authorization: 'Bearer tok' } })).status).toBe(202);
    env['TOKEN'] = 'other';
    expect((await send({ headers: { authorization: 'Bearer tok' } })).status).toBe(401);
    expect((await send({ headers: { authorization: 'bearer other' } })).status).toBe(202);
  });

  test('outside the replay window a right signature is refused, before and after', async () => {
    const { hook, send, runs } = world();
    hook({ auth: { hmac: { ...STANDARD.hmac, tolerance: '1m' } } });
    for (const off of [-61_000, 61_000]) {
      const answer = await send({ body: '', headers: standard('', 'm', NOW + off) });
      expect([answer.status, answer.json.code]).toEqual([401, 'webhook.replayed']);
    }
    expect((await send({ headers: standard('', 'm', NOW - 59_000) })).status).toBe(202);
    expect(runs).toHaveLength(1);
  });
});

/** The same text with its last meaningful character changed. */
function flip(text: string): string {
  const at = text.replace(/=+$/, '').length - 2;
  return text.slice(0, at) + (text[at] === 'a' ? 'b' : 'a') + text.slice(at + 1);
}

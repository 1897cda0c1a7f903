import { describe, expect, test } from 'vitest';
import { BEARER, hub, HUB, standard, STANDARD, world } from './webhook.testing.ts';

describe('a delivery seen twice starts one run', () => {
  test.each([
    ['standard-webhooks', STANDARD, standard('{}')],
    ['github, with its id', HUB, { ...hub('{}'), 'x-github-delivery': 'd1' }],
    ['github, without an id', HUB, hub('{}')],
    ['bearer with an id', BEARER, { authorization: 'Bearer tok', 'webhook-id': 'x' }],
    ['none with an id', 'none', { 'x-github-delivery': 'x' }],
  ])('fifty at once: %s', async (_, auth, headers) => {
    const { hook, send, runs } = world();
    hook({ auth });
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => send({ body: '{}', headers })),
    );
    expect(runs).toHaveLength(1);
    expect(new Set(answers.map((answer) => `${answer.status} ${answer.json.run.id}`))).toEqual(
      new Set(['202 run_1']),
    );
    expect(answers.filter((answer) => answer.json.duplicate)).toHaveLength(49);
  });

  test('GitHub’s id is not signed: a captured request with another id is still the same', async () => {
    const { hook, send, runs, clock } = world();
    hook({ auth: HUB });
    const replay = (id: string) =>
      send({ body: '{}', headers: { ...hub('{}'), 'x-github-delivery': id } });
    await replay('d1');
    await replay('d2');
    clock.advance(4 * 60_000);
    await replay('d3');
    expect(runs).toHaveLength(1);
    // Replays do not prolong the window of five minutes.
    clock.advance(2 * 60_000);
    await replay('d4');
    expect(runs).toHaveLength(2);
    // A redelivery by GitHub carries the first id, days later.
    clock.advance(86_400_000);
    await replay('d1');
    expect(runs).toHaveLength(2);
  });

  test('what was seen is still known after a restart', async () => {
    const first = world();
    first.hook({ auth: HUB });
    await first.send({ body: '{}', headers: hub('{}') });
    expect(first.db.prepare('SELECT token FROM webhook_deliveries').all()).toHaveLength(1);
  });

  test('the workflow’s own key decides, with or without ${{ }}', async () => {
    for (const dedupe of [
      'trigger.body.order',
      '${{ trigger.body.order }}',
      'order-${{ trigger.body.order }}',
    ]) {
      const { hook, send, runs } = world();
      hook({ dedupe });
      const headers = { 'content-type': 'application/json' };
      for (const order of [1, 2, 1, 1, 2]) await send({ headers, body: `{"order":${order}}` });
      expect(runs).toHaveLength(2);
    }
  });

  test('a key over an unsigned header does not open the door to replays', async () => {
    for (const [auth, signed] of [
      [HUB, hub('{}')],
      [STANDARD, standard('{}')],
    ] as const) {
      const { hook, send, runs } = world();
      hook({ auth, dedupe: 'trigger.headers["x-any"]' });
      for (const delivery of ['1', '2', '3'])
        await send({ body: '{}', headers: { ...signed, 'x-any': delivery } });
      expect(runs).toHaveLength(1);
    }
  });

  test('without anything to know them by, two deliveries are two runs', async () => {
    const { hook, send, runs } = world();
    hook({});
    await send();
    await send();
    expect(runs).toHaveLength(2);
  });
});

import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { Json } from '#contract/common.ts';
import type { RunDetail, TriggerInfo } from '#contract/runs.ts';
import { webhookTrigger } from '#contract/workflow.ts';
import { ManualClock } from '#main/base/clock.ts';
import { migrate, openDatabase } from '#main/base/database.ts';
import { silentLogger } from '#main/base/log.ts';
import { compileJson } from '#main/workflows/language/index.ts';
import { triggersMigrations } from './migrations.ts';
import type { WebhookRequest } from './request.ts';
import { createWebhooks } from './webhook.ts';
import type { StartedRun } from './webhook.ts';

interface Run {
  id: string;
  workflow: string;
  inputs: Record<string, Json>;
  trigger: TriggerInfo;
}

// The library reads the system's clock, so tests that sign with it stay near it.
export const NOW = Math.floor(Date.now() / 1000) * 1000;
export const KEY = `whsec_${Buffer.from('a secret of thirty-two bytes!!!!').toString('base64')}`;

/** Webhooks over a real database, with what an engine does about dedupe keys. */
export function world(
  env: Record<string, string | undefined> = { KEY, HUB: 'hub secret', TOKEN: 'tok' },
) {
  const db = openDatabase(':memory:');
  migrate(db, [triggersMigrations]);
  const clock = new ManualClock(NOW);
  const runs: Run[] = [];
  const keys = new Map<string, Run>();
  const behaviour: {
    start?: () => void;
    response?: StartedRun['response'];
    skipped?: boolean;
    finished: (run: string, signal?: AbortSignal) => Promise<RunDetail>;
  } = {
    finished: async (run) =>
      ({ id: run, status: 'succeeded', outputs: { sum: 3 } }) as unknown as RunDetail,
  };
  const webhooks = createWebhooks({
    db,
    clock,
    log: silentLogger,
    secrets: { get: (name) => env[name], names: () => Object.keys(env) },
    compile: (value) => compileJson(value, { stepIds: new Set() }),
    finished: (run, signal) => behaviour.finished(run, signal),
    async start(workflow, inputs, trigger, { dedupeKey }) {
      // Committing takes a while: every concurrent delivery is in here at the same time.
      await new Promise(setImmediate);
      behaviour.start?.();
      const seen = dedupeKey === undefined ? undefined : keys.get(`${workflow} ${dedupeKey}`);
      const run = seen ?? { id: `run_${runs.length + 1}`, workflow, inputs, trigger };
      if (!seen) runs.push(run);
      if (dedupeKey !== undefined) keys.set(`${workflow} ${dedupeKey}`, run);
      return {
        run: { id: run.id, status: 'queued' },
        created: !seen,
        skipped: behaviour.skipped ?? false,
        response: behaviour.response,
      };
    },
  });
  const hook = (trigger: object, workflow = 'w') =>
    webhooks.sync(workflow, [webhookTrigger.parse({ path: 'in', auth: 'none', ...trigger })]);
  const send = async (parts: Partial<WebhookRequest> & { body?: string } = {}) => {
    const { body = '', ...rest } = parts;
    const answer = await webhooks.handle({
      method: 'POST',
      path: 'in',
      headers: {},
      query: {},
      rawBody: Buffer.from(body),
      remote: '127.0.0.1',
      ...rest,
    });
    const text = answer.body.toString();
    return {
      ...answer,
      // oxlint-disable-next-line typescript/no-explicit-any -- read freely by the tests
      json: (text.startsWith('{') ? JSON.parse(text) : undefined) as any,
    };
  };
  return { db, clock, runs, behaviour, webhooks, hook, send, env };
}

export const hub = (body: string, secret = 'hub secret') => ({
  'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
});
export const standard = (body: string, id = 'msg_1', at = NOW, secret = KEY) => ({
  'webhook-id': id,
  'webhook-timestamp': String(Math.floor(at / 1000)),
  'webhook-signature': new Webhook(secret).sign(id, new Date(at), body),
});
export const HUB = { hmac: { scheme: 'github', secret: 'HUB' } };
export const STANDARD = { hmac: { scheme: 'standard-webhooks', secret: 'KEY' } };
export const BEARER = { bearer: { secret: 'TOKEN' } };

import { execFileSync } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resourcesFolder } from '#main/base/resources.ts';
import { createTemplates } from '#main/workflows/templates/index.ts';
import { newFolder } from './nexus.testing.ts';
import { openPlatform } from './platform.testing.ts';

const KEY = `whsec_${randomBytes(24).toString('base64')}`;
const secrets = {
  NEXUS_SECRET_QUOTE_TOKEN: 'quote-token-123',
  NEXUS_SECRET_DEPLOY_WEBHOOK: KEY,
  NEXUS_SECRET_GITHUB_WEBHOOK: 'It is a Secret to Everybody',
};
beforeAll(() => void Object.assign(process.env, secrets));
afterAll(() => {
  for (const name of Object.keys(secrets)) delete process.env[name];
});

/** A platform with one template in it, and what posts to its webhook. */
async function open(id: string, change: (source: string) => string = (source) => source) {
  const lab = await openPlatform({ http: { host: '127.0.0.1', port: 0 } });
  const { source } = await createTemplates(join(resourcesFolder(), 'templates')).get(id);
  await lab.client.workflows.create({ name: id, source: change(source) });
  const post = (path: string, body: string, headers: Record<string, string>) =>
    fetch(new URL(`/hooks/${path}`, lab.platform.address()!), {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
  const runs = async () => (await lab.client.runs.list({ workflow: id, limit: 99 })).items;
  return { ...lab, post, runs };
}

function repository(folder: string): string {
  mkdirSync(folder);
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.org', ...args], {
      cwd: folder,
      encoding: 'utf8',
    }).trim();
  git('init', '--quiet');
  writeFileSync(join(folder, 'version'), 'one');
  git('add', '.');
  git('commit', '--quiet', '-m', 'first');
  return git('rev-parse', 'HEAD');
}

describe('templates that are called over HTTP', () => {
  it('small-api answers whoever has the token with the sum, and nobody else', async () => {
    const { post, runs } = await open('small-api');
    const body = JSON.stringify({ items: [{ name: 'x', price: 2.5, quantity: 4 }] });
    const bearer = { authorization: 'Bearer quote-token-123' };
    const answer = await post('quote', body, bearer);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.json()).toEqual({ net: 10, gross: 11.9, items: 4 });
    for (const authorization of ['Bearer wrong', 'quote-token-123', ''])
      expect((await post('quote', body, { authorization })).status).toBe(401);
    expect(await runs()).toHaveLength(1);
  });

  it('small-api says what is wrong with an order that it cannot add up', async () => {
    const { post, runs } = await open('small-api');
    const bearer = { authorization: 'Bearer quote-token-123' };
    const wrong = await post('quote', '{"items":"many"}', bearer);
    expect(wrong.status).toBeGreaterThanOrEqual(400);
    expect(await wrong.json()).toMatchObject({ code: 'run.input_invalid' });
    expect(await runs()).toEqual([]);
  });

  it('webhook-deploy deploys what a signed delivery names', async () => {
    const folder = newFolder();
    const commit = repository(join(folder, 'repo'));
    const { post, runs, platform } = await open('webhook-deploy', (source) =>
      source
        .replace('default: /srv/app', `default: ${join(folder, 'repo')}`)
        .replace("default: 'make deploy'", `default: cp version ${join(folder, 'live')}`),
    );
    const body = JSON.stringify({ ref: commit });
    const now = new Date();
    const signed = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(KEY).sign('msg_1', now, body),
    };
    expect((await post('deploy', body, { ...signed, 'webhook-id': 'msg_2' })).status).toBe(401);
    expect((await post('deploy', body, signed)).status).toBe(202);
    expect((await post('deploy', body, signed)).status).toBe(202);
    const [run, ...others] = await runs();
    expect(others).toEqual([]);
    expect((await platform.engine.finished(run!.id)).outputs).toMatchObject({ commit });
    expect(existsSync(join(folder, 'live'))).toBe(true);
  });

  it('github-build builds a push once, however often GitHub delivers it', async () => {
    const folder = newFolder();
    const commit = repository(join(folder, 'repo'));
    const { post, runs, platform } = await open('github-build', (source) =>
      source.replace('default: make test', 'default: cat version'),
    );
    const body = JSON.stringify({
      after: commit,
      repository: { clone_url: join(folder, 'repo') },
    });
    const signature = createHmac('sha256', secrets.NEXUS_SECRET_GITHUB_WEBHOOK).update(body);
    const headers = {
      'x-github-delivery': 'd-1',
      'x-hub-signature-256': `sha256=${signature.digest('hex')}`,
    };
    for (let i = 0; i < 3; i += 1) expect((await post('github', body, headers)).status).toBe(202);
    const [run, ...others] = await runs();
    expect(others).toEqual([]);
    const detail = await platform.engine.finished(run!.id);
    expect(detail).toMatchObject({ status: 'succeeded', outputs: { subject: 'first' } });
  });
});

import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach } from 'vitest';
import type { Json } from '#contract/common.ts';
import { listening } from '#main/base/listening.testing.ts';
import { sandbox } from '../kinds/code.ts';
import { harness, type Harness } from '../kinds/harness.testing.ts';
import { closeWorlds, runTemplate, type Answers, type TemplateRun } from './run.testing.ts';

/** The gallery by subject: each file of tests runs the templates of one, and says so at its end. */
export const gallery = {
  code: ['github-build', 'webhook-deploy'],
  data: ['backup-then-update', 'database-dump', 'nightly-backup'],
  machine: ['config-drift', 'daily-report', 'disk-space', 'log-scan', 'welcome'],
  network: ['api-to-file', 'check-urls', 'site-uptime', 'small-api', 'tls-expiry'],
  people: ['approval-chain', 'wait-for-event'],
};

/** For tests: a folder and an engine per test, on which templates run as they ship. */
export function templateTests() {
  let h: Harness;
  const tried = new Set<string>();
  beforeEach(() => {
    h = harness();
  });
  afterEach(async () => {
    await closeWorlds();
    h.remove();
  });
  afterAll(() => sandbox.close());
  const attempt = (id: string, inputs: Record<string, Json> = {}, answers: Answers = {}) => {
    tried.add(id);
    return runTemplate(id, inputs, h, answers);
  };
  return {
    /** Runs it, however it ends. */
    attempt,
    /** Runs it and shows why, where it fails. */
    async run(
      id: string,
      inputs: Record<string, Json> = {},
      answers: Answers = {},
    ): Promise<TemplateRun> {
      const result = await attempt(id, inputs, answers);
      if (result.status === 'failed')
        throw new Error(`${JSON.stringify(result.error)}\n${result.log}`);
      return result;
    },
    /** A place in the test's folder. */
    at: (...parts: string[]) => join(h.folder, ...parts),
    /** The titles of the notifications. */
    titles: () => h.notes.map((note) => note.title),
    harness: () => h,
    /** The templates that this file has run so far. */
    tried: () => [...tried].toSorted(),
  };
}

/** An output that is a text, for the places that want one. */
export const text = (value: Json | undefined) => (typeof value === 'string' ? value : '');

/** A server of this test that always answers so; resolves with its address. */
export async function answering(body: unknown, status = 200): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  return `http://127.0.0.1:${await listening(server)}/`;
}

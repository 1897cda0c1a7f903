import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readStream } from '#contract/client.ts';
import type { RunDetail } from '#contract/runs.ts';
import { statuses } from '#main/workflows/engine/testing.ts';
import { newFolder } from './nexus.testing.ts';
import { openPlatform, outputsOf } from './platform.testing.ts';

const SECRET = 'tok-9f8e7d6c5b4a-very-secret';
const NAME = 'NEXUS_SECRET_FROM_HERE';

beforeEach(() => void (process.env[NAME] = SECRET));
afterEach(() => void delete process.env[NAME]);

const source = `name: w
steps:
  - id: login
    uses: shell
    with:
      run: printf '{"token":"%s","user":"ann","pad":"%s"}' "$TOKEN" "$PAD"
    env: { TOKEN: '\${{ secrets.FROM_HERE }}', PAD: '' }
  - id: use
    uses: shell
    with:
      run: printf '{"got":"%s","user":"%s"}' \${{ steps.login.outputs.json.token }} \${{ steps.login.outputs.json.user }}
  - id: own
    uses: shell
    with: { run: 'test "$TOKEN" = ${SECRET.slice(0, 8)}"${SECRET.slice(8)}" && echo right' }
    env: { TOKEN: '\${{ secrets.FROM_HERE }}' }
`;

/** Everything below a folder, as one text: what the disk knows. */
function disk(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

type Home = Awaited<ReturnType<typeof openPlatform>>;

/** All that a window asks about a run: its events, its detail, its log, what waits, the audit log. */
async function seen({ client }: Home, id: string): Promise<{ text: string; log: string }> {
  const asked: unknown[] = [await client.runs.get({ id }), await client.audit.list({})];
  for await (const event of readStream(client, client.runs.watch({ id }))) {
    asked.push(event);
    if (event.type === 'end') break;
  }
  let log = '';
  for await (const line of readStream(client, client.runs.log({ id })))
    log += `${line.step}: ${line.text}\n`;
  return { text: JSON.stringify(asked) + log, log };
}

async function finished(home: Home, started: { run: { id: string } }): Promise<RunDetail> {
  return home.platform.engine.finished(started.run.id);
}

describe('run from here, where an earlier output held a secret', () => {
  it('gives the mask and says so; what names the secret itself has it; nothing leaks', async () => {
    // Bug caught: a later step logs in with "***" and nobody is told why it is refused.
    const home = await openPlatform();
    const first = await home.run(source);
    expect(statuses(first)).toEqual({ login: 'succeeded', use: 'succeeded', own: 'succeeded' });
    expect(outputsOf(first, 'use')['json']).toEqual({ got: '***', user: 'ann' });
    expect((await seen(home, first.id)).log).toMatch(
      /login: A secret .* kept as \*\*\*.*secrets\.NAME/,
    );
    const from = { name: 'w', source, from_step: 'use', from_run: first.id };
    const again = await finished(home, await home.client.runs.start(from));
    expect(statuses(again)).toEqual({ login: 'succeeded', use: 'succeeded', own: 'succeeded' });
    expect(again.steps[0]!.pinned).toBe(true);
    expect(outputsOf(again, 'use')['json']).toEqual({ got: '***', user: 'ann' });
    expect(outputsOf(again, 'own')['stdout']).toContain('right');
    const window = await seen(home, again.id);
    expect(window.log).toMatch(/login: A secret .* kept as \*\*\*/);
    expect(window.text).not.toContain(SECRET);
    await home.close();
    expect(disk(home.home)).not.toContain(SECRET);
  });

  it('a secret that somebody pinned by hand is in no row, no file, no event and no audit entry', async () => {
    const home = await openPlatform();
    const login = { json: { token: SECRET, user: 'bob' } };
    // Large ones take another way: to a file.
    for (const pad of ['', 'x'.repeat(300_000)]) {
      const pinned = { login: { ...login, pad } };
      const request = { name: 'w', source, from_step: 'use', pinned };
      const run = await finished(home, await home.client.runs.start(request));
      expect(statuses(run)['use']).toBe('succeeded');
      expect(outputsOf(run, 'use')['json']).toEqual({ got: '***', user: 'bob' });
      const window = await seen(home, run.id);
      expect(window.text).not.toContain(SECRET);
      expect(window.log).toMatch(/login: A secret/);
    }
    await home.close();
    expect(disk(home.home)).not.toContain(SECRET);
  });

  it('an output from before it became a secret is hidden in the old run, the new one and a retry', async () => {
    // Bug caught: the value is known to the journal only in clear, and every run from there copies it.
    const folder = newFolder();
    delete process.env[NAME];
    const before = await openPlatform({ home: folder });
    const pad = 'y'.repeat(300_000);
    const text = `name: w
steps:
  - { id: small, uses: transform, with: { set: { token: ${SECRET} } } }
  - { id: large, uses: transform, with: { set: { token: ${SECRET}, pad: ${pad} } } }
  - { id: each, uses: transform, foreach: [1, 2], with: { set: { token: '\${{ steps.small.outputs.token }}' } } }
  - { id: end, uses: shell, with: { run: 'test -e ${folder}/ok' } }
outputs: { token: '\${{ steps.small.outputs.token }}' }
`;
    const first = await before.run(text);
    expect(statuses(first)['end']).toBe('failed');
    await before.close();
    process.env[NAME] = SECRET;
    const home = await openPlatform({ home: folder });
    // The text itself holds it, and is shown as its author wrote it.
    const shown = async (id: string) => {
      const { run } = await home.client.runs.get({ id });
      return JSON.stringify({ ...run, source: '' });
    };
    expect(await shown(first.id)).not.toContain(SECRET);
    const outside = text.replaceAll(SECRET, 'other');
    const from = { name: 'w', source: outside, from_step: 'end', from_run: first.id };
    const again = await finished(home, await home.client.runs.start(from));
    const retried = await finished(home, await home.client.runs.retry({ id: first.id }));
    for (const run of [again, retried]) {
      expect(await shown(run.id)).not.toContain(SECRET);
      expect(outputsOf(run, 'small')).toEqual({ token: '***' });
      expect(disk(join(folder, 'outputs', run.id))).toContain('***');
      expect(disk(join(folder, 'outputs', run.id))).not.toContain(SECRET);
      expect((await seen(home, run.id)).log).toMatch(/small: A secret/);
    }
    const { run } = await home.client.runs.get({ id: retried.id });
    expect(run.steps.find((step) => step.id === 'each')?.outputs).toEqual([
      { token: '***' },
      { token: '***' },
    ]);
  });

  it('without a secret in it nothing is said', async () => {
    const home = await openPlatform();
    const plain = source.replaceAll('${{ secrets.FROM_HERE }}', 'open');
    const first = await home.run(plain);
    const from = { name: 'w', source: plain, from_step: 'use', from_run: first.id };
    const again = await finished(home, await home.client.runs.start(from));
    for (const id of [first.id, again.id]) expect((await seen(home, id)).log).not.toContain('***');
  });
});

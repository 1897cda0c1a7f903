import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { nexus, writeWorkflow } from './cli.ts';
import { startServer, type RunningServer } from './server.ts';
import { fillVault, vault } from './vault.ts';

/** A server with a past, and the runs that its pages are looked at with. */
export interface Seeded {
  server: RunningServer;
  succeeded: string;
  earlier: string;
  failed: string;
  waiting: string;
}

const deploySite = `name: deploy-site
description: Builds the site, checks it, asks, and puts it live.
tags: [deploy, site]

on:
  manual: {}

inputs:
  branch:
    description: What to deploy
    default: main

steps:
  # Everything starts from a clean copy.
  - id: fetch
    name: Fetch the sources
    uses: shell
    with:
      run: |
        echo "Fetching \${{ inputs.branch }}"
        echo "revision=4f2c9e1" >> "$NEXUS_OUTPUT"

  - id: build
    name: Build the pages
    uses: shell
    with:
      run: |
        for page in index tour pricing docs blog; do echo "built $page.html"; done
        echo "pages=5" >> "$NEXUS_OUTPUT"

  - id: links
    name: Check every link
    needs: build
    uses: code
    with:
      input: \${{ steps.build.outputs.pages }}
      code: |
        console.log('every link leads somewhere');
        return { links: input * 12, broken: 0 };

  - id: size
    name: Weigh the pages
    needs: build
    uses: transform
    with:
      set:
        kib: \${{ int(steps.build.outputs.pages) * 38 }}

  - id: ask
    name: Ask the owner
    needs: [links, size]
    uses: approval
    with:
      title: Put \${{ steps.fetch.outputs.revision }} live?
      message: |
        \${{ steps.build.outputs.pages }} pages, \${{ steps.size.outputs.kib }} KiB, \${{ steps.links.outputs.broken }} broken links.
      fields:
        - { name: reason, label: Reason, required: true }
      timeout: 2d
      default: reject

  - id: publish
    name: Put it live
    if: steps.ask.outputs.choice == 'approve'
    retry: { attempts: 3, backoff: 10s }
    uses: shell
    with:
      run: echo "live"

  - id: tell
    name: Tell the team
    uses: notify
    with:
      title: The site is live

on_failure:
  - id: alarm
    name: Raise the alarm
    uses: notify
    with:
      title: The site was not deployed
      level: danger
`;

const mirror = `name: sync-mirror
description: Copies what is new to the second site.
tags: [copy]

steps:
  - id: list
    name: List what is new
    uses: shell
    with:
      run: echo "214 files are new"
  - id: window
    name: Wait for the night
    uses: wait
    with:
      duration: 6h
  - id: copy
    name: Copy
    uses: shell
    with:
      run: echo "copied"
`;

const resize = (marker: string) => `name: grow-volume
description: Grows the data volume by ten gigabytes.
tags: [disk]

steps:
  - id: check
    name: Look at the volume
    uses: shell
    with:
      run: echo "80 % of 120 GB are in use"
  - id: grow
    name: Grow the volume
    uses: shell
    with:
      run: |
        : > '${marker}'
        while echo "growing the file system"; do sleep 0.5; done
`;

const halfWritten = `name: rotate-keys
description: Replaces the deploy keys.
steps:
  - id: make
    uses: shell
    with:
      run: ssh-keygen -t ed25519 -f key
  - id: spread
    needs: mkae
    uses: ssh-copy
`;

/** A home in the middle of its life: runs of every kind, approvals, schedules, a broken file. */
export async function seed(): Promise<Seeded> {
  const server = await startServer();
  const { home } = server;
  const run = async (name: string, inputs: Record<string, string> = {}, code?: number) => {
    const pairs = Object.entries(inputs).flatMap(([key, value]) => ['--input', `${key}=${value}`]);
    const wait = code === undefined ? [] : ['--wait'];
    const done = await nexus<{ run: { id: string } }>(
      home,
      ['workflow', 'run', name, ...pairs, ...wait],
      code,
    );
    return done.run.id;
  };
  const templates = ['nightly-backup', 'disk-space', 'site-uptime', 'daily-report', 'log-scan'];
  for (const name of templates) await nexus(home, ['workflow', 'new', name, '--template', name]);
  const marker = join(home, 'growing');
  mkdirSync(join(home, 'site'));
  writeFileSync(join(home, 'site', 'index.html'), '<h1>Hello</h1>');
  // A file of its own each, through the same folder that people edit.
  writeWorkflow(home, 'deploy-site', deploySite);
  writeWorkflow(home, 'sync-mirror', mirror);
  writeWorkflow(home, 'grow-volume', resize(marker));
  writeWorkflow(home, 'rotate-keys', halfWritten);

  const folders = { source: join(home, 'site'), target: join(home, 'archives') };
  const earlier = await run('nightly-backup', folders, 0);
  await run('welcome', { name: 'Ada' }, 0);
  const failed = await run('nightly-backup', { ...folders, source: '/srv/wiki' }, 1);
  const succeeded = await run('nightly-backup', folders, 0);
  await run('daily-report', {}, 0);
  const waiting = await run('deploy-site');
  await run('sync-mirror');
  await nexus(home, [
    'cron',
    'add',
    'deploy-site',
    '0 9 * * MON-FRI',
    '--timezone',
    'Europe/Berlin',
  ]);
  await nexus(home, ['cron', 'add', 'sync-mirror', '30 23 L * *']);
  fillVault(home);
  // One run is cut off in the middle of a step.
  await run('grow-volume');
  await expect.poll(() => existsSync(marker)).toBe(true);
  await server.kill9();
  await server.restart();
  vault(home, ['unlock']);
  return { server, succeeded, earlier, failed, waiting };
}

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Json } from '#contract/common.ts';
import type { RunDetail } from '#contract/runs.ts';
import { createPlatform, type Platform, type PlatformOptions } from '#main/platform.ts';
import { newFolder } from './nexus.testing.ts';

/** For tests: a platform in this process, on a home of its own. */
export async function openPlatform(options: Partial<PlatformOptions> = {}) {
  const home = options.home ?? newFolder();
  const platform: Platform = await createPlatform({ mode: 'serve', ...options, home });
  let open = true;
  const close = async () => {
    if (open) await platform.close();
    open = false;
  };
  onTestFinished(close);
  const client = platform.localClient({ name: 'owner', role: 'admin', face: 'cli' });
  return {
    home,
    platform,
    client,
    close,
    /** Runs a workflow's text to its end. */
    async run(source: string, inputs: Record<string, Json> = {}): Promise<RunDetail> {
      const name = /^name: (\S+)/m.exec(source)?.[1] ?? 'test';
      const { run } = await client.runs.start({ name, source, inputs });
      return platform.engine.finished(run.id);
    },
    /** Starts a workflow's text and gives the run's id. */
    async start(source: string, inputs: Record<string, Json> = {}): Promise<string> {
      const name = /^name: (\S+)/m.exec(source)?.[1] ?? 'test';
      return (await client.runs.start({ name, source, inputs })).run.id;
    },
    /** Puts a workflow into the home's folder, as a person would. */
    save(name: string, source: string) {
      mkdirSync(join(home, 'workflows'), { recursive: true });
      writeFileSync(join(home, 'workflows', `${name}.yaml`), source);
    },
  };
}

/** Outputs of one step. */
export function outputsOf(run: RunDetail, step: string): Record<string, Json> {
  return (run.steps.find((one) => one.id === step)?.outputs ?? {}) as Record<string, Json>;
}

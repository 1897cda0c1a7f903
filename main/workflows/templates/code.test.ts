import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { answering, gallery, templateTests } from './gallery.testing.ts';

const { attempt, run, at, titles, tried } = templateTests();

const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.org', ...args], {
    cwd: at('repo'),
    encoding: 'utf8',
  }).trim();

function makeRepository(): { first: string; second: string } {
  mkdirSync(at('repo'));
  git('init', '--quiet');
  writeFileSync(at('repo', 'version'), 'one');
  git('add', '.');
  git('commit', '--quiet', '-m', 'first');
  const first = git('rev-parse', 'HEAD');
  writeFileSync(at('repo', 'version'), 'two');
  git('commit', '--quiet', '-am', 'second');
  return { first, second: git('rev-parse', 'HEAD') };
}

describe('templates about code', () => {
  it('webhook-deploy checks out, builds and asks the service', async () => {
    const { first, second } = makeRepository();
    const inputs = {
      folder: at('repo'),
      build: `cp version ${at('live')}`,
      health: await answering({}),
    };
    const { outputs } = await run('webhook-deploy', { ...inputs, ref: first });
    expect(outputs).toEqual({ before: second, commit: first });
    expect(readFileSync(at('live'), 'utf8')).toBe('one');
  });

  it('webhook-deploy never lets a hostile ref become a command or an option', async () => {
    makeRepository();
    for (const ref of [
      `$(touch ${at('owned')})`,
      `"; touch ${at('owned')}; "`,
      '--orphan=x',
      '-b owned',
    ])
      expect(
        (await attempt('webhook-deploy', { folder: at('repo'), build: 'true', ref })).status,
      ).toBe('failed');
    expect(existsSync(at('owned'))).toBe(false);
    expect(git('branch', '--list', 'owned', 'x')).toBe('');
  });

  it('github-build clones a commit, builds it and tells how it went', async () => {
    const { first } = makeRepository();
    const inputs = { repository: at('repo'), commit: first };
    const { outputs, steps } = await run('github-build', { ...inputs, command: 'cat version' });
    expect(outputs).toEqual({ subject: 'first' });
    expect(steps['build']!.outputs).toMatchObject({ stdout: 'one' });
    expect(titles()).toEqual(['Build succeeded']);
  });
});

describe('templates when things go wrong', () => {
  it('webhook-deploy goes back to the commit before when the service is not well, and builds that', async () => {
    const { first, second } = makeRepository();
    git('checkout', '--quiet', '--detach', second);
    const sick = await answering({}, 500);
    const inputs = { folder: at('repo'), build: `cp version ${at('live')}`, health: sick };
    const { status, detail } = await attempt('webhook-deploy', { ...inputs, ref: first });
    expect(status).toBe('failed');
    expect(git('rev-parse', 'HEAD')).toBe(second);
    expect(readFileSync(at('live'), 'utf8')).toBe('two');
    expect(detail.steps.map((step) => [step.id, step.status, step.attempts])).toEqual([
      ['checkout', 'succeeded', 1],
      ['build', 'succeeded', 1],
      ['health', 'failed', 6],
      ['tell', 'skipped', 0],
      ['rollback:checkout', 'succeeded', 1],
      ['failed', 'succeeded', 1],
    ]);
    expect(titles()).toEqual([`Deploying ${first} failed`]);
  });

  it('webhook-deploy that cannot build leaves what ran before running', async () => {
    const { first, second } = makeRepository();
    const { status } = await attempt('webhook-deploy', {
      folder: at('repo'),
      build: `test "$(cat version)" = two && cp version ${at('live')}`,
      ref: first,
    });
    expect(status).toBe('failed');
    expect(git('rev-parse', 'HEAD')).toBe(second);
    expect(readFileSync(at('live'), 'utf8')).toBe('two');
  });

  it('github-build tells of a build that failed, and has failed', async () => {
    const { second } = makeRepository();
    const inputs = { repository: at('repo'), commit: second, command: 'echo broken; exit 3' };
    const { status, error } = await attempt('github-build', inputs);
    expect(status).toBe('failed');
    expect(error).toMatchObject({ code: 'shell.failed', details: { exit_code: 3 } });
    expect(titles()).toEqual(['Build failed']);
  });
});

it('runs the templates of its part of the gallery, and no other', () => {
  expect(tried()).toEqual(gallery.code);
});

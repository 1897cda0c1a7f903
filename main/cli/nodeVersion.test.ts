import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { nodeTooOld } from './nodeVersion.ts';

const versions = (node: string, napi: string, more: Partial<NodeJS.ProcessVersions> = {}) =>
  ({ node, napi, ...more }) as NodeJS.ProcessVersions;

describe('the Node that the command line was started with', () => {
  it.each([
    ['18.20.4', '9'],
    ['20.20.2', '9'],
    ['22.12.0', '9'],
    ['23.5.0', '9'],
  ])('%s is too old, and is told so with what to do', (node, napi) => {
    // Bug caught: Node 22.12 passed for new enough, and the database ended the process with a
    // segmentation fault.
    expect(nodeTooOld(versions(node, napi))).toBe(
      `error: Nexus needs Node 22.14, 23.6 or newer; this is ${node}. [node.too_old]\n` +
        'hint: Start it with build/bin/nexus.mjs, which takes the Node that `npm ci` brings along.\n',
    );
  });

  it.each([
    ['22.14.0', '10'],
    ['23.6.0', '10'],
    ['24.21.0', '10'],
    ['30.0.0', '11'],
  ])('%s will do', (node, napi) => {
    expect(nodeTooOld(versions(node, napi))).toBeUndefined();
  });

  it('is Electron’s own affair where it is Electron', () => {
    expect(nodeTooOld(versions('20.18.1', '9', { electron: '33.2.1' }))).toBeUndefined();
  });

  it('is looked at before anything that would fall over it', () => {
    const cli = fileURLToPath(new URL('../cli.ts', import.meta.url));
    const older = `data:text/javascript,Object.defineProperty(process, 'versions', { value: { node: '20.20.2', napi: '9' } })`;
    const said = (): { status: number; stdout: string; stderr: string } => {
      try {
        execFileSync(process.execPath, ['--import', older, cli, 'run', 'list'], {
          encoding: 'utf8',
          stdio: 'pipe',
        });
      } catch (error) {
        return error as ReturnType<typeof said>;
      }
      return expect.unreachable();
    };
    expect(said()).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringMatching(/^error: Nexus needs Node .* this is 20\.20\.2\./) as string,
    });
  });
});

import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { silentLogger } from '#main/base/log.ts';
import { someHost } from '../testing/host.ts';
import { makeKey } from '../testing/sshd.ts';
import { agentAddress, agentFor, agentKeyTypes } from './agent.ts';
import { expandHome, keyFiles } from './auth-files.ts';

let dir: string;
let agent: ChildProcess;
let socket: string;
const keys: string[] = [];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'nexus-agent-'));
  socket = join(dir, 'agent.sock');
  agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  const env = { ...process.env, SSH_AUTH_SOCK: socket };
  for (let i = 0; i < 7; i += 1)
    keys.push(makeKey(join(dir, `k${i}`), i === 3 ? 'ecdsa' : 'ed25519'));
  // It listens a moment after it was started.
  await vi.waitUntil(() => existsSync(socket));
  for (const key of keys) execFileSync('ssh-add', ['-q', key], { env });
});
afterAll(() => {
  agent.kill();
  rmSync(dir, { recursive: true });
});

const blobOf = (key: string) =>
  Buffer.from(readFileSync(`${key}.pub`, 'utf8').split(' ')[1]!, 'base64');
const numbers = (blobs: Buffer[]) =>
  blobs.map((blob) => keys.findIndex((key) => blobOf(key).equals(blob)));

describe('the keys of an agent', () => {
  const chosen = (identity: string[], options = {}) =>
    agentFor(
      someHost({ identity }, { identity_agent: socket, ...options }),
      identity,
      silentLogger,
    );

  it('are five at most, the host’s own first, the others in the agent’s order', async () => {
    // Bug caught: sshd hangs up after six keys, and the right one was the seventh.
    const made = await chosen([keys[6]!, keys[3]!]);
    expect(numbers(made!.blobs)).toEqual([6, 3, 0, 1, 2]);
    expect(made!.count).toBe(5);
    expect(numbers((await chosen([]))!.blobs)).toEqual([0, 1, 2, 3, 4]);
  });

  it('are the host’s own alone where it says so, also where only their public half is here', async () => {
    const only = join(dir, 'only');
    copyFileSync(`${keys[5]!}.pub`, `${only}.pub`);
    expect(numbers((await chosen([only], { identities_only: true }))!.blobs)).toEqual([5]);
    expect((await chosen([join(dir, 'none')], { identities_only: true }))!.count).toBe(0);
  });

  it('sign as ssh expects it: the real agent does it', async () => {
    const made = await chosen([keys[2]!]);
    const identities = await new Promise<unknown[]>((resolve, reject) =>
      made!.agent.getIdentities((error, found) => (error ? reject(error) : resolve(found ?? []))),
    );
    expect(identities).toHaveLength(5);
    const signature = await new Promise<Buffer>((resolve, reject) =>
      made!.agent.sign(identities[0] as never, Buffer.from('data'), (error, bytes) =>
        error ? reject(error) : resolve(bytes as Buffer),
      ),
    );
    expect(signature.length).toBeGreaterThanOrEqual(64);
  });

  it('are none where there is no agent, or it does not answer', async () => {
    for (const identity_agent of ['none', join(dir, 'nobody.sock')])
      expect(await chosen([], { identity_agent })).toBeUndefined();
  });

  it('are named by their types', async () => {
    const types = await agentKeyTypes(socket);
    expect(types).toHaveLength(7);
    expect(new Set(types)).toEqual(new Set(['ssh-ed25519', 'ecdsa-sha2-nistp256']));
  });
});

describe('what answers in the place of an agent', () => {
  let stop: () => void = () => undefined;
  afterEach(() => stop());

  /** Something that answers so, and hangs up. */
  async function answering(bytes: Buffer, hangUp = true): Promise<string> {
    const path = join(dir, `fake-${Math.random().toString(36).slice(2)}.sock`);
    const sockets = new Set<Socket>();
    const server = createServer((one) => {
      sockets.add(one);
      one.on('error', () => undefined);
      one.once('data', () => (hangUp ? one.end(bytes) : one.write(bytes)));
    });
    stop = () => {
      for (const one of sockets) one.destroy();
      server.close();
    };
    await new Promise<void>((resolve) => server.listen(path, resolve));
    return path;
  }

  it('may say anything: it is read or refused, and nothing waits for ever', async () => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(30);
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 60 }),
        fc.constantFrom(
          Buffer.alloc(0),
          length,
          Buffer.concat([length, Buffer.from([12, 0, 0, 0, 9])]),
        ),
        async (tail, head) => {
          const path = await answering(Buffer.concat([head, tail]));
          const types = await agentKeyTypes(path).catch(() => 'refused');
          expect(types === 'refused' || Array.isArray(types)).toBe(true);
          stop();
        },
      ),
      { numRuns: 40 },
    );
  });

  it('and says more and more is cut off', async () => {
    const path = await answering(
      Buffer.concat([Buffer.alloc(4, 0xff), Buffer.alloc(3_000_000)]),
      false,
    );
    await expect(agentKeyTypes(path)).rejects.toThrow(/too much/);
  });

  it('and has no keys, or refuses, has none', async () => {
    const message = (...bytes: number[]) => Buffer.from([0, 0, 0, bytes.length, ...bytes]);
    for (const bytes of [message(5), message(12, 0, 0, 0, 0)]) {
      expect(await agentKeyTypes(await answering(bytes))).toEqual([]);
      stop();
    }
  });
});

describe('where the agent and the keys are', () => {
  it('the host says first, then the environment', () => {
    const before = process.env['SSH_AUTH_SOCK'];
    try {
      process.env['SSH_AUTH_SOCK'] = '/run/env.sock';
      const at = (identity_agent?: string) =>
        agentAddress({ options: identity_agent === undefined ? {} : { identity_agent } });
      expect(at()).toBe('/run/env.sock');
      expect(at('SSH_AUTH_SOCK')).toBe('/run/env.sock');
      expect(at('none')).toBeUndefined();
      expect(at('~/a.sock')).toBe(join(homedir(), 'a.sock'));
      delete process.env['SSH_AUTH_SOCK'];
      expect(at()).toBeUndefined();
    } finally {
      if (before === undefined) delete process.env['SSH_AUTH_SOCK'];
      else process.env['SSH_AUTH_SOCK'] = before;
    }
  });

  it('`~` is the home folder at the beginning alone', () => {
    expect(expandHome('~')).toBe(homedir());
    expect(expandHome('~/x')).toBe(join(homedir(), 'x'));
    for (const path of ['~root/x', '/a/~/b', 'a~', '']) expect(expandHome(path)).toBe(path);
    expect(keyFiles({ identity: ['~/x', '/y'] })).toEqual([join(homedir(), 'x'), '/y']);
  });
});

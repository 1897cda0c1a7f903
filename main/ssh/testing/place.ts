import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { Connection } from '../connection/connection.ts';
import { closeFabrics, testFabric } from './fabric.ts';
import { startSshd, stopAll, type Sshd } from './sshd.ts';

/** One sshd for all tests of a file, and no fabric left open after any. */
export function withSshd(take: (sshd: Sshd) => void): void {
  beforeAll(async () => take(await startSshd()));
  afterEach(closeFabrics);
  afterAll(stopAll);
}

/** {@link withSshd}, and a folder for each test, which goes when the fabrics are closed. */
export function withPlace(
  name: string,
  take: (sshd: Sshd) => void,
  give: (dir: string) => void,
): void {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), name));
    give(dir);
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));
  withSshd(take);
}

/** A connection by this client, held by nothing else. */
export async function connectedBy(client: 'builtin' | 'openssh', sshd: Sshd): Promise<Connection> {
  const { fabric, host } = testFabric();
  const target = host('a', sshd, { options: { client } });
  const lease = await fabric.pool.acquire(target, { use: 'tunnel', interactive: false });
  expect(lease.connection.client).toBe(client);
  return lease.connection;
}

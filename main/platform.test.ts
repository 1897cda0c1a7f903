import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { newFolder } from './integration/nexus.testing.ts';
import { statuses } from './workflows/engine/testing.ts';
import { openPlatform } from './integration/platform.testing.ts';

describe('the platform', () => {
  it('is the only one that stays on its home, and the second one takes nothing from it', async () => {
    const { home, run } = await openPlatform();
    await expect(openPlatform({ home })).rejects.toMatchObject({
      code: 'platform.running',
      hint: expect.any(String),
    });
    const ended = await run(
      'name: a\nsteps:\n  - { id: x, uses: transform, with: { set: { v: 1 } } }\n',
    );
    expect(statuses(ended)).toEqual({ x: 'succeeded' });
    expect(existsSync(join(home, 'nexus.sock'))).toBe(true);
  });

  // Bug caught: a start that fails half-way keeps the socket or the database, and the next one fails too.
  it('leaves nothing behind when its port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void taken.close());
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const home = newFolder();
    await expect(openPlatform({ home, http: { host: '127.0.0.1', port } })).rejects.toMatchObject({
      code: 'gateway.in_use',
      hint: expect.stringContaining('--port'),
    });
    expect(existsSync(join(home, 'nexus.sock'))).toBe(false);
    const { platform } = await openPlatform({ home, http: { host: '127.0.0.1', port: 0 } });
    expect(platform.address()).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(platform.loginLink().url).toContain(`${platform.address()}/login?token=`);
  });

  it('has no address and no login link while HTTP is off, and says how to get one', async () => {
    const { platform } = await openPlatform();
    expect(platform.address()).toBeNull();
    expect(() => platform.loginLink()).toThrow(/does not listen on HTTP/);
  });

  it('puts the welcome workflow into a new home once, and respects its removal', async () => {
    const first = await openPlatform();
    await first.client.workflows.remove({ name: 'welcome' });
    await first.close();
    const again = await openPlatform({ home: first.home });
    expect((await again.client.workflows.list({})).workflows).toEqual([]);
  });

  it('locks the vault once it wakes, also where no desktop tells that the machine sleeps', async () => {
    // Bug caught: the vault of `nexus serve` on a laptop is open after the night.
    const { platform, client } = await openPlatform();
    await client.vault.init({ passphrase: 'correct horse battery', recovery: false });
    expect(platform.vault.unlocked).toBe(true);
    const now = Date.now.bind(Date);
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() + 8 * 3_600_000);
    onTestFinished(() => clock.mockRestore());
    await expect.poll(() => platform.vault.unlocked).toBe(false);
  });
});

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { type Said, nexusHere, tempFile, tempFolder } from '../here.testing.ts';

const PASSPHRASE = 'correct horse battery staple';
/** A busy machine takes its time. */
const WAIT = { timeout: 20_000 };

/** `nexus serve` in this process, once it waits for Ctrl-C; `stop` presses it. */
async function serving(home: string, args: string[]): Promise<{ stop(): Promise<Said> }> {
  const before = process.listenerCount('SIGINT');
  const running = nexusHere(home, ...args);
  await vi.waitFor(() => expect(process.listenerCount('SIGINT')).toBeGreaterThan(before), WAIT);
  return {
    stop() {
      process.emit('SIGINT');
      return running;
    },
  };
}

describe('nexus serve', () => {
  it('listens where --host says, tells it as JSON, and ends at Ctrl-C', async () => {
    const home = tempFolder();
    const nexus = await serving(home, ['serve', '--port', '0', '--host', '127.0.0.2', '--json']);
    const status = await nexusHere(home, 'status', '--json');
    const link = await nexusHere(home, 'status', '--login-link', '--json');
    const said = await nexus.stop();
    // What other commands say meanwhile goes through the same stdout, so it is read from its end.
    const own = JSON.parse(said.stdout.slice(0, said.stdout.indexOf('\n}\n') + 3)) as {
      address: string;
      login: string;
    };
    expect(own).toMatchObject({ home, pid: process.pid });
    expect(own.address).toMatch(/^http:\/\/127\.0\.0\.2:\d+$/);
    expect(own.login.startsWith(`${own.address}/login?token=`)).toBe(true);
    expect(status.json).toMatchObject({ running: true, address: own.address });
    expect(link.json.login).not.toBe(own.login);
    expect([said.code, said.stderr]).toEqual([0, expect.stringMatching(/^Stopping: /)]);
    expect((await nexusHere(home, 'status', '--json')).json).toMatchObject({ running: false });
  });

  it('--passphrase-file unlocks the vault at the start; a wrong one starts nothing', async () => {
    const home = tempFolder();
    const file = tempFile(`${PASSPHRASE}\n`);
    await nexusHere(home, 'vault', 'init', '--no-recovery', '--passphrase-file', file);
    const nexus = await serving(home, ['serve', '--port', '0', '--passphrase-file', file]);
    expect((await nexusHere(home, 'vault', 'status', '--json')).json.state).toBe('unlocked');
    const said = await nexus.stop();
    expect(said.stdout).toMatch(/is running on http:\/\/127\.0\.0\.1:\d+\n/);
    const wrong = await nexusHere(
      ...[home, 'serve', '--port', '0', '--passphrase-file', tempFile('not this one')],
    );
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('wrong_passphrase')]);
    expect(readFileSync(join(home, 'logs', 'nexus.log'), 'utf8')).not.toContain(PASSPHRASE);
  });

  it('says which port is taken, and leaves nothing behind', async () => {
    const { createServer } = await import('node:net');
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const home = tempFolder();
    const said = await nexusHere(home, 'serve', '--port', String(port));
    expect(said.code).toBe(1);
    expect(said.stderr).toMatch(new RegExp(`^error: .*${port}.*\\[\\w+\\.\\w+\\]\nhint: `));
    expect((await nexusHere(home, 'status', '--json')).json).toMatchObject({ running: false });
    other.close();
  });
});

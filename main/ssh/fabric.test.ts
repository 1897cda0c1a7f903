import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { closeFabrics, testFabric } from './testing/fabric.ts';
import { startSshd, stopAll, type Sshd } from './testing/sshd.ts';

let sshd: Sshd;
beforeAll(async () => {
  sshd = await startSshd();
});
afterEach(closeFabrics);
afterAll(stopAll);

describe('run', () => {
  it('gives output, exit code and both streams apart, byte for byte', async () => {
    const { fabric, host } = testFabric();
    host('a', sshd);
    const result = await fabric.run('a', 'printf "\\000\\377x"; echo oops >&2; exit 3');
    expect([...result.stdout]).toEqual([0, 255, 0x78]);
    expect(result.stderr.toString()).toBe('oops\n');
    expect(result).toMatchObject({ exitCode: 3, signal: null, truncated: false });
  });

  it('hands standard input over, and ends it', async () => {
    const { fabric, host } = testFabric();
    host('a', sshd);
    const stdin = Buffer.alloc(300_000, 'xyz\n');
    const result = await fabric.run('a', 'md5sum; echo end', { stdin });
    expect(result.stdout.toString()).toMatch(/^[0-9a-f]{32} {2}-\nend\n$/);
    expect((await fabric.run('a', 'cat')).stdout).toHaveLength(0);
  });

  it('keeps only so much of an endless output, and is not slowed down by the rest', async () => {
    const { fabric, host } = testFabric();
    host('a', sshd);
    const result = await fabric.run('a', 'head -c 20000000 /dev/zero', { maxBytes: 1000 });
    expect(result.stdout).toHaveLength(1000);
    expect(result.truncated).toBe(true);
  });

  it('gives variables without putting them on a command line, whatever they hold', async () => {
    const { fabric, host } = testFabric();
    host('a', sshd);
    const value = `it's "$(id)" \`x\` \\ !! é\nsecond line\n`;
    const result = await fabric.run(
      'a',
      'tr "\\0" " " < /proc/$PPID/cmdline; printf %s "$V"; cat',
      {
        env: { V: value },
        stdin: Buffer.from('|rest'),
      },
    );
    const text = result.stdout.toString();
    expect(text.endsWith(`${value}|rest`)).toBe(true);
    expect(text.indexOf('second line')).toBe(text.lastIndexOf('second line'));
  });

  it('ends the command at the timeout and at an abort, and the connection goes on', async () => {
    const { fabric, host } = testFabric();
    host('a', sshd);
    await fabric.run('a', 'true');
    await expect(fabric.run('a', 'sleep 100', { timeoutMs: 200 })).rejects.toMatchObject({
      code: 'ssh.timeout',
    });
    const abort = new AbortController();
    const running = fabric.run('a', 'sleep 100', { signal: abort.signal });
    setTimeout(() => abort.abort(new Error('enough')), 100);
    await expect(running).rejects.toThrow('enough');
    expect((await fabric.run('a', 'echo on')).stdout.toString()).toBe('on\n');
    expect(sshd.log().match(/Accepted publickey/g)).toHaveLength(5);
  });

  it('has the time that it was given, be it a month', async () => {
    // Bug caught: what a timer cannot hold is taken for a millisecond, and the command fails at once.
    const { fabric, host } = testFabric();
    host('a', sshd);
    const result = await fabric.run('a', 'sleep 0.2; echo on', { timeoutMs: 30 * 86_400_000 });
    expect(result.stdout.toString()).toBe('on\n');
  });

  it('takes turns when more commands come than the server allows sessions', async () => {
    const { fabric, host } = testFabric();
    host('a', sshd);
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, i) => fabric.run('a', `sleep 0.02; echo ${i}`)),
    );
    expect(results.map((one) => Number(one.stdout.toString()))).toEqual(
      Array.from({ length: 40 }, (_, i) => i),
    );
    expect(fabric.health()).toMatchObject([{ host: 'a', state: 'connected', channels: 0 }]);
  });
});

it('gets along with a server that allows fewer sessions than usual, terminals too', async () => {
  // Bug caught: eight commands at once on a server with MaxSessions 2, and six of them fail.
  const strict = await startSshd({ config: ['MaxSessions 2'] });
  const { fabric, host } = testFabric();
  host('a', strict);
  const shells = await Promise.all(
    Array.from({ length: 3 }, () => fabric.shell('a', { cols: 80, rows: 24 })),
  );
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, i) => fabric.run('a', `echo ${i}`)),
  );
  expect(results.map((one) => Number(one.stdout.toString()))).toEqual(
    Array.from({ length: 20 }, (_, i) => i),
  );
  for (const shell of shells) shell.close();
  await strict.stop();
  // One that allows none says so, and nobody waits for ever.
  const none = await startSshd({ config: ['MaxSessions 0'] });
  host('b', none);
  await expect(fabric.run('b', 'true')).rejects.toMatchObject({ code: 'ssh.channel_refused' });
  await none.stop();
});

describe('shell', () => {
  it('is a terminal of the size asked for, follows a resize, and tells how it ended', async () => {
    const { fabric, host } = testFabric();
    host('a', sshd);
    const shell = await fabric.shell('a', { cols: 91, rows: 27 });
    let text = '';
    const seen = (what: RegExp) =>
      new Promise<void>((resolve) => {
        const look = () => what.test(text) && resolve();
        shell.onData(look);
        look();
      });
    shell.onData((data) => (text += Buffer.from(data).toString()));
    const exit = new Promise((resolve) => shell.onExit(resolve));
    shell.write('stty size\n');
    await seen(/27 91/);
    shell.resize(120, 40);
    shell.write('stty size; echo $TERM\n');
    await seen(/40 120\r\nxterm-256color/);
    shell.write('exit 5\n');
    expect(await exit).toEqual({ code: 5, signal: null });
  });

  it('leaves places for commands, however many terminals are open', async () => {
    const { fabric, host } = testFabric();
    host('a', sshd);
    const shells = await Promise.all(
      Array.from({ length: 13 }, () => fabric.shell('a', { cols: 80, rows: 24 })),
    );
    expect((await fabric.run('a', 'echo here')).stdout.toString()).toBe('here\n');
    for (const shell of shells) shell.close();
  });
});

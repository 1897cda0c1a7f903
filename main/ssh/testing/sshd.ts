import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** A real sshd on a loopback port of its own. */
export interface Sshd {
  port: number;
  dir: string;
  user: string;
  /** The private key that may log in. */
  key: string;
  /** Public host key, `type base64`. */
  hostKey: string;
  process: ChildProcess;
  /** What sshd wrote. */
  log(): string;
  /** Ends it with every connection; keeps port and keys for {@link restart}. */
  stop(): Promise<void>;
  restart(): Promise<void>;
}

const opened: { stop(): Promise<void>; dir: string }[] = [];

/** Stops all and removes their folders; for `afterAll`. */
export async function stopAll(): Promise<void> {
  for (const one of opened.splice(0)) {
    await one.stop();
    rmSync(one.dir, { recursive: true, force: true });
  }
}

/** Makes a key with ssh-keygen. */
export function makeKey(file: string, type = 'ed25519', passphrase = ''): string {
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-f', file, '-C', 'test']);
  return file;
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** Starts sshd with these further lines of configuration, which win over ours. */
export async function startSshd(
  options: {
    config?: string[];
    hostKeyType?: string;
    port?: number;
    /** Where it listens; default 127.0.0.1. */
    address?: string;
    /** The network namespace that it lives in. */
    netns?: string;
  } = {},
): Promise<Sshd> {
  const dir = mkdtempSync(join(tmpdir(), 'nexus-sshd-'));
  // Other users' keys are read as those users.
  chmodSync(dir, 0o755);
  mkdirSync('/run/sshd', { recursive: true });
  const hostKey = makeKey(join(dir, 'host'), options.hostKeyType ?? 'ed25519');
  const key = makeKey(join(dir, 'user'));
  writeFileSync(join(dir, 'authorized'), readFileSync(`${key}.pub`), { mode: 0o644 });
  const { address = '127.0.0.1', netns } = options;
  const lines = options.config ?? [];
  // The only line of which a second one is an error.
  const files = lines.some((line) => line.startsWith('Subsystem sftp '))
    ? []
    : ['Subsystem sftp internal-sftp'];
  const port = options.port ?? (await freePort());
  const config = join(dir, 'sshd_config');
  writeFileSync(
    config,
    [
      ...lines,
      `Port ${port}`,
      `ListenAddress ${address}`,
      `HostKey ${hostKey}`,
      `AuthorizedKeysFile ${join(dir, 'authorized')}`,
      `PidFile ${join(dir, 'pid')}`,
      'StrictModes no',
      'PermitRootLogin yes',
      'UsePAM no',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'MaxStartups 100',
      ...files,
      'PrintMotd no',
      'UseDNS no',
      // Not the start-up files of whoever runs the tests: bash reads ~/.bashrc under sshd.
      `SetEnv HOME=${dir}`,
      '',
    ].join('\n'),
  );
  let text = '';
  let child: ChildProcess;
  const start = async () => {
    const inside = netns ? ['ip', 'netns', 'exec', netns] : [];
    const [program, ...words] = [...inside, '/usr/sbin/sshd', '-D', '-e', '-f', config];
    child = spawn(program!, words, {
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    });
    child.stderr!.on('data', (chunk: Buffer) => (text += chunk.toString()));
    await reachable(port, address, child, () => text);
  };
  await start();
  const sshd: Sshd = {
    port,
    dir,
    user: userInfo().username,
    key,
    hostKey: readFileSync(`${hostKey}.pub`, 'utf8').split(' ').slice(0, 2).join(' '),
    get process() {
      return child;
    },
    log: () => text,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      endTree(child.pid!);
      await gone;
    },
    restart: start,
  };
  opened.push(sshd);
  return sshd;
}

/**
 * A process, then every one below it (the sessions have groups of their own): so no sshd is left to
 * tell how its command ended.
 */
export function endTree(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  const children = childrenOf(pid);
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone already.
  }
  for (const child of children) endTree(child, signal);
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(/\s+/)
      .filter(Boolean)
      .map(Number);
  } catch {
    return [];
  }
}

function reachable(
  port: number,
  address: string,
  child: ChildProcess,
  log: () => string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error(`sshd ended: ${log()}`)));
    const knock = () => {
      const socket = connect(port, address);
      socket.once('connect', () => {
        socket.destroy();
        resolve();
      });
      socket.once('error', () => setTimeout(knock, 20));
    };
    knock();
  });
}

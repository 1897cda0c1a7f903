import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transfer } from '#main/ssh/files/transfer.ts';
import { closeFabrics, testFabric, type TestFabric } from '#main/ssh/testing/fabric.ts';
import { startSshd, stopAll, type Sshd } from '#main/ssh/testing/sshd.ts';
import { closeMaster, installed, openMaster, sshOptions, timed } from './support/openssh.ts';
import { median, number, percentile, type Row } from './support/table.ts';

const HOSTS = 50;
const ROUNDS = 3;
const GIB = 1024 ** 3;

/**
 * The SSH fabric over loopback, on a real sshd, beside OpenSSH's own programs (and ansible where it
 * is installed) against the same server, measured in turns.
 */
export async function measure(): Promise<Row[]> {
  const sshd = await startSshd({ config: ['MaxStartups 500', 'MaxSessions 10'] });
  try {
    return [
      ...(await measureExec(sshd)),
      ...(await measureMany(sshd)),
      ...(await measureFiles(sshd)),
    ];
  } finally {
    await closeFabrics();
    await stopAll();
  }
}

async function measureExec(sshd: Sshd): Promise<Row[]> {
  const { fabric, host } = testFabric();
  host('one', sshd);
  const run = () => timed(() => fabric.run('one', 'true'));
  await repeat(50, run);
  const own = await repeat(500, run);
  const ssh = [...sshOptions(sshd), '127.0.0.1', 'true'];
  const alone = median(await repeat(20, () => timed(() => installed('ssh', ssh))));
  const socket = join(sshd.dir, 'master');
  await openMaster(sshd, socket);
  const muxed = ['-S', socket, ...ssh];
  const master = median(await repeat(50, () => timed(() => installed('ssh', muxed))));
  await closeMaster(sshd, socket);
  const p50 = median(own);
  return [
    {
      bench: 'ssh',
      figure: 'pooled exec, p50 / p99 (bar 5 ms)',
      value: `${number(p50)} / ${number(percentile(own, 0.99))} ms`,
      ratio: `ssh process ${number(alone)} ms, with ControlMaster ${number(master)} ms`,
    },
  ];
}

async function measureMany(sshd: Sshd): Promise<Row[]> {
  const names = Array.from({ length: HOSTS }, (_, i) => `h${i}`);
  const all = (test: TestFabric) =>
    timed(async () => {
      const results = await Promise.all(names.map((name) => test.fabric.run(name, 'uptime')));
      if (results.some((one) => one.exitCode !== 0)) throw new Error('uptime failed');
    });
  const cold: number[] = [];
  const warm: number[] = [];
  const processes: number[] = [];
  const ssh = [...sshOptions(sshd), '127.0.0.1', 'uptime'];
  for (let round = 0; round < ROUNDS; round += 1) {
    const test = testFabric();
    for (const name of names) test.host(name, sshd);
    cold.push(await all(test));
    for (let n = 0; n < 3; n += 1) warm.push(await all(test));
    await closeFabrics();
    processes.push(await timed(() => Promise.all(names.map(() => installed('ssh', ssh)))));
  }
  const ansible = await measureAnsible(sshd);
  const beside = `${HOSTS} ssh processes ${seconds(median(processes))}`;
  const peers = `${beside}, ansible ${ansible === undefined ? 'not installed' : seconds(ansible)}`;
  return [
    {
      bench: 'ssh',
      figure: `${HOSTS} connections, uptime, cold (bar 2 s)`,
      value: seconds(median(cold)),
      ratio: peers,
    },
    {
      bench: 'ssh',
      figure: `${HOSTS} connections, uptime, warm (bar 0.5 s)`,
      value: seconds(median(warm)),
      ratio: peers,
    },
  ];
}

/** Seconds of `ansible -m raw` on fifty names of the same server; undefined where it is not installed. */
async function measureAnsible(sshd: Sshd): Promise<number | undefined> {
  if (!existsSync('/usr/bin/ansible')) return undefined;
  const inventory = join(sshd.dir, 'inventory');
  const options = `ansible_host=127.0.0.1 ansible_port=${sshd.port} ansible_user=${sshd.user} ansible_ssh_private_key_file=${sshd.key}`;
  const lines = Array.from({ length: HOSTS }, (_, i) => `h${i} ${options}`);
  writeFileSync(inventory, `${lines.join('\n')}\n`);
  const env = { ANSIBLE_HOST_KEY_CHECKING: 'False', ANSIBLE_LOCAL_TEMP: join(sshd.dir, 'ansible') };
  // Twice: the second time it has its own masters, as in daily use.
  const words = ['all', '-i', inventory, '-m', 'raw', '-a', 'uptime', '-f', String(HOSTS)];
  await installed('ansible', words, env);
  return timed(() => installed('ansible', words, env));
}

async function measureFiles(sshd: Sshd): Promise<Row[]> {
  // In memory where there is such a folder: the disk is not what is compared.
  const dir = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : sshd.dir, 'nexus-bench-'));
  const source = join(dir, 'gib');
  const target = join(dir, 'copy');
  await installed('sh', ['-c', `head -c ${GIB} /dev/urandom > '${source}'`]);
  const { fabric, host } = testFabric();
  const one = host('one', sshd);
  await fabric.run('one', 'true');
  const nexus = (direction: 'upload' | 'download', verify: boolean) => async () => {
    const request = { host: 'one', from: source, to: target, resume: false, verify };
    const { signal } = new AbortController();
    const sessions = fabric.sessions(one, { interactive: false });
    for await (const event of transfer(
      direction,
      sessions,
      { ...request, interactive: false },
      signal,
    ))
      if (event.type === 'done' && event.bytes !== GIB) throw new Error('not all arrived');
  };
  const sftp = (verb: 'put' | 'get', cipher: string[]) => () => {
    const batch = join(dir, 'batch');
    writeFileSync(batch, `${verb} ${source} ${target}\n`);
    return installed('sftp', [...cipher, ...sshOptions(sshd, 'P'), '-b', batch, '127.0.0.1']);
  };
  const aes = ['-c', 'aes128-gcm@openssh.com'];
  const rows: Row[] = [];
  for (const [direction, verb] of [
    ['upload', 'put'],
    ['download', 'get'],
  ] as const) {
    const works = [
      nexus(direction, true),
      nexus(direction, false),
      sftp(verb, []),
      sftp(verb, aes),
    ];
    const times: number[][] = works.map(() => []);
    for (let round = 0; round < ROUNDS; round += 1)
      for (const [at, work] of works.entries()) {
        rmSync(target, { force: true });
        times[at]!.push(await timed(work));
      }
    if (!readFileSync(target).equals(readFileSync(source))) throw new Error('the copy differs');
    const [verified, plain, theirs, theirsAes] = times.map((all) => 1024 / (median(all) / 1000));
    rows.push({
      bench: 'ssh',
      figure: `1 GiB ${verb}, checksums compared / not`,
      value: `${number(verified!)} / ${number(plain!)} MiB/s`,
      ratio: `sftp ${number(theirs!)} MiB/s, with aes128-gcm ${number(theirsAes!)} MiB/s`,
    });
  }
  rmSync(dir, { recursive: true });
  return rows;
}

async function repeat<T>(times: number, work: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let n = 0; n < times; n += 1) results.push(await work());
  return results;
}

const seconds = (ms: number) => `${number(ms / 1000)} s`;

import { randomBytes } from 'node:crypto';
import type { HostFacts } from '#contract/monitor.ts';
import { NexusError } from '#main/base/errors.ts';
import type { RunCommand } from './collect.ts';
import { parseDisks } from './disks.ts';
import { SAMPLE_COMMAND } from './script.ts';
import { splitSections } from './sections.ts';
import { amount, label, lines } from './text.ts';

const TIMEOUT_MS = 15_000;
const MOST_BYTES = 256 * 1024;

// Read once in a while, so it may start a few more processes than a sample does.
const SCRIPT = String.raw`
exec 2>/dev/null
export LC_ALL=C PATH="/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/bin:$PATH"
s() { printf '%s %s\n' "$M" "$1"; }
limit=
command -v timeout >/dev/null && limit='timeout 5'
s system; uname -s
s kernel; uname -r
s machine; uname -m
s name; uname -n
s now; date +%s
s os-release; cat /etc/os-release
s cores; getconf _NPROCESSORS_ONLN || sysctl -n hw.ncpu
s model; grep -m 1 -E '^(model name|Model|Hardware)[^:]*:' /proc/cpuinfo || sysctl -n machdep.cpu.brand_string || sysctl -n hw.model
s meminfo; grep -E '^(MemTotal|SwapTotal):' /proc/meminfo
s memory; sysctl -n hw.memsize || sysctl -n hw.physmem
s uptime; cat /proc/uptime
s boottime; sysctl -n kern.boottime
s df; { $limit df -Pkl || $limit df -Pk; } | head -n 300
s virt; systemd-detect-virt </dev/null || sysctl -n kern.vm_guest
s product; cat /sys/class/dmi/id/product_name
s product_version; sw_vers </dev/null
s docker; $limit docker version --format '{{.Server.Version}}' </dev/null || $limit docker --version </dev/null
s end
`;

/**
 * What a host is: system, kernel, processor, memory, disks, virtualisation, Docker. What it does not
 * tell is absent.
 *
 * @throws NexusError `monitor.unreadable`, and what `run` throws
 */
export async function collectFacts(run: RunCommand): Promise<HostFacts> {
  const mark = randomBytes(12).toString('hex');
  const { stdout } = await run(SAMPLE_COMMAND, {
    stdin: Buffer.from(`M=${mark}\n${SCRIPT}`),
    timeoutMs: TIMEOUT_MS,
    maxBytes: MOST_BYTES,
  });
  return parseFacts(Buffer.from(stdout).toString('utf8'), mark);
}

/** Reads what the script printed. @throws NexusError `monitor.unreadable` */
export function parseFacts(output: string, mark: string): HostFacts {
  const { sections, complete } = splitSections(output, mark);
  if (!complete)
    throw new NexusError({
      code: 'monitor.unreadable',
      message: 'The host did not answer as a system with a POSIX shell does.',
      hint: 'Check that /bin/sh runs there for this user: nexus ssh HOST true',
      kind: 'operational',
    });
  const line = (name: string) => label(lines(sections.get(name), 3)[0] ?? '', 120) || undefined;
  const number = (name: string) => amount(line(name));
  const kib = (name: string) => {
    const value = amount(
      new RegExp(`^${name}: +(\\d{1,16}) kB`, 'm').exec(sections.get('meminfo') ?? '')?.[1],
    );
    return value === undefined ? undefined : value * 1024;
  };
  const facts: { [Name in keyof HostFacts]: HostFacts[Name] | undefined } & Pick<
    HostFacts,
    'disks'
  > = {
    os: line('system'),
    distribution: distributionOf(sections),
    kernel: line('kernel'),
    architecture: line('machine'),
    hostname: line('name'),
    cores: number('cores'),
    processor: line('model')?.replace(/^[^:]{1,20}:\s*/, ''),
    memory: kib('MemTotal') ?? number('memory'),
    swap: kib('SwapTotal'),
    booted_at: bootOf(sections),
    disks: parseDisks(sections.get('df')).map(({ mount, total, used }) => ({ mount, total, used })),
    virtualisation: virtualisationOf(line('virt'), line('product')),
    docker: /^(?:Docker version )?(\d[\w.+~-]{0,40})/.exec(line('docker') ?? '')?.[1],
  };
  for (const name of Object.keys(facts) as (keyof HostFacts)[])
    if (facts[name] === undefined) delete facts[name];
  return facts as HostFacts;
}

function distributionOf(sections: ReadonlyMap<string, string>): string | undefined {
  const pretty = /^PRETTY_NAME=["']?([^"'\n]{1,100})/m.exec(sections.get('os-release') ?? '')?.[1];
  if (pretty) return label(pretty, 100);
  const apple = sections.get('product_version') ?? '';
  const [, product] = /^ProductName:\s*(\S[^\n]{0,40})/m.exec(apple) ?? [];
  const [, version] = /^ProductVersion:\s*(\S{1,20})/m.exec(apple) ?? [];
  return product && version ? label(`${product} ${version}`) : undefined;
}

function bootOf(sections: ReadonlyMap<string, string>): string | undefined {
  const now = amount(sections.get('now')?.trim());
  const up = amount(sections.get('uptime')?.split(/\s/, 1)[0]);
  const boot =
    now !== undefined && up !== undefined
      ? now - up
      : amount(/\bsec = (\d{1,12})/.exec(sections.get('boottime') ?? '')?.[1]);
  // What a date cannot hold is no time.
  return boot !== undefined && boot < 8e12
    ? new Date(Math.round(boot) * 1000).toISOString()
    : undefined;
}

const HYPERVISORS: [RegExp, string][] = [
  [/kvm|openstack|standard pc|google compute/i, 'kvm'],
  [/vmware/i, 'vmware'],
  [/virtualbox/i, 'virtualbox'],
  [/virtual machine/i, 'microsoft'],
];

function virtualisationOf(virt: string | undefined, product: string | undefined) {
  if (virt && /^[a-z0-9-]{1,30}$/.test(virt)) return virt;
  return HYPERVISORS.find(([pattern]) => pattern.test(product ?? ''))?.[1];
}

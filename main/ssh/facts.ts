import type { HostFacts } from '#contract/hosts.ts';

/** Asks what every POSIX system can tell, one `key=value` a line; what is missing stays out. */
export const FACTS_PROGRAM = `say() { [ -n "$2" ] && printf "%s=%s\\n" "$1" "$2"; }
say hostname "$(hostname 2>/dev/null || uname -n)"
say kernel "$(uname -sr)"
say architecture "$(uname -m)"
say os "$( (. /etc/os-release && printf %s "$PRETTY_NAME") 2>/dev/null || (sw_vers -productName && sw_vers -productVersion) 2>/dev/null | tr "\\n" " ")"
say cpus "$(getconf _NPROCESSORS_ONLN 2>/dev/null)"
say memory_kib "$(sed -n "s/^MemTotal: *\\([0-9]*\\).*/\\1/p" /proc/meminfo 2>/dev/null)"
say uptime "$(cut -d. -f1 /proc/uptime 2>/dev/null)"
say addresses "$(hostname -I 2>/dev/null)"
say shell "$SHELL"
say python "$(command -v python3 >/dev/null 2>&1 && python3 -V 2>&1)"
say disk "$(df -Pk / 2>/dev/null | tail -n 1 | tr -s " " | cut -d" " -f2,4)"
:`;

/** Reads the answer to {@link FACTS_PROGRAM}. */
export function readFacts(text: string): HostFacts {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const at = line.indexOf('=');
    if (at > 0)
      values.set(
        line.slice(0, at),
        line
          .slice(at + 1)
          .trim()
          .slice(0, 1000),
      );
  }
  const number = (name: string, factor = 1) => countIn(values.get(name), factor);
  const [disk, free] = (values.get('disk') ?? '').split(' ').map((text) => countIn(text, 1024));
  const addresses = values.get('addresses')?.split(/\s+/).filter(Boolean);
  const facts: HostFacts = {
    hostname: values.get('hostname'),
    os: values.get('os'),
    kernel: values.get('kernel'),
    architecture: values.get('architecture'),
    cpus: number('cpus'),
    memory_bytes: number('memory_kib', 1024),
    uptime_seconds: number('uptime'),
    ...(addresses?.length ? { addresses } : {}),
    shell: values.get('shell'),
    python: values.get('python')?.replace(/^Python /, ''),
    ...(disk ? { disk_bytes: disk } : {}),
    ...(free === undefined ? {} : { disk_free_bytes: free }),
  };
  return Object.fromEntries(
    Object.entries(facts).filter(([, value]) => value !== undefined && value !== ''),
  );
}

// What is absurd stays out, so that the rest is shown.
function countIn(text: string | undefined, factor: number): number | undefined {
  if (!text) return undefined;
  const count = Math.round(Number(text) * factor);
  return Number.isSafeInteger(count) ? count : undefined;
}

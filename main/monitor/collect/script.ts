/**
 * What a host is asked, once per sample: one POSIX shell script that reads what the kernel counts
 * and prints it in sections. It writes nothing, needs no rights and starts few processes.
 *
 * It goes to `/bin/sh -s` on standard input, so that it works under any login shell and the mark of
 * its sections is in no process list: a process that puts lines into its own name cannot imitate
 * a section. The processes come last all the same, and only the first section of a name counts.
 *
 * @param mark begins each section's line; fresh and unguessable for every sample.
 */
export function sampleScript(mark: string): string {
  if (!/^[A-Za-z0-9]{8,64}$/.test(mark)) throw new TypeError('the mark is letters and digits');
  return `M=${mark}\n${HEAD}${LINUX}${DARWIN}${FREEBSD}${TAIL}`;
}

/** The command that reads the script. */
export const SAMPLE_COMMAND = '/bin/sh -s';

const HEAD = String.raw`
exec 2>/dev/null
export LC_ALL=C PATH="/usr/sbin:/usr/bin:/sbin:/bin:$PATH"
s() { printf '%s %s\n' "$M" "$1"; }
limit=
command -v timeout >/dev/null && limit='timeout 5'
system=$(uname -s)
s system
printf '%s\n' "$system"
`;

// One awk reads all files of /proc: a fork for each would cost more than the reading.
// A file system that does not answer must not hold up the rest: df is given five seconds.
const LINUX = String.raw`
case "$system" in
Linux)
  s bits; getconf LONG_BIT
  s tick; getconf CLK_TCK
  s page; getconf PAGESIZE
  set --
  for f in sys/kernel/random/boot_id uptime loadavg stat meminfo net/dev diskstats; do
    [ -r "/proc/$f" ] && set -- "$@" "/proc/$f"
  done
  awk -v m="$M" 'FNR == 1 { print m, FILENAME } FILENAME == "/proc/stat" && !/^cpu/ { next } FNR < 2000' "$@" </dev/null
  s df; { $limit df -Pkl || $limit df -Pk; } | head -n 300
  s processes
  cat /proc/[0-9]*/stat | awk '
    match($0, /^[0-9]+ \(/) {
      from = RLENGTH + 1; to = 0
      for (i = length($0); i > from && !to; i--) if (substr($0, i, 2) == ") ") to = i
      if (!to) next
      n = split(substr($0, to + 2), f, " ")
      if (n > 21) print $1, f[20], f[12] + f[13], f[22], substr($0, from, to - from)
      if (++count >= 4096) exit
    }'
  ;;
`;

// top's first table counts from the start of the system, so it is asked for two, a second apart.
const DARWIN = String.raw`
Darwin)
  s sysctl; sysctl hw.memsize hw.pagesize hw.ncpu vm.loadavg vm.swapusage kern.boottime
  s now; date +%s
  s top; top -l 2 -s 1 -n 0 | grep '^CPU usage'
  s vm_stat; vm_stat
  s netstat; netstat -ibn | head -n 300
  s df; $limit df -Pkl | head -n 300
  s ps; ps -Axo pid=,pcpu=,rss=,ucomm= -r | head -n 200
  ;;
`;

const FREEBSD = String.raw`
FreeBSD)
  s sysctl; sysctl hw.pagesize hw.physmem hw.ncpu vm.loadavg kern.boottime kern.cp_time kern.cp_times vm.stats.vm
  s now; date +%s
  s swapinfo; swapinfo -k
  s netstat; netstat -ibn | head -n 300
  s df; $limit df -Pkl | head -n 300
  s ps; ps -Axo pid=,pcpu=,rss=,ucomm= -r | head -n 200
  ;;
`;

const TAIL = String.raw`
esac
s end
`;

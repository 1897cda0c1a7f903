/**
 * Named places at which a crash test may end the process, as a power cut would. A release build
 * defines `process.env.NEXUS_FAILPOINTS_COMPILED` as "0", so that the body of this function and
 * its environment lookup are gone from it.
 *
 * `NEXUS_FAILPOINT=name` dies at the first passage, `NEXUS_FAILPOINT=name:3` at the third.
 */
export function failpoint(name: string): void {
  if (process.env.NEXUS_FAILPOINTS_COMPILED === '0') return;
  const wanted = process.env['NEXUS_FAILPOINT'];
  if (!wanted || !wanted.startsWith(name)) return;
  const [target, nth = '1'] = wanted.split(':');
  if (target !== name) return;
  passages += 1;
  if (passages >= Number(nth)) process.kill(process.pid, 'SIGKILL');
}

let passages = 0;

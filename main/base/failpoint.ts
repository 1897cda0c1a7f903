/**
 * Named places at which a crash test may end the process, as a sudden death would. A release build
 * defines `process.env.NEXUS_FAILPOINTS_COMPILED` as "0", so that the body of this function is
 * gone from it.
 *
 * `NEXUS_FAILPOINT=name` dies at the first passage, `NEXUS_FAILPOINT=name:3` at the third.
 */
export function failpoint(name: string): void {
  // An environment lookup costs more than a step of a run: the wish is read once, at load.
  if (wanted === undefined || process.env.NEXUS_FAILPOINTS_COMPILED === '0') return;
  if (name !== wanted) return;
  passages += 1;
  if (passages === nth) process.kill(process.pid, 'SIGKILL');
}

const [wanted, count] = process.env['NEXUS_FAILPOINT']?.split(':') ?? [];
const nth = Number(count ?? 1);
let passages = 0;

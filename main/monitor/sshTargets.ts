import type { RunCommand } from './collect/collect.ts';
import type { Target, Targets } from './targets.ts';

/** What the figures need of the SSH fabric. */
interface Fabric {
  hosts: { list(filter: { expression?: string }): Target[] };
  run(
    host: string,
    command: string,
    options: Parameters<RunCommand>[1] & { interactive: boolean },
  ): ReturnType<RunCommand>;
}

/** The inventory's hosts, looked at over its connections. Nobody is asked for a password at 2 a.m. */
export function sshTargets(fabric: Fabric): Targets {
  return {
    list: (expression) =>
      fabric.hosts
        .list(expression === undefined ? {} : { expression })
        .map(({ id, name }) => ({ id, name })),
    run: (id, command, options) => fabric.run(id, command, { ...options, interactive: false }),
  };
}

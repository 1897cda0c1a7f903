import type { RunCommand } from './collect/collect.ts';

/** A host that can be looked at, as the inventory knows it. */
export interface Target {
  id: string;
  name: string;
}

/** The hosts besides this machine; the SSH fabric's inventory and `run`. */
export interface Targets {
  /** The hosts that an expression names (tags, groups, patterns), or all. @throws NexusError on a bad expression */
  list(expression?: string): Target[];
  /** Runs a command on one of them. */
  run(id: string, ...call: Parameters<RunCommand>): ReturnType<RunCommand>;
}

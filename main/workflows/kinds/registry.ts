import { NexusError } from '#main/base/errors.ts';
import type { StepKind } from './kind.ts';

/** The step kinds that this Nexus knows; parts and plugins add theirs. */
export interface KindRegistry {
  get(kind: string): StepKind | undefined;
  /** Sorted by name. */
  all(): StepKind[];
  /** @throws NexusError `kind.duplicate`, `kind.name` */
  add(kind: StepKind): void;
}

/** A registry that holds `kinds` from the start. @throws NexusError `kind.duplicate`, `kind.name` */
export function createKindRegistry(kinds: readonly StepKind[]): KindRegistry {
  const known = new Map<string, StepKind>();
  const add = (kind: StepKind): void => {
    if (!/^[a-z][a-z0-9_]*([./-][a-z0-9_]+)*$/.test(kind.kind)) {
      throw new NexusError({
        code: 'kind.name',
        message: `“${kind.kind}” is no name for a step kind.`,
        hint: 'Use lower-case letters, digits and underscores, in parts joined by dots, slashes or dashes.',
      });
    }
    if (known.has(kind.kind)) {
      throw new NexusError({
        code: 'kind.duplicate',
        message: `The step kind ${kind.kind} is there already.`,
        hint: 'Give the new kind another name, or remove the plugin that brings the other.',
      });
    }
    known.set(kind.kind, kind);
  };
  kinds.forEach(add);
  return {
    get: (kind) => known.get(kind),
    all: () => [...known.values()].toSorted((a, b) => (a.kind < b.kind ? -1 : 1)),
    add,
  };
}

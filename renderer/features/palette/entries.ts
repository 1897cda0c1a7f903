import { type Role, roleAllows } from '#contract/define.ts';
import type { RunSummary } from '#contract/runs.ts';
import type { WorkflowSummary } from '#contract/workflows.ts';
import type { OperationEntry } from '#renderer/client/operations.ts';

export type PaletteEntry =
  | { id: string; kind: 'page'; page: string; label: string }
  | { id: string; kind: 'operation'; operation: OperationEntry; label: string }
  | { id: string; kind: 'workflow'; workflow: string; label: string }
  | { id: string; kind: 'run'; run: RunSummary; label: string };

/** The operations a person with `role` may call from the palette. */
export function callableOperations(
  operations: readonly OperationEntry[],
  role: Role,
): OperationEntry[] {
  return operations.filter((one) => one.palette && !one.stream && roleAllows(role, one.role));
}

/** Everything the palette offers, in the order of its groups. */
export function paletteEntries(sources: {
  operations: readonly OperationEntry[];
  role: Role;
  pages: readonly { id: string; label: string }[];
  workflows: readonly WorkflowSummary[];
  runs: readonly RunSummary[];
}): PaletteEntry[] {
  return [
    ...callableOperations(sources.operations, sources.role).map(
      (operation): PaletteEntry => ({
        id: `operation:${operation.name}`,
        kind: 'operation',
        operation,
        label: operation.title,
      }),
    ),
    ...sources.pages.map(
      (page): PaletteEntry => ({
        id: `page:${page.id}`,
        kind: 'page',
        page: page.id,
        label: page.label,
      }),
    ),
    ...sources.workflows.map(
      ({ name }): PaletteEntry => ({
        id: `workflow:${name}`,
        kind: 'workflow',
        workflow: name,
        label: name,
      }),
    ),
    ...sources.runs.map(
      (run): PaletteEntry => ({
        id: `run:${run.id}`,
        kind: 'run',
        run,
        label: `${run.workflow} ${run.id}`,
      }),
    ),
  ];
}

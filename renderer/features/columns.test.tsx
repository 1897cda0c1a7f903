import { QueryClientProvider } from '@tanstack/react-query';
import { cleanup, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect } from '#renderer/client/api.ts';
import { makeQueryClient } from '#renderer/client/queryClient.ts';
import { useAuditColumns } from '#renderer/features/audit/useAuditColumns.tsx';
import { useResultColumns } from '#renderer/features/hosts/commands/useResultColumns.tsx';
import { useFileColumns } from '#renderer/features/hosts/files/useFileColumns.tsx';
import { useHostColumns } from '#renderer/features/hosts/list/useHostColumns.tsx';
import { useSecretColumns } from '#renderer/features/vault/useSecretColumns.tsx';
import { pairedPlatform } from '#renderer/testing/pairedPlatform.ts';
import { setupTexts } from '#renderer/testing/setupDom.ts';
import { fittingColumns } from '#renderer/ui/table/fittingColumns.ts';

/** Below 720 px rows are cards; the rail takes 48 px. */
const NARROWEST = 720 - 48;
/** The table of results stands beside the output from 1024 px on: five parts of eleven. */
const RESULTS = Math.floor(((1024 - 48) * 5) / 11);
const nothing = () => undefined;

beforeAll(setupTexts);
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

type AnyColumn = Parameters<typeof fittingColumns>[0][number] & { id: string };

/** The columns of a table, with room for all of them. */
function columnsOf(use: () => readonly { id: string; width: string; spare?: number }[]) {
  connect(pairedPlatform({ 'monitor.hosts': () => ({ hosts: [] }) }));
  const queries = makeQueryClient();
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={queries}>{children}</QueryClientProvider>
  );
  return renderHook(use, { wrapper }).result.current as readonly AnyColumn[];
}

const tables: [string, number, () => readonly AnyColumn[], string[]][] = [
  [
    'hosts',
    NARROWEST,
    () =>
      columnsOf(() =>
        useHostColumns({
          selected: new Set(),
          toggle: nothing,
          dialogs: { edit: nothing, test: nothing, remove: nothing },
        }),
      ),
    ['select', 'name', 'health', 'actions'],
  ],
  [
    'files',
    NARROWEST,
    () => columnsOf(() => useFileColumns({ onDownload: nothing, onAsk: nothing })),
    ['name', 'size', 'actions'],
  ],
  ['results of a command', RESULTS, () => columnsOf(useResultColumns), ['host', 'state', 'last']],
  ['secrets', NARROWEST, () => columnsOf(useSecretColumns), ['name', 'state']],
  ['the audit log', NARROWEST, () => columnsOf(useAuditColumns), ['action', 'outcome']],
];

describe('a table in the narrowest window that has one', () => {
  it.each(tables)('of %s fits, and what cannot be spared is there', (_, width, columns, needed) => {
    // Bug caught: the menu of each row lies beyond the edge of the window, where nobody finds it.
    const left = fittingColumns(columns(), width);
    const least = left.reduce((sum, one) => sum + Number(/(\d+)px/.exec(one.width)?.[1] ?? 0), 16);
    expect(least).toBeLessThanOrEqual(width);
    expect(left.map(({ id }) => id)).toEqual(expect.arrayContaining(needed));
  });

  it('of hosts keeps the environment as long as it can: production is not to be overlooked', () => {
    const [, , columns] = tables[0]!;
    const gone = (width: number) => {
      const left = new Set(fittingColumns(columns(), width).map(({ id }) => id));
      return columns().flatMap(({ id }) => (left.has(id) ? [] : [id]));
    };
    expect(gone(900)).toEqual([]);
    expect(gone(800)).toEqual(['labels']);
    expect(gone(NARROWEST)).toEqual(['address', 'labels']);
  });
});

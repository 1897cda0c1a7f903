import { ORPCError } from '@orpc/client';
import { act, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, vi } from 'vitest';
import type { RemoteEntry } from '#contract/hostFiles.ts';
import { madeAt, sampleHost } from '#renderer/testing/samples.ts';
import { closeWindow, setupWindow } from '#renderer/testing/windowHarness.tsx';
import { type Asked, type Handlers, openHosts, type Role } from '../hosts.testing.ts';
import { cancelTransfer, useTransfers } from './transferStore.ts';

/** Opens and closes the window around the tests of a file. */
export function withFilesPage(): void {
  beforeAll(setupWindow);
  afterEach(() => {
    act(() => {
      for (const { id } of useTransfers.getState().transfers) cancelTransfer(id);
    });
    closeWindow();
    useTransfers.setState(useTransfers.getInitialState(), true);
    delete window.nexus;
    vi.unstubAllGlobals();
  });
}

export const entry = (path: string, more: Partial<RemoteEntry> = {}): RemoteEntry => ({
  name: path.split('/').at(-1) ?? '',
  path,
  type: 'file',
  size: 2048,
  mode: 0o640,
  modified_at: madeAt,
  uid: 0,
  gid: 0,
  ...more,
});

export const tree: Record<string, RemoteEntry[]> = {
  '/srv': [
    entry('/srv/site', { type: 'folder', mode: 0o755 }),
    entry('/srv/latest', { type: 'link' }),
    entry('/srv/notes.txt'),
    entry('/srv/tap', { type: 'other' }),
  ],
  '/srv/site': [],
  '/': [entry('/srv', { type: 'folder' })],
};

export const files = ({ input }: Asked<{ path: string }>) => {
  const path = input.path === '.' ? '/srv' : input.path;
  const entries = tree[path];
  if (entries) return { path, entries };
  throw new ORPCError('FORBIDDEN', {
    data: {
      code: 'ssh.file_denied',
      message: `The host does not permit access to ${path}.`,
      kind: 'user',
    },
  });
};

export const open = (handlers: Handlers = {}, path = '', role?: Role) =>
  openHosts(`/hosts/web-1?tab=files${path}`, [sampleHost('web-1')], {
    handlers: { 'hosts.files': files as never, ...handlers },
    ...(role ? { role } : {}),
  });
export const row = (name: string) => screen.findByRole('row', { name: new RegExp(name) });
export const menu = async (name: string, item: string) => {
  await userEvent.click(await screen.findByRole('button', { name: `Actions for ${name}` }));
  await userEvent.click(await screen.findByRole('menuitem', { name: new RegExp(item) }));
};
export const folderOf = (address: string) => new URL(address, 'x:/').searchParams.get('path');

import { screen } from '@testing-library/react';
import i18next from 'i18next';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { openHosts } from '#renderer/features/hosts/hosts.testing.ts';
import {
  freshWindow,
  openPage,
  terminal,
} from '#renderer/features/terminals/terminalsPage.testing.tsx';
import { sampleHost } from '#renderer/testing/samples.ts';
import { closeWindow, setupWindow } from '#renderer/testing/windowHarness.tsx';

// The drawing is looked at in the real window; here it never gets ready.
vi.mock('#renderer/features/terminals/view/loadXterm.ts', () => ({
  loadXterm: () => new Promise(() => undefined),
}));

const unreachable = {
  code: 'ssh.unreachable',
  message: 'web-1 (10.0.0.7:22) cannot be reached: nothing listens there.',
  hint: 'Check the address, the port, the network and whether the SSH server runs.',
  kind: 'operational',
} as const;
const german = /web-1 \(10\.0\.0\.7:22\) ist nicht zu erreichen: dort lauscht nichts\./;

beforeAll(setupWindow);
beforeEach(async () => {
  freshWindow();
  await i18next.changeLanguage('de');
});
afterEach(async () => {
  closeWindow();
  await i18next.changeLanguage('en');
});

it('why a terminal was lost is said in German, with what to do', async () => {
  // Bug caught: between German buttons stands an English sentence that matters most.
  await openPage([
    terminal('a', { kind: 'ssh', host: 'web-1', state: 'disconnected', error: unreachable }),
  ]);
  expect(await screen.findByText(german)).toBeDefined();
  expect(await screen.findByText(/Prüfen Sie Adresse, Port, Netz/)).toBeDefined();
});

it('why a host is not connected is said in German on its page', async () => {
  const host = sampleHost('web-1');
  await openHosts('/hosts/web-1', [host], {
    connections: [
      {
        host: 'web-1',
        state: 'failing',
        since: '2026-11-21T00:00:00.000Z',
        channels: 0,
        error: unreachable,
      },
    ],
    handlers: { 'hosts.get': () => ({ host }) },
  });
  expect(await screen.findByText(german)).toBeDefined();
});

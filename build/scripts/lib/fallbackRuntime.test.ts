import { describe, expect, it } from 'vitest';
import { fileInRuntime } from './fallbackRuntime.ts';

describe('what goes into the fallback runtime', () => {
  it('renames the executable: its name is how Electron knows that it is not packed', () => {
    expect(fileInRuntime('Cypress/Cypress')).toBe('electron');
  });

  it.each([
    ['Cypress/icudtl.dat', 'icudtl.dat'],
    ['Cypress/locales/en-US.pak', 'locales/en-US.pak'],
    [
      'Cypress/resources/app/node_modules/better-sqlite3/build/Release/better_sqlite3.node',
      'resources/app/node_modules/better-sqlite3/build/Release/better_sqlite3.node',
    ],
  ])('takes %s', (name, target) => expect(fileInRuntime(name)).toBe(target));

  it.each([
    'Cypress/resources/app/index.js',
    'Cypress/resources/app/node_modules/better-sqlite3/src/better_sqlite3.cpp',
    'Cypress/resources/app/node_modules/better-sqlite3/node_modules/node-abi/index.js',
    'Cypress/resources/app-update.yml',
    'Cypress/browser_v8_context_snapshot.bin',
    'README.md',
  ])('leaves %s', (name) => {
    // Bug caught: someone else's app runs in our window, or the cache holds what nobody needs.
    expect(fileInRuntime(name)).toBeUndefined();
  });
});
